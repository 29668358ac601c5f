// Retention: deletes the oldest rows by age and by size, in small steps that are transactions of their own,
// after a write. Readers are never held up (WAL); freed pages are used again, so the file stops growing but
// does not shrink. Used by the sink's thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "collector/core/time.h"
#include "collector/sqlite/database.h"

namespace collector::sqlite_store {

struct Keep {
  Duration age{};          // 0: for ever
  std::uint64_t size = 0;  // bytes in use, free pages not counted; 0: no limit
};

class Retention {
 public:
  Retention(const sqlite::Database& database, Keep keep) : database_(&database), keep_(keep) {}

  static constexpr std::uint64_t rows_per_step = 1000;

  // Does a bounded number of steps, more after a large write; what is left waits for the next call. Returns
  // how many rows went.
  sqlite::SqliteResult<std::uint64_t> run(Instant now, std::uint64_t rows_written);

 private:
  // A data table (quoted) and the time of its oldest row.
  struct Table {
    std::string name;
    std::int64_t oldest = 0;
  };
  // The table with the oldest row of all; nothing when there are no rows.
  sqlite::SqliteResult<std::optional<Table>> oldest_table() const;
  sqlite::SqliteResult<std::uint64_t> bytes_in_use();
  // Rows before this are to go; nothing: none are.
  sqlite::SqliteResult<std::optional<std::int64_t>> cutoff(Instant now, std::int64_t oldest);
  // One transaction.
  sqlite::SqliteResult<std::uint64_t> delete_some(Instant now);
  sqlite::SqliteResult<std::uint64_t> delete_from(const std::string& table, std::int64_t before,
                                                  std::uint64_t at_most) const;
  bool clock_is_trusted(Instant now);

  const sqlite::Database* database_;
  Keep keep_;
  std::optional<sqlite::Statement> pages_;
  std::optional<Instant> before_;       // the previous run
  std::optional<BootTime> jumped_;      // when the wall clock was last seen to have been set forward
  std::optional<std::int64_t> oldest_;  // of all tables; unknown: to be looked up
  bool shrinking_ = false;              // over the size limit, on the way down
};

}  // namespace collector::sqlite_store
