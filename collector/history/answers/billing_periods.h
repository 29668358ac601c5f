// The billing cycles of plans, one after another: what was used, what it cost, what is expected. Those that
// are over are taken as the history has kept them; the others are counted from its buckets. Asks the history.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "collector/core/error.h"
#include "collector/history/answers/question.h"
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

// "running", "closed", "counted".
std::string_view name_of(PlanPeriod::State state);

struct PlanPeriods {
  BillingPlan plan;
  history::Zone zone = history::Zone::utc();
  bool is_configured = true;        // false: only the history remembers it
  std::vector<PlanPeriod> periods;  // the newest first
};

struct PeriodsQuestion {
  history::Seconds now{};
  std::vector<BillingPlan> plans;  // of the configuration
  std::string this_host;           // that plans without hosts are about
  std::string plan = {};           // empty: all
  std::string from = {}, to = {};  // as words (time_words.h); empty: up to now
  // Of each plan the newest; nothing: all of a range that is named, else a few.
  std::optional<std::size_t> count = {};
};

// Of all plans, also those that only the history remembers, or of the one that was named: fails with what is
// near where there is none of that name.
Result<std::vector<PlanPeriods>> plan_periods(const PeriodsQuestion& asked,
                                              const history::HistoryContent& content,
                                              const history::HistoryFile& file);

}  // namespace collector
