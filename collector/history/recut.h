// Recut: days follow the zone that is configured. When it changes, days are cut anew from the finest level
// that still holds them, one series after the other, in steps; older days stay as they are. Where the two
// meet, the last old day ends and the first new one begins: nothing is counted twice, and nothing left out.
//
// Used inside the caller's transaction; after a rollback it is read() again.
#pragma once

#include <cstdint>
#include <optional>

#include "collector/history/day_zones.h"
#include "collector/history/level_writer.h"
#include "collector/sqlite/database.h"

namespace collector::history {

class Recut {
 public:
  // Both outlive it.
  Recut(const sqlite::Database& database, LevelWriter& levels, FileTables& tables)
      : database_(&database), levels_(&levels), tables_(&tables) {}

  // Tells the writer of the levels how the days of this file are cut.
  sqlite::SqliteResult<> read();
  // From here on days are those of `zone`. One that differs from the last one's starts cutting anew.
  sqlite::SqliteResult<> use(const Zone& zone);
  // Cuts the days of some series anew; nothing to do most of the time.
  sqlite::SqliteResult<> step();
  bool is_done() const { return !recut_; }

 private:
  struct Source {
    Level level = Level::five_minutes;
    std::int64_t since = 0;  // days from here on can be cut from it
  };
  sqlite::SqliteResult<Source> source_for(const Zone& zone);
  // Where the first measured day begins of those from `from` on; int64's largest: there is none.
  sqlite::SqliteResult<std::int64_t> first_day(const LevelTables& tables, std::int64_t from) const;
  // The first day, of those that there are, that a level holds whole.
  sqlite::SqliteResult<std::int64_t> held_since(Level level);
  sqlite::SqliteResult<std::int64_t> gone_before(Level level, const std::string& measurement,
                                                 const LevelTables& tables);
  sqlite::SqliteResult<std::int64_t> oldest_day();
  sqlite::SqliteResult<> cut(std::int64_t series, const std::string& measurement);

  const sqlite::Database* database_;
  LevelWriter* levels_;
  FileTables* tables_;
  std::optional<std::int64_t> recut_;  // series below are cut; nothing: all are
  Level from_ = Level::five_minutes;
  std::int64_t rows_ = 0;  // read in this step
};

}  // namespace collector::history
