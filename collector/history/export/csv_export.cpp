#include <string>
#include <utility>

#include "collector/history/export/export_cells.h"
#include "collector/history/export/export_forms.h"

namespace collector::history {
namespace {

constexpr std::string_view line_end = "\r\n";  // RFC 4180, 2.1

// A text that holds what separates cells is quoted, and its quotes are doubled (2.5 to 2.7).
void add_csv_text(std::string_view text, std::string& out) {
  if (text.find_first_of(",\"\r\n") == std::string_view::npos) {
    out += text;
    return;
  }
  out += '"';
  for (const char c : text)
    out.append(c == '"' ? 2 : 1, c);
  out += '"';
}

class CsvExport : public ExportWriter {
 public:
  explicit CsvExport(ExportOutput output) : output_(std::move(output)) {}

  Result<> begin(const ExportHead& head) override {
    head_ = head;
    std::string line;
    for (const std::string& name : export_names(head)) {
      if (!line.empty()) line += ',';
      add_csv_text(name, line);
    }
    return output_(line.append(line_end));
  }

  Result<> row(const ExportRow& row) override {
    std::string line;
    for (const ExportCell& cell : export_cells(head_, row)) {
      if (!line.empty()) line += ',';
      if (const auto* text = std::get_if<std::string>(&cell))
        add_csv_text(*text, line);
      else
        line += number_text(cell);
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
