// Takes series out of the tables that no row refers to any more, a few with each write. A series' last day is
// kept with it (SeriesIds); once the oldest row of its measurement is younger than that, there is none of its
// own. Used by the sink's thread, outside of transactions.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "collector/core/time.h"
#include "collector/sqlite/database.h"

namespace collector::sqlite_store {

class SeriesPrune {
 public:
  explicit SeriesPrune(const sqlite::Database& database) : database_(&database) {}

  // Looks at some series, twice as many as rows were written and some more; through all of them about once an
  // hour. Returns how many went.
  sqlite::SqliteResult<std::uint64_t> run(BootTime now, std::uint64_t rows_written);

 private:
  // What is known of one measurement's rows, for one walk through the series.
  struct Rows {
    std::string series_table;               // quoted
    std::optional<std::int64_t> first_day;  // of its oldest row; nothing: it has no rows, or they are unknown
    std::int64_t last_day = 0;              // of its newest row
  };
  struct Found {
    std::int64_t id = 0;
    std::string measurement;
    std::optional<std::int64_t> last_day;
  };
  sqlite::SqliteResult<> begin();
  sqlite::SqliteResult<std::vector<Found>> next(std::uint64_t at_most);
  sqlite::SqliteResult<> date(const Found& series, std::int64_t day) const;
  sqlite::SqliteResult<bool> remove(const Found& series, const Rows& rows) const;

  const sqlite::Database* database_;
  std::optional<BootTime> begun_;
  std::map<std::string, Rows> measurements_;
  std::int64_t next_ = 0;  // number of a series; all before were looked at
  bool walking_ = false;
};

// Of a row, by its start; what SeriesIds keeps with a series.
inline std::int64_t day_of(WallTime time) {
  return std::chrono::floor<std::chrono::days>(time).time_since_epoch().count();
}

}  // namespace collector::sqlite_store
