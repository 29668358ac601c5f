#include "collector/cli/table.h"

#include <algorithm>
#include <utility>

namespace collector {
namespace {

bool starts_code_point(char c) {
  return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
}

// The longest prefix of at most `width` code points.
std::string cut(std::string_view text, std::size_t width) {
  std::size_t end = 0;
  for (std::size_t points = 0; end < text.size(); ++end)
    if (starts_code_point(text[end]) && ++points > width) break;
  return std::string(text.substr(0, end));
}

std::string line(const std::vector<std::string>& cells, const std::vector<TableColumn>& columns,
                 const std::vector<std::size_t>& widths, std::size_t limit) {
  std::string out;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    const std::string padding(widths[i] - std::min(widths[i], display_width(cells[i])), ' ');
    if (i > 0) out += "  ";
    out += columns[i].right ? padding + cells[i] : cells[i] + padding;
  }
  if (limit > 0) out = cut(out, limit);
  out.resize(out.find_last_not_of(' ') + 1);
  return out;
}

}  // namespace

std::size_t display_width(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count_if(text, starts_code_point));
}

void Table::add(std::vector<std::string> cells) {
  cells.resize(columns_.size());
  rows_.push_back(std::move(cells));
}

std::string Table::text(const Terminal& terminal) const {
  std::vector<std::size_t> widths;
  std::vector<std::string> titles;
  for (const TableColumn& column : columns_) {
    widths.push_back(display_width(column.title));
    titles.push_back(column.title);
  }
  for (const auto& row : rows_)
    for (std::size_t i = 0; i < row.size(); ++i)
      widths[i] = std::max(widths[i], display_width(row[i]));
  std::string out = terminal.paint(line(titles, columns_, widths, terminal.width), Style::bold) + "\n";
  for (const auto& row : rows_)
    out += line(row, columns_, widths, terminal.width) + "\n";
  return out;
}

}  // namespace collector
