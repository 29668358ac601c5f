// A table of text with aligned columns, for people.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "collector/cli/terminal.h"

namespace collector {

struct TableColumn {
  std::string title;
  bool right = false;  // numbers
};

class Table {
 public:
  explicit Table(std::vector<TableColumn> columns) : columns_(std::move(columns)) {}

  void add(std::vector<std::string> cells);  // one per column; missing ones are empty
  void add_heading(std::string text);        // a line of its own, as long as it is
  bool empty() const { return lines_.empty(); }

  // Every column as wide as its widest cell, two spaces between. A line that is longer than the terminal is
  // wide wraps: half a number or half a path would be worse. Titles and headings are bold where there is
  // colour.
  std::string text(const Terminal& terminal) const;

 private:
  struct Line {
    std::vector<std::string> cells;
    bool heading = false;  // one cell that belongs to no column
  };
  std::vector<TableColumn> columns_;
  std::vector<Line> lines_;
};

// Columns a text takes on a screen: code points, which is right for all that the kernel names here.
std::size_t display_width(std::string_view text);

}  // namespace collector
