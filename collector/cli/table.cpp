#include "collector/cli/table.h"

#include <algorithm>
#include <utility>

namespace collector {
namespace {

bool starts_code_point(char c) {
  return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
}

std::string line(const std::vector<std::string>& cells, const std::vector<TableColumn>& columns,
                 const std::vector<std::size_t>& widths) {
  std::string out;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    const std::string padding(widths[i] - std::min(widths[i], display_width(cells[i])), ' ');
    if (i > 0) out += "  ";
    out += columns[i].right ? padding + cells[i] : cells[i] + padding;
  }
  out.resize(out.find_last_not_of(' ') + 1);
  return out;
}

}  // namespace

std::size_t display_width(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count_if(text, starts_code_point));
}

void Table::add(std::vector<std::string> cells) {
  cells.resize(columns_.size());
  lines_.push_back({std::move(cells), false});
}

void Table::add_heading(std::string text) {
  lines_.push_back({{std::move(text)}, true});
}

std::string Table::text(const Terminal& terminal) const {
  std::vector<std::size_t> widths;
  std::vector<std::string> titles;
  for (const TableColumn& column : columns_) {
    widths.push_back(display_width(column.title));
    titles.push_back(column.title);
  }
  for (const Line& each : lines_)
    for (std::size_t i = 0; i < each.cells.size() && !each.heading; ++i)
      widths[i] = std::max(widths[i], display_width(each.cells[i]));
  std::string out = terminal.paint(line(titles, columns_, widths), Style::bold) + "\n";
  for (const Line& each : lines_)
    out += (each.heading ? terminal.paint(each.cells.front(), Style::bold)
                         : line(each.cells, columns_, widths)) +
           "\n";
  return out;
}

}  // namespace collector
