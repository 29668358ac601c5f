// The tables and views of one measurement's levels: finds or makes them, adds columns, and adds buckets to
// what is stored. Everything runs inside the caller's transaction; after a rollback the object is thrown
// away.
//
//   <view>_5m_data(series_id, time, span, flags, <columns>)                          key (series_id, time)
//   <view>_1d_data(series_id, time, day_ends, day_zone, day, span, flags, <columns>)
//
// `time` is the bucket's start in Unix seconds and `span` the milliseconds observed in it. `day` is the local
// date in days since 1970, day_zone a number of table day_zone.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "collector/history/bucket.h"
#include "collector/history/level.h"
#include "collector/history/level_columns.h"
#include "collector/history/measurement_tables.h"
#include "collector/sqlite/database.h"

namespace collector::history {

// Where a bucket is stored.
struct BucketPlace {
  std::int64_t series = 0;
  std::int64_t time = 0;  // Unix seconds
  // Of days.
  std::int64_t day_ends = 0;
  std::int64_t day_zone = 0;
  std::int64_t day = 0;
};

class LevelTables {
 public:
  // `tables` and `database` outlive it.
  static sqlite::SqliteResult<LevelTables> find_or_make(const sqlite::Database& database,
                                                        MeasurementTables& tables);

  const LevelColumns& columns() const { return columns_; }
  // Whether columns have come since.
  bool is_stale() const { return tables_->column_count() != column_count_; }
  std::string table(Level level) const;  // quoted

  // Calls visit(time, bucket) for the series' buckets from `from` on, in the order of time. An error ends it.
  using Visit = std::function<sqlite::SqliteResult<>(std::int64_t time, const Bucket& bucket)>;
  sqlite::SqliteResult<> read(Level level, std::int64_t series, std::int64_t from, const Visit& visit) const;

  // Before which moments buckets of a series have gone, in levels that a coarser one outlives; what begins
  // there is stored in the coarser ones alone. Unix seconds.
  using Gone = std::array<std::int64_t, level_count>;
  sqlite::SqliteResult<Gone> gone(std::int64_t series);

  // Adds to the bucket that is stored there, or stores it. `newer` as in Bucket::merge.
  sqlite::SqliteResult<> add(Level level, const BucketPlace& place, const Bucket& bucket, bool newer);

 private:
  std::string value_names() const;  // span, flags and the columns, for SQL
  // From the columns of a statement, of which `first` is span.
  Bucket bucket_in(const sqlite::Statement& statement, int first) const;
  struct OfLevel {
    std::string view;
    std::optional<sqlite::Statement> find, store;
    // By the number of the column: the newest state within a time, of the level below.
    std::vector<std::pair<std::size_t, sqlite::Statement>> newest;
  };
  LevelTables(const sqlite::Database& database, MeasurementTables& tables)
      : database_(&database), tables_(&tables) {}
  sqlite::SqliteResult<> make(Level level);
  sqlite::SqliteResult<> add_columns(Level level);
  sqlite::SqliteResult<> make_view(Level level) const;
  sqlite::SqliteResult<> prepare(Level level);
  // States of a bucket that late rows came into: neither what was stored nor what comes need be the newest.
  sqlite::SqliteResult<> find_newest(Level level, const BucketPlace& place, Bucket& whole);
  OfLevel& of(Level level) { return of_[static_cast<std::size_t>(level)]; }
  const OfLevel& of(Level level) const { return of_[static_cast<std::size_t>(level)]; }

  const sqlite::Database* database_;
  MeasurementTables* tables_;
  std::size_t column_count_ = 0;
  LevelColumns columns_;
  std::array<OfLevel, level_count> of_;
  std::optional<sqlite::Statement> find_gone_;
};

}  // namespace collector::history
