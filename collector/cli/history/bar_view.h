// The screens with bars: a row for each hour, day, month or year, or for each interface or host. Asks the
// history.
#pragma once

#include <vector>

#include "collector/cli/history/bar_screen.h"
#include "collector/cli/history/history_options.h"
#include "collector/cli/history/question.h"
#include "collector/core/error.h"
#include "collector/history/history_file.h"

namespace collector {

// `answer`: to query_of(question).
Result<BarScreen> bar_view(const HistoryOptions& options, const HistoryQuestion& question,
                           const history::UsageAnswer& answer, const history::HistoryFile& file);

}  // namespace collector
