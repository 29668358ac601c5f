// ExportWriter: writes an export in one form, row by row; it keeps no more than a row in memory. One thread.
#pragma once

#include <functional>
#include <memory>
#include <string_view>

#include "collector/core/error.h"
#include "collector/history/amount.h"
#include "collector/history/export/export_table.h"

namespace collector::history {

// Where the text goes, piece by piece. An error ends the export.
using ExportOutput = std::function<Result<>(std::string_view)>;

class ExportWriter {
 public:
  ExportWriter() = default;
  ExportWriter(const ExportWriter&) = delete;
  ExportWriter& operator=(const ExportWriter&) = delete;
  virtual ~ExportWriter() = default;

  virtual Result<> begin(const ExportHead& head) = 0;
  virtual Result<> row(const ExportRow& row) = 0;
  virtual Result<> end(const ExportTail& tail) = 0;
};

enum class ExportForm : std::uint8_t {
  csv,       // RFC 4180, with a header
  ndjson,    // an object in each line
  json,      // one object: what was asked, rows, total, what is not as asked
  markdown,  // a table for people: amounts in `units`
  toon,      // Token-Oriented Object Notation: a table for language models, short
};

std::unique_ptr<ExportWriter> make_export_writer(ExportForm form, AmountUnits units, ExportOutput output);

}  // namespace collector::history
