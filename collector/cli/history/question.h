// What was typed, understood: which interfaces, from when to when, cut into what. Pure.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "collector/cli/history/history_options.h"
#include "collector/core/error.h"
#include "collector/history/answers/question.h"
#include "config/plan.h"

namespace collector {

inline constexpr std::size_t top_rows = 10;  // of `top`

// Beside what was typed.
struct HistorySetting {
  history::Seconds now{};
  std::vector<BillingPlan> plans = {};  // of the configuration
  std::string this_host = {};
  std::vector<RefusedTime> refused = {};  // as far as they can be known: in the state directory
};

// Words that lead nowhere fail with what is near: dates, zones, names of interfaces and hosts that the
// history does not have.
Result<HistoryQuestion> understand(const HistoryOptions& options, const history::HistoryContent& content,
                                   const HistorySetting& setting);

}  // namespace collector
