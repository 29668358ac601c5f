// The screen of one day: what moved, hour by hour, beside what is usual on such a day. Asks the history.
#pragma once

#include <cstdint>
#include <string>

#include "collector/cli/history/history_options.h"
#include "collector/cli/history/question.h"
#include "collector/cli/history/today_screen.h"
#include "collector/core/error.h"
#include "collector/history/history_file.h"

namespace collector {

// `answer`: to query_of(question), whose range is a day and whose buckets are hours.
Result<TodayScreen> today_view(const HistoryOptions& options, const HistoryQuestion& question,
                               const history::UsageAnswer& answer, const history::HistoryFile& file);

// "2 % more than a usual Sunday", "as a usual Sunday", "3.1 times a usual Sunday".
std::string compared_text(std::uint64_t moved, std::uint64_t usual, const std::string& usual_day);

}  // namespace collector
