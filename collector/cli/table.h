// A table of text with aligned columns, for people.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "collector/core/terminal.h"

namespace collector {

struct TableColumn {
  std::string title;
  bool right = false;  // numbers
};

class Table {
 public:
  explicit Table(std::vector<TableColumn> columns) : columns_(std::move(columns)) {}

  // One cell per column; missing ones are empty. Cells are not painted, and may hold anything.
  void add(std::vector<std::string> cells, Style style = Style::plain);
  void add_heading(std::string text);  // a line of its own, as long as it is
  bool empty() const { return lines_.empty(); }

  // Every column as wide as its widest cell, two spaces between. What a terminal is too narrow for: first
  // columns in which there is nothing but zeros go, then a last column of text is broken within itself or
  // goes below its line, and at last each line becomes a block of its own, with a line per cell that says
  // something. Titles and headings are bold where there is colour.
  std::string text(const Terminal& terminal) const;

 private:
  struct Line {
    std::vector<std::string> cells;
    bool heading = false;  // one cell that belongs to no column
    Style style = Style::plain;
  };
  // The same with cells as the terminal can show them, and without the columns that say nothing.
  Table printable(const Terminal& terminal) const;
  Table without_idle_columns() const;
  std::vector<std::size_t> widths() const;
  std::string aligned(const Terminal& terminal) const;
  std::string as_blocks(const Terminal& terminal) const;

  std::vector<TableColumn> columns_;
  std::vector<Line> lines_;
};

}  // namespace collector
