// Closed periods in the file: table billing_period_data, view billing_period. Used inside the caller's
// transaction.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "collector/history/closed_period.h"
#include "collector/history/usage_fold.h"
#include "collector/sqlite/database.h"

namespace collector::history {

// By plan and start; of one plan, or of all that the file has ever had.
sqlite::SqliteResult<std::vector<ClosedPeriod>> read_closed_periods(
    const sqlite::Database& database, const std::optional<std::string>& plan = std::nullopt);

// In place of one with the same plan and start.
sqlite::SqliteResult<> write_closed_period(const sqlite::Database& database, const ClosedPeriod& period);

// Something has come late for a time: the periods that it lies in are to be worked out again.
sqlite::SqliteResult<> mark_stale_periods(const sqlite::Database& database, const Stretch& time);
sqlite::SqliteResult<std::vector<ClosedPeriod>> read_stale_periods(const sqlite::Database& database);
// It was looked at; what was stored of it stands.
sqlite::SqliteResult<> keep_period(const sqlite::Database& database, const ClosedPeriod& period);

}  // namespace collector::history
