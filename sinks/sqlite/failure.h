// SQLite's errors as the operator reads them.
#pragma once

#include <filesystem>

#include "collector/sqlite/database.h"
#include "sinks/sink.h"

namespace collector::sqlite_store {

SinkFailure to_failure(const sqlite::SqliteError& error);
// The position in this file is another collector's.
SinkFailure moved_by_another(const std::filesystem::path& file);

}  // namespace collector::sqlite_store
