// Where a billing plan stands: used, left, expected. Without one it is the month as the calendar has it. Asks
// the history.
#pragma once

#include <optional>
#include <string>

#include "collector/core/error.h"
#include "collector/history/answers/question.h"
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

// Fails with what is near.
Result<BillingPlan> plan_named(const std::vector<BillingPlan>& plans, const std::string& name);

// Days of the zone after today that a cycle still has.
std::uint64_t days_left(const history::Zone& zone, history::Seconds end, history::Seconds now);

}  // namespace collector
