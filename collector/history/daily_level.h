// Daily amounts and the level that they are at: how much of the usual moves of late. Pure; for the forecast.
#pragma once

#include <span>
#include <vector>

#include "collector/history/usual_week.h"

namespace collector::history {

// Days of 24 hours, counted back from the last of `hours`, the oldest first: what moved in each, and what is
// usual in its hours by `week` (as usual_week() gives it). `…_before` are sums of all days before each, and
// of all.
struct DailyAmounts {
  std::vector<double> moved = {}, usual = {};
  std::vector<double> moved_before = {0}, usual_before = {0};

  DailyAmounts(std::span<const WeekHour> hours, std::span<const double, hours_in_week> week);
  std::size_t count() const { return moved.size(); }
};

// What counts of each day when a level is worked out: of the last four weeks the largest day counts as the
// second largest. What comes once is no change of level, however large; what comes twice may be one.
std::vector<double> without_single_days(const DailyAmounts& days);

// The level (moved ÷ usual) that was known before each day, and after the last. A day counts half as much as
// one `memory` days after it. `amounts`: as without_single_days() gives them; at least seven days.
std::vector<double> levels_of(const DailyAmounts& days, std::span<const double> amounts, double memory);

}  // namespace collector::history
