// Imported series are told from measured ones by their source: no machine's, but one for each program that
// their numbers are from.
#pragma once

#include <cstdint>
#include <set>

#include "collector/core/uuid.h"
#include "collector/history/past_traffic.h"
#include "collector/sqlite/database.h"

namespace collector::history {

// A UUID of version 8 (RFC 9562: made by a rule of one's own), which no machine gets by chance.
Uuid import_source(PastProgram program);

// For SQL, of a row of table `source`: "uuid LIKE '…%'".
inline constexpr std::string_view is_import_source = "uuid LIKE '696d706f-7274-8000-8000-%'";

// The same of a table of buckets: its measured series alone.
inline constexpr std::string_view is_measured_series =
    "series_id NOT IN (SELECT s.id FROM series AS s JOIN source AS o ON o.id = s.source WHERE"
    " o.uuid LIKE '696d706f-7274-8000-8000-%')";

// The numbers of all imported series of a file.
sqlite::SqliteResult<std::set<std::int64_t>> imported_series(const sqlite::Database& database);

}  // namespace collector::history
