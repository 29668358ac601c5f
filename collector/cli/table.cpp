#include "collector/cli/table.h"

#include <algorithm>
#include <array>
#include <numeric>
#include <string_view>
#include <utility>

namespace collector {
namespace {

constexpr std::size_t gap = 2;
constexpr std::size_t narrowest_text = 16;  // of a last column that is broken within itself

bool says_nothing(std::string_view cell) {
  constexpr std::array<std::string_view, 5> nothing = {"", "-", "0", "0 B", "0s"};
  return std::ranges::find(nothing, cell) != nothing.end();
}

std::size_t width_of_line(const std::vector<std::size_t>& widths) {
  return std::accumulate(widths.begin(), widths.end(), gap * (widths.size() - 1));
}

std::string line(const std::vector<std::string>& cells, const std::vector<TableColumn>& columns,
                 const std::vector<std::size_t>& widths) {
  std::string out;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    const std::string padding(widths[i] - std::min(widths[i], display_width(cells[i])), ' ');
    if (i > 0) out.append(gap, ' ');
    out += columns[i].right ? padding + cells[i] : cells[i] + padding;
  }
  out.resize(out.find_last_not_of(' ') + 1);
  return out;
}

// A text in the last column, whose lines after the first begin below it.
std::string broken_at(std::string text, std::size_t column, std::size_t room) {
  text = Terminal{.columns = room}.fit(text);
  for (std::size_t at = 0; (at = text.find('\n', at)) != std::string::npos; at += column + 1)
    text.insert(at + 1, column, ' ');
  return text;
}

}  // namespace

void Table::add(std::vector<std::string> cells, Style style) {
  cells.resize(columns_.size());
  lines_.push_back({std::move(cells), false, style});
}

void Table::add_heading(std::string text) {
  lines_.push_back({{std::move(text)}, true});
}

Table Table::printable(const Terminal& terminal) const {
  Table shown(*this);
  for (Line& each : shown.lines_)
    for (std::string& cell : each.cells) {
      cell = terminal.printable(cell);
      std::ranges::replace(cell, '\n', ' ');
      cell.resize(cell.find_last_not_of(' ') + 1);
    }
  return shown;
}

Table Table::without_idle_columns() const {
  Table out({columns_.front()});
  out.lines_ = lines_;
  for (Line& each : out.lines_)
    each.cells.resize(1);
  for (std::size_t i = 1; i < columns_.size(); ++i) {
    if (std::ranges::all_of(lines_,
                            [i](const Line& each) { return each.heading || says_nothing(each.cells[i]); }))
      continue;
    out.columns_.push_back(columns_[i]);
    for (std::size_t at = 0; at < lines_.size(); ++at)
      if (!lines_[at].heading) out.lines_[at].cells.push_back(lines_[at].cells[i]);
  }
  return out;
}

std::vector<std::size_t> Table::widths() const {
  std::vector<std::size_t> widths;
  for (const TableColumn& column : columns_)
    widths.push_back(display_width(column.title));
  for (const Line& each : lines_)
    for (std::size_t i = 0; i < each.cells.size() && !each.heading; ++i)
      widths[i] = std::max(widths[i], display_width(each.cells[i]));
  return widths;
}

std::string Table::aligned(const Terminal& terminal) const {
  std::vector<std::size_t> wide = widths();
  const std::size_t before_last = width_of_line(wide) - wide.back();
  const bool fits = terminal.columns == 0 || before_last + wide.back() <= terminal.columns;
  const std::size_t room = fits ? wide.back() : terminal.columns - std::min(terminal.columns, before_last);
  const bool below = !fits && room < narrowest_text;
  std::vector<TableColumn> columns = columns_;
  if (below) columns.pop_back();
  std::vector<std::string> titles;
  for (const TableColumn& column : columns)
    titles.push_back(column.title);
  std::string out = terminal.paint(line(titles, columns, wide), Style::bold) + "\n";
  for (const Line& each : lines_) {
    if (each.heading) {
      out += terminal.paint(terminal.fit(each.cells.front()), Style::bold) + "\n";
      continue;
    }
    std::vector<std::string> cells = each.cells;
    if (below) cells.pop_back();
    if (!fits && !below) cells.back() = broken_at(cells.back(), before_last, room);
    std::string text = line(cells, columns, wide);
    if (below && !says_nothing(each.cells.back())) text += "\n" + terminal.fit("  " + each.cells.back());
    out += terminal.paint(text, each.style) + "\n";
  }
  return out;
}

std::string Table::as_blocks(const Terminal& terminal) const {
  std::size_t width = 0;
  for (const TableColumn& column : columns_)
    width = std::max(width, display_width(column.title));
  std::string out;
  for (const Line& each : lines_) {
    out += terminal.paint(terminal.fit(each.cells.front()), Style::bold) + "\n";
    for (std::size_t i = 1; i < each.cells.size(); ++i) {
      if (says_nothing(each.cells[i])) continue;
      const std::string padding(width - display_width(columns_[i].title), ' ');
      out += terminal.paint(terminal.fit("  " + columns_[i].title + padding + "  " + each.cells[i]),
                            each.style) +
             "\n";
    }
  }
  return out;
}

std::string Table::text(const Terminal& terminal) const {
  const Table all = printable(terminal);
  if (terminal.columns == 0 || width_of_line(all.widths()) <= terminal.columns) return all.aligned(terminal);
  const Table some = all.without_idle_columns();
  std::vector<std::size_t> widths = some.widths();
  // Text in the last column needs none of the line's room: it can go below it.
  if (!some.columns_.back().right && widths.size() > 1) widths.pop_back();
  return width_of_line(widths) <= terminal.columns ? some.aligned(terminal) : some.as_blocks(terminal);
}

}  // namespace collector
