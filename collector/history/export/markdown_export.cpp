#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <utility>

#include "collector/core/characters.h"
#include "collector/history/export/export_cells.h"
#include "collector/history/export/export_forms.h"
#include "collector/history/export/markdown_text.h"
#include "collector/history/time_text.h"

namespace collector::history {
namespace {

class MarkdownExport : public ExportWriter {
 public:
  MarkdownExport(AmountUnits units, ExportOutput output) : units_(units), output_(std::move(output)) {}

  Result<> begin(const ExportHead& head) override {
    head_ = head;
    std::string names = "| start |";
    std::string rule = "|:--|";
    const auto add = [&](std::string_view name, std::string_view side) {
      names += fmt::format(" {} |", name);
      rule += fmt::format("{}|", side);
    };
    for (const std::string& label : head.labels)
      add(markdown_text(label), ":--");
    for (const ExportColumn& column : head.columns)
      if (column.is_main) add(column.name, "--:");
    add("measured", "--:");
    add("notes", ":--");
    return output_(fmt::format("{}\n{}\n", names, rule));
  }

  Result<> row(const ExportRow& row) override {
    std::string line = "| " + short_time_text(head_, row.time.start) + " |";
    for (const std::string& label : row.labels)
      line += " " + markdown_text(label) + " |";
    for (std::size_t i = 0; i < head_.columns.size(); ++i)
      if (head_.columns[i].is_main) line += " " + words(head_.columns[i], row.values[i]) + " |";
    const auto length = row.time.length().count();
    const auto seen =
        length > 0 ? std::min(1.0, static_cast<double>(row.observed) / 1000.0 / static_cast<double>(length))
                   : 0.0;
    return output_(fmt::format("{} {} | {} |\n", line, percent_text(seen), flag_words(row.flags)));
  }

  Result<> end(const ExportTail& tail) override {
    std::string line = "| **total** |";
    for (std::size_t i = 0; i < head_.labels.size(); ++i)
      line += " |";
    for (std::size_t i = 0; i < head_.columns.size(); ++i) {
      if (!head_.columns[i].is_main) continue;
      const std::string text = words(head_.columns[i], tail.total.values[i]);
      line += text.empty() ? " |" : fmt::format(" **{}** |", text);
    }
    return output_(line + " | |\n");
  }

 private:
  std::string words(const ExportColumn& column, const ExportCell& cell) const {
    if (const auto* text = std::get_if<std::string>(&cell)) return markdown_text(*text);
    const auto* integer = std::get_if<std::int64_t>(&cell);
    const auto* real = std::get_if<double>(&cell);
    if (real != nullptr && column.unit == ExportUnit::bytes)
      return amount_text(static_cast<std::uint64_t>(std::max(*real, 0.0)), units_);
    if (real != nullptr) return fmt::format("{:.2f}", *real);
    if (integer != nullptr && column.unit == ExportUnit::bytes)
      return amount_text(static_cast<std::uint64_t>(std::max<std::int64_t>(*integer, 0)), units_);
    if (integer != nullptr && column.unit == ExportUnit::bytes_per_second)
      return bit_rate_text(static_cast<double>(*integer));
    return number_text(cell);
  }

  AmountUnits units_;
  ExportOutput output_;
  ExportHead head_;
};

}  // namespace

std::string markdown_text(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const char c = text.front();
    if (c == '\n' || c == '\r' || c == '\t') {
      out += ' ';
      text.remove_prefix(1);
      continue;
    }
    const Character character = take_character(text);
    const bool is_painting = c == '\033';  // which stays within its character
    if (is_painting || controls_terminal(character.code) || character.code == unknown_character) {
      out += '?';
      if (is_painting) out += markdown_text(character.bytes.substr(1));
      continue;
    }
    if (std::string_view("\\`*_{}[]<>()#+!|~&").contains(c)) out += '\\';
    out += character.bytes;
  }
  return out;
}

std::unique_ptr<ExportWriter> markdown_export(AmountUnits units, ExportOutput output) {
  return std::make_unique<MarkdownExport>(units, std::move(output));
}

}  // namespace collector::history
