// BarScreen: rows with a bar and figures, as `month`, `hours` or `top` show them; and how it is drawn, from
// 40 columns on. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "collector/core/terminal.h"
#include "collector/history/amount.h"

namespace collector {

struct BarScreen {
  struct Column {
    std::string title;
    int importance = 0;  // where it is narrow, the column with the least goes first; after the bars
  };
  struct Row {
    std::string label;
    std::uint64_t received = 0;  // bytes, as the bar shows them
    std::uint64_t sent = 0;
    std::vector<std::string> cells = {};  // one per column; none: `instead` stands there
    std::string mark = {};                // after the last cell: one of the letters that notes explain
    std::string instead = {};             // "asleep 00:10–07:24"
    Style style = Style::plain;
  };

  std::string host;     // may hold anything, as labels may
  std::string heading;  // "period 14 Nov – 13 Dec 2026"
  std::vector<Column> columns;
  std::vector<Row> rows;
  std::vector<Row> sums;        // below a line; without bars
  std::string about_bars = {};  // the first of the notes, where there is room for bars
  std::vector<std::string> notes;
};

// Lines, each with its end, none wider than the terminal.
std::string bar_screen_text(const BarScreen& screen, const Terminal& terminal);

}  // namespace collector
