// What `keep` means for what is in a file: said when a file meets it for the first time, before anything
// goes.
#pragma once

#include <string>

#include "collector/core/time.h"
#include "collector/history/keep.h"
#include "collector/history/level_writer.h"
#include "collector/sqlite/database.h"

namespace collector::history {

// "rows stay 30d and sums over 5 minutes 90d; …": which of them go, and when. Empty: the file knows this
// `keep`, or holds nothing yet. Remembers it in the file, inside the caller's transaction.
sqlite::SqliteResult<std::string> keep_notice(const sqlite::Database& database, LevelWriter& levels,
                                              const Keep& keep, WallTime now);

}  // namespace collector::history
