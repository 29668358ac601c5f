// What can be said of a Postgres sink's settings: what is wrong with them as far as it can be known without
// asking the server, whether the server would take rows, and what the schedule costs.
#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "collector/core/time.h"
#include "config/check.h"
#include "config/settings.h"
#include "sinks/postgres/options.h"
#include "sinks/sink.h"

namespace collector::postgres_store {

std::vector<SettingMistake> mistakes_in(const Settings& settings, const CheckContext& context);

// By one connection and two questions, which change nothing. What was found: "database metrics on db:5432
// (PostgreSQL 15.8), schema collector is there".
std::expected<std::string, SinkFailure> probe(const Options& options);

// A database that suspends when nobody has used it for five minutes (Neon): nearly all that it costs is the
// idle time after each sync.
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
