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
  bool empty() const { return rows_.empty(); }

  // Every column as wide as its widest cell, two spaces between; on a terminal too narrow for it the last
  // column is cut. Titles are bold where there is colour.
  std::string text(const Terminal& terminal) const;

 private:
  std::vector<TableColumn> columns_;
  std::vector<std::vector<std::string>> rows_;
};

// Columns a text takes on a screen: code points, which is right for all that the kernel names here.
std::size_t display_width(std::string_view text);

}  // namespace collector
