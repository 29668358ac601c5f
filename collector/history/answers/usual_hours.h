// What is usual in the hours of a day of the week. Asks the history.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "collector/core/error.h"
#include "collector/history/answers/question.h"
#include "collector/history/history_file.h"

namespace collector {

// As clocks show it, 0 to 23.
std::size_t hour_shown(const history::Zone& zone, history::Seconds moment);

// For each hour that clocks show, the mean of what moved in it on the same weekday of the last eight weeks;
// of four or more days the largest is left out: a single transfer is no habit. Nothing: fewer than three such
// days were measured.
using UsualHours = std::array<std::uint64_t, 24>;
Result<std::optional<UsualHours>> usual_hours(const HistoryQuestion& question,
                                              const history::HistoryFile& file);

// What is usual up to a moment: of the hour that it lies in, its part. `hours`: of the day.
std::uint64_t usual_before(history::Seconds moment, const HistoryQuestion& question,
                           const std::vector<history::UsageBucket>& hours, const UsualHours& usual);

}  // namespace collector
