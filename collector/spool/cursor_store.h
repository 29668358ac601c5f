// The sinks' cursors on disk. Used under the spool's disk lock.
#pragma once

#include <string>
#include <vector>

#include "collector/spool/cursor.h"
#include "collector/sqlite/database.h"

namespace collector {

class CursorStore {
 public:
  static sqlite::SqliteResult<CursorStore> open(const sqlite::Database& database);
  sqlite::SqliteResult<std::vector<Cursor>> load();
  sqlite::SqliteResult<> save(const Cursor& cursor);
  sqlite::SqliteResult<> remove(const std::string& sink);

 private:
  sqlite::Statement load_;
  sqlite::Statement save_;
  sqlite::Statement remove_;
};

}  // namespace collector
