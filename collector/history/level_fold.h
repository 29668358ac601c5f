// LevelFold: rows of one measurement on their way into its levels. They are spread over 5-minute buckets in
// memory; write() adds those to what is stored, and what they add up to to hours and days: so the three
// levels have the same sums, whatever comes when. Where a finer level has gone already, the coarser ones
// alone take them: what is left of a level is whole. Used inside the caller's transaction.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <utility>

#include "collector/history/bucket.h"
#include "collector/history/day_zones.h"
#include "collector/history/level_tables.h"

namespace collector::history {

class LevelFold {
 public:
  // `row`: its values, in the order of the columns of rows. Rows of a series come in the order of time.
  void add(std::span<const BucketColumn> columns, std::int64_t series, const RowTime& time,
           std::int64_t flags, std::span<const Datum> row);
  // `newer`: these rows are younger than all that is stored. Nothing is left in memory.
  sqlite::SqliteResult<> write(LevelTables& tables, const DaysOfSeries& days, bool newer);

  std::size_t size() const { return buckets_.size(); }

 private:
  std::map<std::pair<std::int64_t, std::int64_t>, Bucket> buckets_;  // by series and start
};

// Adds up buckets that follow one another to a longer one, which is stored when the next one begins.
class LongerBucket {
 public:
  LongerBucket(LevelTables& tables, Level level, bool newer)
      : tables_(&tables), level_(level), newer_(newer) {}

  // `place`: of the longer one.
  sqlite::SqliteResult<> add(const BucketPlace& place, const Bucket& bucket);
  // Stores the last one.
  sqlite::SqliteResult<> finish();

 private:
  LevelTables* tables_;
  Level level_;
  bool newer_;
  bool open_ = false;
  BucketPlace place_;
  Bucket bucket_;
};

// The stored place of the day that a moment lies in.
BucketPlace place_of_day(const CutDay& day, std::int64_t series);

}  // namespace collector::history
