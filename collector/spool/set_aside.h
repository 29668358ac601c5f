// Moves a damaged spool file out of the way, never deleting it.
#pragma once

#include <filesystem>
#include <string>

#include "collector/core/error.h"
#include "collector/core/time.h"

namespace collector {

// Renames `file` to "<file>.damaged-<UTC time>" and its -wal and -shm alike, so that `sqlite3` can still open
// what is left; durable on return. Returns the new path. The file must be closed.
Result<std::filesystem::path> set_aside(const std::filesystem::path& file, WallTime now);

}  // namespace collector
