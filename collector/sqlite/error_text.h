// Internal: turns SQLite's result codes into SqliteError.
#pragma once

#include <string_view>

#include "collector/sqlite/database.h"

namespace collector::sqlite {

// The failure `code` of the last call on `database` (null: it could not even be made), which is kept in
// `file`.
SqliteError make_error(sqlite3* database, std::string_view file, int code);

}  // namespace collector::sqlite
