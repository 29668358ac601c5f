// Where a billing plan stands, in words: used, left, expected. Pure.
#pragma once

#include <optional>
#include <string>

#include "collector/cli/history/today_screen.h"
#include "collector/history/amount.h"
#include "collector/history/answers/plan_standing.h"

namespace collector {

// "14 days left, 30.2 GB a day"
std::string left_text(const PlanStanding& standing, history::Seconds now, AmountUnits units);

// "954 GB expected by 13 Dec (889 GB–1.03 TB)"; `by`: the part in the middle, with its space.
std::string expected_text(const history::Forecast& forecast, const std::string& by, AmountUnits units);
// "too little history for a forecast: 3 of 14 days with hours"
std::string too_little_text(const history::TooLittleHistory& known);

// The bar with its verdict; nothing where there is no quota.
std::optional<TodayScreen::Plan> plan_bar(const PlanStanding& standing, AmountUnits units);

}  // namespace collector
