// What a schedule costs on a database that suspends when nobody has used it for five minutes (Neon): nearly
// all of it is the idle time after each sync.
#pragma once

#include <string_view>

#include "collector/core/time.h"
#include "sinks/sink.h"

namespace collector::postgres_store {

inline constexpr Duration suspends_after = std::chrono::minutes(5);
inline constexpr Duration work_per_sync =
    std::chrono::milliseconds(1500);  // start of the compute, and the sync
inline constexpr double hours_a_month = 730;

// Whether the connection string names a host of Neon's; an empty one: whether PGHOST does.
bool leads_to_neon(std::string_view conninfo);

// Hours a month that such a database is awake; `every` of 0: always.
double awake_hours_a_month(Duration every);

// In words, for `check` and `status`; a warning when it hardly sleeps, or never.
SinkNote sleep_note(Duration every);

}  // namespace collector::postgres_store
