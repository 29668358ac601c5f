// TodayScreen: the answer to "how much today, this month, and will it last", and how it is drawn, from 40
// columns on. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "collector/core/terminal.h"
#include "collector/history/amount.h"

namespace collector {

struct TodayScreen {
  struct Line {
    std::string label;  // "Today"
    std::uint64_t received = 0;
    std::uint64_t sent = 0;
    std::string remark = {};  // "2 % more than a usual Sunday"
    bool strong = false;
    bool is_known = true;  // else nothing was measured, which is not zero
  };
  struct Plan {
    std::string name;  // "plan"
    std::uint64_t used = 0;
    std::uint64_t quota = 0;
    std::uint64_t expected = 0;  // at the end; 0: not known
    std::string verdict = {};    // "12 % over by 13 Dec:"
    std::string reason = {};     // "1.12 TB expected (1.05–1.18 TB)"
    Style style = Style::plain;  // of the verdict
  };
  // An hour of the day, in order; 23 to 25 of them.
  struct Hour {
    int shown = 0;  // as clocks show it, 0 to 23
    std::uint64_t moved = 0;
    std::optional<std::uint64_t> usual = std::nullopt;
  };
  struct Note {
    std::string text;
    Style style = Style::plain;
    bool good = false;  // with a green dot before it
  };

  std::string host;
  std::string moment;  // "Sun 29 Nov 2026, 16:34"
  std::vector<Line> lines;
  std::optional<Plan> plan;
  std::vector<Hour> hours;
  std::string day;      // "today"
  std::string usual;    // "a usual Sunday"
  std::string busiest;  // "busiest hour 15–16, 5.61 GB"
  std::vector<Note> notes;
};

std::string today_screen_text(const TodayScreen& screen, AmountUnits units, const Terminal& terminal);

// The hours as columns from below, with what is usual beside them, and the hours' names. Used by the above.
std::string hour_graph_text(const std::vector<TodayScreen::Hour>& hours, const Terminal& terminal);

}  // namespace collector
