// The billing cycles of plans, one after another: what was used, what it cost, what is expected. Those that
// are over are taken as the history has kept them; the others are counted from its buckets. Asks the history.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "collector/cli/history/history_options.h"
#include "collector/cli/history/question.h"
#include "collector/core/error.h"
#include "collector/core/terminal.h"
#include "collector/history/bill.h"
#include "collector/history/closed_period.h"
#include "collector/history/forecast.h"
#include "collector/history/history_file.h"

namespace collector {

struct PlanPeriod {
  enum class State : std::uint8_t {
    running,
    closed,   // as it was stored when it was over
    counted,  // over, and not stored yet, or nowhere (another file's, an older one's): from what is kept
  };
  State state = State::running;
  history::Interval time;
  history::Usage usage;
  history::Bill bill;
  std::optional<std::uint64_t> quota;  // as it was then
  // Of the 5-minute slots that are over. Bytes in 300 s; of a closed period without limits.
  std::optional<history::Percentile> percentile;
  std::uint64_t slots = 0;  // that are over
  std::optional<history::Forecast> forecast;
  std::optional<history::TooLittleHistory> too_little;

  // What is billed by what the plan counts: one direction, the larger of both, or their sum.
  std::optional<std::uint64_t> billed_percentile(Counts counts) const;
};

struct PlanPeriods {
  BillingPlan plan;
  history::Zone zone = history::Zone::utc();
  bool is_configured = true;        // false: only the history remembers it
  std::vector<PlanPeriod> periods;  // the newest first
};

// Of all plans, or of the one that was named: fails with what is near where there is none of that name.
Result<std::vector<PlanPeriods>> plan_periods(const HistoryOptions& options,
                                              const history::HistoryContent& content,
                                              const HistorySetting& setting,
                                              const history::HistoryFile& file);

// For people, for programs, and for a status bar (of the first plan: used, of how much, days left).
std::string periods_text(const std::vector<PlanPeriods>& plans, history::Seconds now, AmountUnits units,
                         const Terminal& terminal);
std::string periods_json(const std::vector<PlanPeriods>& plans);
std::string periods_csv(const std::vector<PlanPeriods>& plans);
std::string periods_line(const std::vector<PlanPeriods>& plans, history::Seconds now, AmountUnits units);

}  // namespace collector
