// Takes series out of the tables that no row and no bucket refers to any more, a few with each write. Of each
// series the file has the time that none of its rows is younger than (SeriesIds); once the oldest row is
// younger than that, there is none of its own. Whether there are buckets is looked up. Used by the sink's
// thread, outside of transactions.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "collector/core/time.h"
#include "collector/history/level_writer.h"
#include "collector/sqlite/database.h"

namespace collector::history {

class SeriesPrune {
 public:
  SeriesPrune(const sqlite::Database& database, LevelWriter& levels)
      : database_(&database), levels_(&levels) {}

  // Looks at no more than twice as many as rows were written and some more: at those without rows, from the
  // oldest on, when rows were deleted, and at all of them again once an hour, when buckets of them may have
  // gone, or rows by somebody else. Returns the numbers of those that went.
  sqlite::SqliteResult<std::vector<std::int64_t>> run(BootTime now, std::uint64_t rows_written,
                                                      std::uint64_t rows_deleted);

  // Series that had buckets may have none any more: the next run() begins with the oldest.
  void look_again() { looked_.reset(); }

 private:
  // Of all rows; nothing: there are none. `which` is min or max.
  sqlite::SqliteResult<std::optional<std::int64_t>> time_of(const char* which) const;
  // Those of which an earlier version has not kept it. Returns how many.
  sqlite::SqliteResult<std::int64_t> set_last_time(std::int64_t at_most) const;
  struct Found {
    std::int64_t id = 0;
    std::int64_t last_time = 0;
    std::string measurement;
    std::string view;
  };
  // The next ones without rows.
  sqlite::SqliteResult<std::vector<Found>> next(std::int64_t at_most) const;
  sqlite::SqliteResult<bool> has_buckets(const Found& series) const;
  sqlite::SqliteResult<> remove(const Found& series) const;

  const sqlite::Database* database_;
  LevelWriter* levels_;
  std::optional<BootTime> looked_;  // from the oldest on
  // Up to here they were looked at.
  std::int64_t last_time_ = 0;
  std::int64_t id_ = 0;
  bool more_ = false;  // the last call left some
};

}  // namespace collector::history
