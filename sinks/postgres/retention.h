// Retention: during a sync it deletes old rows by age and by size, in small steps, has the free space used
// again (VACUUM: the server's own does not run while the database is suspended), and deletes series that no
// row refers to any more. Looks at most once an hour, or after many rows; where nothing is to be kept
// shorter, once a day and at series only. Used by the sink's thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "collector/core/log.h"
#include "collector/core/time.h"
#include "sinks/postgres/connection.h"
#include "sinks/postgres/options.h"
#include "sinks/sink.h"

namespace collector::postgres_store {

// The tables of rows that sinks have made in this schema, not quoted: somebody's own are not among them.
PgResult<std::vector<std::string>> data_tables(Connection& connection, const std::string& schema);

// A data table as the database describes it.
struct TableSize {
  std::string name;
  bool vacuumable = true;            // by this role
  std::uint64_t heap_bytes = 0;      // of its file, with what is free in it
  std::uint64_t other_bytes = 0;     // indexes, maps, long values
  double rows = -1;                  // as of the last ANALYZE; negative: there was none
  double row_bytes = 0;              // of one row, measured; 0: not known
  std::uint64_t used_bytes() const;  // without free space, which new rows take
};

class Retention {
 public:
  static constexpr std::uint64_t rows_per_step = 5'000;  // of each table
  static constexpr int most_steps = 100;  // or 20 s of them; what is left waits for the next time

  // `options` outlives it.
  explicit Retention(const Options& options) : options_(options), failure_log_(options.component) {}

  // After rows were stored. What goes wrong is logged, and said by note().
  void run(Connection& connection, Instant now, std::uint64_t rows_written);

  // When it last looked, also in an earlier process.
  const std::optional<WallTime>& checked() const { return checked_; }
  void set_checked(std::optional<WallTime> when) { checked_ = when; }

  std::optional<SinkNote> note() const { return note_; }

 private:
  struct Sizes {
    std::vector<TableSize> tables;
    std::uint64_t other = 0;  // of all else in the schema
    std::uint64_t files() const;
    std::uint64_t used() const;
  };
  bool is_due(WallTime now, std::uint64_t rows_written);
  // These say how many rows they have deleted.
  PgResult<std::uint64_t> delete_by_age(Connection& connection);
  PgResult<std::uint64_t> delete_by_size(Connection& connection, bool deleted);
  PgResult<std::uint64_t> delete_before(Connection& connection, const std::vector<std::string>& tables,
                                        const std::string& cutoff);
  PgResult<Sizes> measure(Connection& connection);
  PgResult<> vacuum(Connection& connection, const Sizes& sizes);
  // The time before which rows make up `bytes`, as a literal; empty: not known.
  PgResult<std::string> cutoff_for(Connection& connection, const Sizes& sizes, std::uint64_t bytes);
  void say(const Sizes& sizes);

  const Options& options_;
  log::RateLimitedWarning failure_log_;
  std::optional<WallTime> checked_;
  std::uint64_t rows_since_ = 0;
  std::optional<SinkNote> note_;
};

}  // namespace collector::postgres_store
