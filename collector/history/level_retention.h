// LevelRetention: deletes buckets that are older than their level keeps them, the series one after the other,
// a few with each write and all of them about once an hour. What is old is told by the RetentionClock; of one
// series at most a quarter of the time that it covers goes at once. Used by the store's thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "collector/core/retention_clock.h"
#include "collector/core/time.h"
#include "collector/history/keep.h"
#include "collector/history/level_writer.h"
#include "collector/sqlite/database.h"

namespace collector::history {

class LevelRetention {
 public:
  // All outlive it. Without a clock nothing is deleted.
  LevelRetention(const sqlite::Database& database, LevelWriter& levels, Keep keep, RetentionClock* clock)
      : database_(&database), levels_(&levels), keep_(std::move(keep)), clock_(clock) {}

  // Returns how many buckets went.
  sqlite::SqliteResult<std::uint64_t> run(Instant now, std::uint64_t rows_written);

  // Makes room: a piece of the oldest buckets of the finest level that has some to spare. Returns how many
  // went; 0: there are none.
  sqlite::SqliteResult<std::uint64_t> evict();
  // Where no level has: all buckets of some series that have no rows any more, of those that are gone
  // longest.
  sqlite::SqliteResult<std::uint64_t> evict_gone(std::uint64_t rows_written);

 private:
  struct Edges {
    std::int64_t oldest = 0;
    std::int64_t newest = 0;
  };
  // Whether some level of some measurement does not stay for ever.
  bool has_an_end() const;
  // Of all series in a level; nothing: it is empty.
  sqlite::SqliteResult<std::optional<Edges>> edges(Level level);
  // All buckets of some series that have no row since then.
  sqlite::SqliteResult<std::uint64_t> remove_gone(std::int64_t since, std::int64_t at_most,
                                                  bool imported) const;
  // Of one series in one level, what begins before `before`.
  sqlite::SqliteResult<std::uint64_t> remove(LevelTables& tables, Level level, std::int64_t series,
                                             std::int64_t before) const;
  // Notes it (LevelTables::gone), of the series that SQL selects.
  sqlite::SqliteResult<> note_gone(Level level, const std::string& series, std::int64_t before) const;

  const sqlite::Database* database_;
  LevelWriter* levels_;
  Keep keep_;
  RetentionClock* clock_;
  std::optional<BootTime> begun_;
  std::int64_t next_ = 0;  // number of a series; those before were looked at
  bool walking_ = false;
};

}  // namespace collector::history
