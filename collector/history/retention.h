// Retention: deletes the oldest raw rows by age and by size, in small steps that are transactions of their
// own, after a write. Readers are never held up (WAL); freed pages are used again, so the file stops growing
// but does not shrink. What is old is told by the RetentionClock, and so is how much may go in an hour by
// age; the size is a bound at any time; rows of the last hour go last, after all buckets. What was written
// lately does not count as old, whatever its stamp: neither by age, nor by size as long as there are rows
// that are older. Used by the sink's thread.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "collector/core/retention_clock.h"
#include "collector/core/time.h"
#include "collector/history/keep.h"
#include "collector/history/level_writer.h"
#include "collector/sqlite/database.h"

namespace collector::history {

class Retention {
 public:
  // `clock`, which outlives it, knows the file as `store`; null: nothing is deleted by age.
  // `levels`: rows go into them before they are deleted.
  Retention(const sqlite::Database& database, LevelWriter& levels, Keep keep, RetentionClock* clock,
            std::string store)
      : database_(&database),
        levels_(&levels),
        keep_(std::move(keep)),
        terms_(terms_of(keep_)),
        clock_(clock),
        store_(std::move(store)) {}

  static constexpr std::uint64_t rows_per_step = 1000;

  // Does a bounded number of steps, more after a large write; what is left waits for the next call. Returns
  // how many rows went.
  sqlite::SqliteResult<std::uint64_t> run(Instant now, std::uint64_t rows_written);
  // When nothing else is left to go: rows of the last hour too, twice as many as have come, so that the file
  // does not grow; not more, for their sums come in their place.
  sqlite::SqliteResult<std::uint64_t> delete_of_last_hour(std::uint64_t rows_written);

  // Whether the file is larger than it should be although of rows only the last hour is left.
  bool is_full() const { return full_; }

  // What it keeps because the time is not certain; empty: nothing.
  const std::string& held_back() const { return held_back_; }

 private:
  struct Place {
    std::string table;        // quoted
    std::int64_t oldest = 0;  // its oldest row's stamp
    std::int64_t before = 0;  // up to here (not included) no stamp stands for something younger
  };
  struct Deletion {
    Place place;     // rows of these stamps are to go
    Duration age{};  // by which; 0: the size
  };
  // The measurements whose rows stay for the same time.
  struct Term {
    Duration age{};
    std::vector<StampRange> young{};   // written within that age
    std::optional<Place> oldest = {};  // beside those; unknown: to be looked up
  };
  static std::vector<Term> terms_of(const Keep& keep);
  using Found = sqlite::SqliteResult<std::optional<Place>>;
  // Quoted; of all measurements, or of those whose rows stay for `age`.
  sqlite::SqliteResult<std::vector<std::string>> tables(std::optional<Duration> age = std::nullopt) const;
  sqlite::SqliteResult<std::uint64_t> delete_future_of(const std::string& measurement, std::int64_t from,
                                                       std::uint64_t at_most) const;
  // The oldest row that is in none of these ranges; nothing when there is none. `age`: as for tables().
  Found oldest_beside(std::span<const StampRange> young, std::optional<Duration> age = std::nullopt) const;
  static Found oldest_in(const sqlite::Database& database, const std::string& table,
                         std::span<const StampRange> young);
  Found oldest_of_all() const;
  // The oldest row, unless it is of the last hour and that is spared.
  Found next_by_size() const;
  sqlite::SqliteResult<std::uint64_t> bytes_in_use();
  // What is to go next.
  sqlite::SqliteResult<std::optional<Deletion>> next();
  sqlite::SqliteResult<std::optional<Deletion>> next_by_age();
  void forget_oldest();
  // One transaction.
  sqlite::SqliteResult<std::uint64_t> delete_some(std::uint64_t at_most);
  sqlite::SqliteResult<std::uint64_t> delete_from(const Place& place, std::uint64_t at_most) const;
  sqlite::SqliteResult<std::uint64_t> delete_future(Instant now);
  // Rows that may still go by age in this hour.
  sqlite::SqliteResult<std::uint64_t> allowed(Duration age);
  sqlite::SqliteResult<> spend(std::uint64_t rows);
  std::uint64_t count_rows() const;

  const sqlite::Database* database_;
  LevelWriter* levels_;
  Keep keep_;
  std::vector<Term> terms_;  // of the ages that there are
  RetentionClock* clock_;
  std::string store_;
  std::optional<WallTime> believed_;  // of this run()
  std::optional<sqlite::Statement> pages_;
  std::optional<BootTime> looked_;  // for rows of the future
  bool spares_last_hour_ = true;
  bool full_ = false;
  bool shrinking_ = false;      // over the size limit, on the way down
  std::uint64_t measured_ = 0;  // bytes in use when pages were last counted; 0: rows are counted
  std::string held_back_;
};

}  // namespace collector::history
