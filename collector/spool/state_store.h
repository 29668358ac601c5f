// The one row that says who this spool is and how far it has come. Used under the spool's disk lock.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "collector/core/series.h"
#include "collector/core/uuid.h"
#include "collector/sqlite/database.h"

namespace collector {

struct SpoolState {
  Uuid source;
  Uuid epoch;
  std::string machine;  // fingerprint of the machine id; empty: not known yet
  std::int64_t created_s = 0;
  std::uint64_t last_sequence = 0;
  std::uint64_t last_number = 0;
  std::uint64_t removed_through = 0;  // highest sequence of this spool's own batches that was deleted
  std::uint32_t clock_steps = 0;
  // The spool's own time, by which a backlog ages: boot time while it is open, and at most a day for each
  // time it was not, if more than one run agrees that it has passed. A wrong wall clock or a machine that was
  // off for weeks makes nothing fall off.
  std::int64_t age_ms = 0;
  std::int64_t wall_ms = 0;
  // The believed time (core/retention_clock.h) and the spool's own when the two were last compared, at the
  // beginning of a run: what was believed to pass and was not counted, the spool was closed. 0: never.
  std::int64_t compared_ms = 0;
  std::int64_t compared_age_ms = 0;
  std::string retention{};  // RetentionClock::text()
  // Counts days by the wall clock, one at a time however far it jumps: a year's step ages no baseline.
  std::int64_t day = 0;
  std::vector<Tag> labels{};  // of the last batch that came from outside: the spool's own rows carry them too
};

class StateStore {
 public:
  static sqlite::SqliteResult<StateStore> open(const sqlite::Database& database);
  sqlite::SqliteResult<std::optional<SpoolState>> load();
  sqlite::SqliteResult<> save(const SpoolState& state);

 private:
  sqlite::Statement load_;
  sqlite::Statement save_;
};

// Names the machine without giving its id away (machine-id(5) asks for that). Empty for an empty id.
std::string machine_fingerprint(const std::string& machine_id);

}  // namespace collector
