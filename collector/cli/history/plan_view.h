// Where a billing plan stands: used, left, expected. Without one it is the month as the calendar has it. Asks
// the history.
#pragma once

#include <optional>
#include <string>

#include "collector/cli/history/question.h"
#include "collector/cli/history/today_screen.h"
#include "collector/core/error.h"
#include "collector/history/bill.h"
#include "collector/history/forecast.h"
#include "collector/history/history_file.h"

namespace collector {

struct PlanStanding {
  bool is_plan = false;  // false: of the calendar's month
  BillingPlan plan;
  history::Zone zone = history::Zone::utc();
  history::Interval cycle;
  history::Selection selection;  // what counts
  history::Usage usage;
  history::Bill bill;
  std::optional<history::Forecast> forecast;
  std::optional<history::TooLittleHistory> too_little;
  std::optional<std::string> unknown;  // that the history has none of the plan's interfaces
};

// The plan that the question is about, and its cycle that runs. `with_forecast`: it reads half a year of
// hours.
Result<PlanStanding> plan_standing(const HistoryQuestion& question, const history::HistoryFile& file,
                                   bool with_forecast);

// "14 days left, 30.2 GB a day"
std::string left_text(const PlanStanding& standing, history::Seconds now, AmountUnits units);

// The bar with its verdict; nothing where there is no quota.
std::optional<TodayScreen::Plan> plan_bar(const PlanStanding& standing, AmountUnits units);

}  // namespace collector
