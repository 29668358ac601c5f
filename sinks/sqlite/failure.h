// SQLite's errors as the operator reads them.
#pragma once

#include "collector/sqlite/database.h"
#include "sinks/sink.h"

namespace collector::sqlite_store {

SinkFailure to_failure(const sqlite::SqliteError& error);

}  // namespace collector::sqlite_store
