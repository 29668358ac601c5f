// Where a billing plan stands, as answers tell it. Pure.
#pragma once

#include <optional>
#include <vector>

#include "collector/history/answers/plan_standing.h"
#include "collector/web/answer_table.h"

namespace collector::web {

// A decimal fraction as text, and its currency.
std::vector<TableCell> money_cells(const std::optional<history::Money>& money);

// Members plan, from, to, zone, used, received, sent, quota, left, over, left_per_day, days_left, cost,
// currency, forecast, too_little_history, unknown.
inline constexpr std::string_view standing_shape =
    "plan: text?, from: time, to: time, zone: text, used: amount, received: amount, sent: amount, counts: "
    "text, "
    "quota: amount?, left: amount?, over: amount, left_per_day: amount?, days_left: integer, cost: text?, "
    "currency: text?, forecast: {expected: amount, low: amount, high: amount}?, "
    "too_little_history: {days: integer, needed: integer}?, unknown: text?";
void append_standing(JsonAnswer& out, const PlanStanding& standing, history::Seconds now);

}  // namespace collector::web
