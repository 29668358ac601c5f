// The history as one call has it: opened for it, with what the running collector has not written yet.
#pragma once

#include <atomic>
#include <expected>
#include <optional>
#include <vector>

#include "collector/app/open_window_desk.h"
#include "collector/history/answers/question.h"
#include "collector/history/history_file.h"
#include "collector/web/problem.h"
#include "config/configuration.h"
#include "config/plan.h"

namespace collector::web {

// `cancelled` outlives the file. Fails where the configuration has no SQLite sink or there is no file yet.
std::expected<history::HistoryFile, Problem> open_history(const Configuration& configuration,
                                                          OpenWindowDesk& open_window,
                                                          const std::atomic<bool>& cancelled);

// Rows that the sink which writes it did not take; nothing where there is none.
std::vector<RefusedTime> refused_by_history(const Configuration& configuration);

// The zone in force, by its name in the time zone database, whether it is configured or the machine's.
std::string zone_in_force(const Configuration& configuration);

std::vector<BillingPlan> plans_of(const Configuration& configuration);

}  // namespace collector::web
