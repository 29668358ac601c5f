// The billing cycles of plans as they are shown.
#pragma once

#include <string>
#include <vector>

#include "collector/cli/history/history_options.h"
#include "collector/cli/history/question.h"
#include "collector/core/terminal.h"
#include "collector/history/answers/billing_periods.h"

namespace collector {

// As it was typed.
PeriodsQuestion periods_question(const HistoryOptions& options, const HistorySetting& setting);

// For people, for programs, and for a status bar (of the first plan: used, of how much, days left).
std::string periods_text(const std::vector<PlanPeriods>& plans, history::Seconds now, AmountUnits units,
                         const Terminal& terminal);
std::string periods_json(const std::vector<PlanPeriods>& plans);
std::string periods_csv(const std::vector<PlanPeriods>& plans);
std::string periods_line(const std::vector<PlanPeriods>& plans, history::Seconds now, AmountUnits units);

}  // namespace collector
