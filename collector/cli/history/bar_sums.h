// What stands below the bars: the sum, what is expected, and the range of the same kind before. Asks the
// history.
#pragma once

#include "collector/cli/history/bar_columns.h"
#include "collector/cli/history/bar_screen.h"
#include "collector/cli/history/history_options.h"
#include "collector/cli/history/plan_view.h"
#include "collector/cli/history/question.h"
#include "collector/core/error.h"
#include "collector/history/history_file.h"

namespace collector {

// "so far, 16 days", "expected by 13 Dec", "last period", to screen.sums; what that means for a quota, to its
// notes. `total`: of question.range.
Result<> add_sums(const HistoryOptions& options, const HistoryQuestion& question,
                  const history::UsageBucket& total, const BarColumns& columns,
                  const history::HistoryFile& file, BarScreen& screen);

// "expected by 13 Dec", below the column "total", and what a plan's notes say.
void add_standing(const PlanStanding& standing, history::Seconds now, AmountUnits units, BarScreen& screen);

}  // namespace collector
