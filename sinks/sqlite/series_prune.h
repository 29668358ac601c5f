// Takes series out of the tables that no row refers to any more, a few with each write. Of each series the
// file has the time that none of its rows is younger than (SeriesIds); once the oldest row is younger than
// that, there is none of its own. Used by the sink's thread, outside of transactions.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "collector/core/time.h"
#include "collector/sqlite/database.h"

namespace collector::sqlite_store {

class SeriesPrune {
 public:
  explicit SeriesPrune(const sqlite::Database& database) : database_(&database) {}

  // Takes out at most twice as many as rows were written and some more. Looks for them when rows were
  // deleted, and once an hour: somebody else may have deleted some. Returns the numbers of those that went.
  sqlite::SqliteResult<std::vector<std::int64_t>> run(BootTime now, std::uint64_t rows_written,
                                                      std::uint64_t rows_deleted);

 private:
  // Of all rows; nothing: there are none. `which` is min or max.
  sqlite::SqliteResult<std::optional<std::int64_t>> time_of(const char* which) const;
  // Those of which an earlier version has not kept it. Returns how many.
  sqlite::SqliteResult<std::int64_t> set_last_time(std::int64_t at_most) const;
  sqlite::SqliteResult<std::vector<std::int64_t>> remove(std::int64_t at_most) const;

  const sqlite::Database* database_;
  std::optional<BootTime> looked_;
  bool more_ = false;  // the last call left some
};

}  // namespace collector::sqlite_store
