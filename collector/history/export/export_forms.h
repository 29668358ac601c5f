// Internal: the forms behind make_export_writer().
#pragma once

#include "collector/history/export/export_writer.h"

namespace collector::history {

std::unique_ptr<ExportWriter> csv_export(ExportOutput output);
std::unique_ptr<ExportWriter> ndjson_export(ExportOutput output);
std::unique_ptr<ExportWriter> json_export(ExportOutput output);
std::unique_ptr<ExportWriter> markdown_export(AmountUnits units, ExportOutput output);
std::unique_ptr<ExportWriter> toon_export(ExportOutput output);

}  // namespace collector::history
