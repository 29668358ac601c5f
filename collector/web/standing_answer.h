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
void append_standing(JsonAnswer& out, const PlanStanding& standing, history::Seconds now);

}  // namespace collector::web
