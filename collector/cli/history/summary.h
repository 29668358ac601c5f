// `summary`: today, yesterday, this week, the plan's period or the month, this year and all that is kept, of
// each uplink and of all together, and what the period will have moved. Asks the history.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "collector/cli/history/bar_screen.h"
#include "collector/cli/history/history_options.h"
#include "collector/cli/history/plan_view.h"
#include "collector/cli/history/question.h"
#include "collector/core/error.h"
#include "collector/core/terminal.h"
#include "collector/history/history_file.h"

namespace collector {

struct SummaryRange {
  std::string name;             // for programs: "today", "yesterday", "week", "period", "year", "all"
  std::string label;            // for people: "this week"
  history::Interval range;      // as the calendar has it: the end may lie ahead
  history::UsageAnswer answer;  // by interface
  bool is_day = false;          // of one day at most
};

struct Summary {
  std::vector<SummaryRange> ranges;
  history::Interval known;  // what the history has
  PlanStanding standing;    // of the first plan, else of the month
};

Result<Summary> summarise(const HistoryQuestion& question, const history::HistoryContent& content,
                          const history::HistoryFile& file);

// The rest is pure.
BarScreen summary_screen(const Summary& summary, const HistoryQuestion& question, AmountUnits units);
std::string summary_json(const Summary& summary, const HistoryQuestion& question);
std::string summary_csv(const Summary& summary, const HistoryQuestion& question);
// "today ↓20.9G ↑627M  month 488G 49%  954G by 13 Dec"
std::string summary_line(const Summary& summary, AmountUnits units, const Terminal& terminal);

}  // namespace collector
