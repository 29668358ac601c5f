// The plans that a year's report is held against, with their cycles that begin in the year. Asks the history.
#pragma once

#include <string>
#include <vector>

#include "collector/core/error.h"
#include "collector/history/answers/billing_periods.h"
#include "collector/history/history_file.h"
#include "collector/history/report/year_report.h"

namespace collector {

struct YearPlansQuestion {
  int year = 1970;
  PeriodsQuestion periods;                   // without from and to
  std::string host = {};                     // name or pattern; empty: all
  std::vector<std::string> interfaces = {};  // the same
};

// All that are about what is asked for; also those that only the history remembers. Not those of which
// nothing is known in that year. Fails where a plan is named that there is
// not.
Result<std::vector<history::YearPlan>> year_plans(const YearPlansQuestion& asked,
                                                  const history::HistoryContent& content,
                                                  const history::HistoryFile& file);

}  // namespace collector
