// Internal: the bars of a year: months, or a plan's cycles with what they used and cost.
#pragma once

#include "collector/history/report/year_report.h"

namespace collector::history {

// Fills periods, quota and cost.
Result<> read_periods(const HistoryFile& file, YearReport& report);

}  // namespace collector::history
