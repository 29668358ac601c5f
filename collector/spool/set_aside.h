// Moves a database file that can't be used (the spool, a sink's) out of the way, never deleting it.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "collector/core/error.h"
#include "collector/core/time.h"

namespace collector {

// Renames `file` to "<file>.<why>-<UTC time>" and its -wal and -shm alike, so that `sqlite3` can still open
// what is left; durable on return. Returns the new path. The file must be closed.
Result<std::filesystem::path> set_aside(const std::filesystem::path& file, WallTime now,
                                        std::string_view why = "damaged");

}  // namespace collector
