// The plans that a year's report is held against, with their cycles that begin in the year. Asks the history.
#pragma once

#include <vector>

#include "collector/cli/history/question.h"
#include "collector/core/error.h"
#include "collector/history/history_file.h"
#include "collector/history/report/year_report.h"

namespace collector {

// All that are about what is asked for; also those that only the history remembers. Not those of which
// nothing is known in that year. Fails when --plan names none.
Result<std::vector<history::YearPlan>> year_plans(const HistoryOptions& options, int year,
                                                  const history::HistoryContent& content,
                                                  const HistorySetting& setting,
                                                  const history::HistoryFile& file);

}  // namespace collector
