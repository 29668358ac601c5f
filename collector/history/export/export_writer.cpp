#include "collector/history/export/export_writer.h"

#include <utility>

#include "collector/history/export/export_forms.h"

namespace collector::history {

std::unique_ptr<ExportWriter> make_export_writer(ExportForm form, AmountUnits units, ExportOutput output) {
  switch (form) {
    case ExportForm::csv:
      return csv_export(std::move(output));
    case ExportForm::ndjson:
      return ndjson_export(std::move(output));
    case ExportForm::json:
      return json_export(std::move(output));
    case ExportForm::markdown:
      return markdown_export(units, std::move(output));
    case ExportForm::toon:
      break;
  }
  return toon_export(std::move(output));
}

}  // namespace collector::history
