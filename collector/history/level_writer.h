// LevelWriter: takes rows into the levels. There is one moment, `closed`: rows that begin before it are in
// all levels, whole, and the others in none.
//
//     raw rows ────────────────────────────────┬──────────────► time
//     levels hold their sums                   │ not yet: whoever reads adds these rows
//                                           closed
//
// It moves on when an hour is over, to the next hour's beginning, in the transaction of the row that tells
// so: twelve 5-minute buckets of a series go into the same page at once, and nothing about open buckets is in
// memory alone. A row that comes later than that is added to the stored buckets, in the transaction that
// stores it. The history of an earlier version is taken in by the same steps: `closed` begins before its
// oldest row.
//
// Used inside the caller's transaction; after a rollback it must forget().
#pragma once

#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "collector/history/day_zones.h"
#include "collector/history/file_tables.h"
#include "collector/history/level_fold.h"
#include "collector/history/level_tables.h"
#include "collector/history/usage_fold.h"
#include "collector/sqlite/database.h"

namespace collector::history {

class LevelWriter {
 public:
  // Both outlive it.
  LevelWriter(const sqlite::Database& database, FileTables& tables)
      : database_(&database), tables_(&tables) {}

  // Rows that one call of close_up_to() takes in at most, more or less.
  static constexpr std::int64_t rows_at_once = 50'000;

  void set_days(DaysOfSeries days) { days_ = std::move(days); }
  const DaysOfSeries& days() const { return days_; }
  // After a rollback.
  void forget();
  // When the FileTables are forgotten, but what is stored stands. After flush().
  void forget_tables() { by_name_.clear(); }

  // Whether a row that begins then is late: it goes in by add(). Others wait in their table.
  sqlite::SqliteResult<bool> is_closed(std::int64_t start);
  // A row that was stored just now and is late, with all columns of its table that it has a value for.
  using NamedValues = std::vector<std::pair<std::string, Datum>>;
  sqlite::SqliteResult<> add(const std::string& measurement, std::int64_t series, const RowTime& time,
                             std::int64_t flags, const NamedValues& values);
  // The time of all rows of a measurement that were late since the last call; nothing: none was.
  std::optional<Stretch> take_late(const std::string& measurement);
  // Stores what add() has taken. Before the transaction ends.
  sqlite::SqliteResult<> flush();

  // Moves on to `moment` (Unix seconds), or as far as rows_at_once allow. Returns whether it got there.
  sqlite::SqliteResult<bool> close_up_to(std::int64_t moment);
  // Before rows are deleted from a table: all that begin before `moment` are in the levels then, however
  // many.
  sqlite::SqliteResult<> close_all_before(std::int64_t moment);
  // Takes in rows of one table that are about to be deleted: of those that `where` selects, the ones that are
  // not in yet. They lie beyond all that is closed soon.
  sqlite::SqliteResult<> add_rows(const std::string& measurement, const std::string& where);
  sqlite::SqliteResult<std::optional<std::int64_t>> closed();

  // Names of all measurements that the file has, and the table of one's rows, quoted.
  sqlite::SqliteResult<std::vector<std::string>> measurements() const { return tables_->names(); }
  // The start of the oldest row that does not begin before `from`.
  sqlite::SqliteResult<std::optional<std::int64_t>> oldest_row(
      std::int64_t from = std::numeric_limits<std::int64_t>::min());
  sqlite::SqliteResult<std::string> table_of_rows(const std::string& measurement);
  // The levels of a measurement that the file has.
  sqlite::SqliteResult<LevelTables*> tables_of(const std::string& measurement);

 private:
  struct OfMeasurement {
    MeasurementTables* tables = nullptr;
    std::optional<LevelTables> levels;
    std::map<std::string, std::size_t> column;  // of rows, by name
    LevelFold late;
  };
  sqlite::SqliteResult<OfMeasurement*> find(const std::string& measurement);
  sqlite::SqliteResult<> move_to(std::int64_t moment);
  // Adds rows of a table to `fold`; returns how many.
  sqlite::SqliteResult<std::int64_t> read(OfMeasurement& one, const std::string& where, LevelFold& fold,
                                          bool newer);

  const sqlite::Database* database_;
  FileTables* tables_;
  DaysOfSeries days_;
  std::map<std::string, OfMeasurement> by_name_;
  std::map<std::string, Stretch> late_;  // by measurement
  std::optional<std::int64_t> closed_;   // as the file has it; nothing: unknown, or there is no row yet
};

}  // namespace collector::history
