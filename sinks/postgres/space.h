// Space: deletes old rows by age and size, during a sync, in small steps, and has the room they leave used
// again (VACUUM: the server's own does not run while the database sleeps). Looks at most once an hour, or
// after many rows. Nothing local is touched. Used by the sink's thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "collector/core/log.h"
#include "collector/core/time.h"
#include "sinks/postgres/connection.h"
#include "sinks/postgres/options.h"
#include "sinks/postgres/space_plan.h"
#include "sinks/sink.h"

namespace collector::postgres_store {

class Space {
 public:
  static constexpr std::uint64_t rows_per_step = 5'000;  // of each table
  static constexpr int most_steps = 100;  // or 20 s of them; what is left waits for the next time

  // `options` outlives it.
  explicit Space(const Options& options) : options_(options), trouble_(options.component) {}

  // After rows were stored. What goes wrong is logged, and said by note().
  void run(Connection& connection, Instant now, std::uint64_t rows_written);

  // When it last looked, also in an earlier process.
  const std::optional<WallTime>& checked() const { return checked_; }
  void set_checked(std::optional<WallTime> when) { checked_ = when; }

  std::optional<SinkNote> note() const { return note_; }

 private:
  bool is_due(WallTime now, std::uint64_t rows_written);
  PgResult<> tidy(Connection& connection);
  PgResult<std::vector<TableSpace>> measure(Connection& connection, std::uint64_t& other);
  PgResult<> measure_rows(Connection& connection, std::vector<TableSpace>& tables);
  PgResult<> measure_times(Connection& connection, std::vector<TableSpace>& tables);
  PgResult<> vacuum(Connection& connection, const std::vector<TableSpace>& tables);
  // Rows before `cutoff`, an expression; says how many went.
  PgResult<std::uint64_t> remove(Connection& connection, const std::vector<TableSpace>& tables,
                                 const std::string& cutoff);
  void say(std::uint64_t live, std::uint64_t files);

  const Options& options_;
  log::Trouble trouble_;
  std::optional<WallTime> checked_;
  std::uint64_t rows_since_ = 0;
  std::optional<SinkNote> note_;
};

}  // namespace collector::postgres_store
