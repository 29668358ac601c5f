// What happened to the spool, for people: the newest thousand. Seldom used, so its statements are prepared
// when they are needed. Used under the spool's disk lock.
#pragma once

#include <vector>

#include "collector/spool/spool.h"
#include "collector/sqlite/database.h"

namespace collector {

class EventStore {
 public:
  explicit EventStore(const sqlite::Database& database) : database_(&database) {}

  sqlite::SqliteResult<> add(const SpoolEvent& event);
  sqlite::SqliteResult<std::vector<SpoolEvent>> read(std::size_t at_most);  // newest first

 private:
  const sqlite::Database* database_;
};

}  // namespace collector
