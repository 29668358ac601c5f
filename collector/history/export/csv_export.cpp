#include <string>
#include <utility>

#include "collector/formats/csv_text.h"
#include "collector/history/export/export_cells.h"
#include "collector/history/export/export_forms.h"

namespace collector::history {
namespace {

constexpr std::string_view line_end = "\r\n";  // RFC 4180, 2.1

class CsvExport : public ExportWriter {
 public:
  explicit CsvExport(ExportOutput output) : output_(std::move(output)) {}

  Result<> begin(const ExportHead& head) override {
    head_ = head;
    std::string line;
    for (const std::string& name : export_names(head)) {
      if (!line.empty()) line += ',';
      line += csv_field(name);
    }
    return output_(line.append(line_end));
  }

  Result<> row(const ExportRow& row) override {
    std::string line;
    for (const ExportCell& cell : export_cells(head_, row)) {
      if (!line.empty()) line += ',';
      const auto* text = std::get_if<std::string>(&cell);
      line += text != nullptr ? csv_field(*text) : number_text(cell);
    }
    return output_(line.append(line_end));
  }

  Result<> end(const ExportTail& /*tail*/) override { return {}; }

 private:
  ExportOutput output_;
  ExportHead head_;
};

}  // namespace

std::unique_ptr<ExportWriter> csv_export(ExportOutput output) {
  return std::make_unique<CsvExport>(std::move(output));
}

}  // namespace collector::history
