// SQLite's errors as the operator reads them.
#pragma once

#include "collector/core/failure.h"
#include "collector/sqlite/database.h"

namespace collector::history {

Failure to_failure(const sqlite::SqliteError& error);

}  // namespace collector::history
