// The queue on disk: batches, who waits for them, and how far each sink has come. Used under the spool's disk
// lock; what changes something, in a transaction.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "collector/core/batch.h"
#include "collector/sqlite/database.h"

namespace collector {

inline constexpr std::uint64_t highest_number = std::numeric_limits<std::int64_t>::max();

// What is known of a waiting batch without reading it.
struct WaitingBatch {
  std::uint64_t number = 0;
  std::uint64_t sequence = 0;  // in this spool's own numbering; 0: it came from another machine
  std::int64_t age_ms = 0;     // the spool's own time when it was appended
  std::uint64_t rows = 0;
  std::uint64_t bytes = 0;
  bool addressed = false;  // to one sink alone
};

// A stored batch, not decoded; valid during the call it is given to.
struct StoredBatch {
  std::uint64_t number = 0;
  Origin origin;
  std::uint64_t previous = 0;
  std::string only_sink;      // empty: to all
  std::int64_t ended_ms = 0;  // end of its last row, Unix milliseconds
  std::span<const std::byte> content;
};

// How far a sink has come. Batches that wait for it have a row in table `waiting` each; rows up to
// `confirmed` are done with and on their way out.
struct SinkProgress {
  std::int64_t id = 0;
  std::string name;
  std::uint64_t confirmed = 0;  // number
  std::uint64_t sequence = 0;   // of the newest of this spool's own batches that it has confirmed
  std::uint64_t handed = 0;     // number, stored before a batch is given to the sink
  std::uint64_t floor = 0;      // number of the last batch that was dropped for it: never sent again
  std::uint64_t dropped_rows = 0;
  std::uint64_t since = 0;  // number: batches above it that are addressed to all are for this sink too
  std::string token;

  friend bool operator==(const SinkProgress&, const SinkProgress&) = default;
};

// Sums over what waits for one sink.
struct WaitingCount {
  std::uint64_t batches = 0;
  std::uint64_t rows = 0;
  std::uint64_t bytes = 0;
  std::uint64_t newest = 0;  // number of the last

  void add(const WaitingBatch& batch);
  void subtract(const WaitingBatch& batch);
};

class QueueStore {
 public:
  static sqlite::SqliteResult<QueueStore> open(const sqlite::Database& database);

  sqlite::SqliteResult<std::vector<SinkProgress>> sinks();
  sqlite::SqliteResult<> save(const SinkProgress& sink);
  sqlite::SqliteResult<> remove_sink(std::int64_t id);  // not the rows that wait for it

  sqlite::SqliteResult<> add(const StoredBatch& batch, const WaitingBatch& waiting);
  sqlite::SqliteResult<> add_waiting(std::int64_t sink, const WaitingBatch& waiting);
  // Everything in the file that some sink has confirmed, or that was not for it, waits for waiter 0: the rest
  // stays anyway, as long as it is not confirmed.
  sqlite::SqliteResult<> hold_confirmed();
  // Everything in the file of a number above `after` and a sequence above `above_sequence` (or of another
  // machine) that concerns the sink waits for it; what does already, stays.
  sqlite::SqliteResult<> wait_for_all(std::int64_t sink, const std::string& name, std::uint64_t after,
                                      std::uint64_t above_sequence);
  sqlite::SqliteResult<WaitingCount> count(std::int64_t sink, std::uint64_t after);
  // End of the first waiting batch's last row.
  sqlite::SqliteResult<std::optional<WallTime>> first_waiting(std::int64_t sink, std::uint64_t after);
  // In order, until `use` returns false.
  sqlite::SqliteResult<> waiting(std::int64_t sink, std::uint64_t after, std::uint64_t through,
                                 const std::function<bool(const WaitingBatch&)>& use);
  // The sink waits no more; the batch goes when nobody else does. Returns whether it went.
  sqlite::SqliteResult<bool> remove_waiting(std::int64_t sink, std::uint64_t number);
  sqlite::SqliteResult<std::vector<std::int64_t>> waiters(std::uint64_t number);
  sqlite::SqliteResult<std::vector<std::int64_t>> waiters();    // of anything
  sqlite::SqliteResult<std::uint64_t> batches();                // how many there are
  sqlite::SqliteResult<std::optional<std::uint64_t>> oldest();  // number of the first
  sqlite::SqliteResult<bool> holds(std::uint64_t sequence);

  // False: there is none.
  sqlite::SqliteResult<bool> read(std::uint64_t number, const std::function<void(const StoredBatch&)>& use);
  // Moves a batch that can't be decoded to the table damaged_batch, for whoever wants to look at it.
  sqlite::SqliteResult<> set_aside(std::uint64_t number, const std::string& reason);

  // The last sequence taken of another machine's batches.
  sqlite::SqliteResult<std::optional<std::uint64_t>> received(const Origin& origin);
  sqlite::SqliteResult<> set_received(const Origin& origin);

 private:
  const sqlite::Database* database_ = nullptr;
  sqlite::Statement add_batch_;
  sqlite::Statement add_waiting_;
  sqlite::Statement waiting_;
  sqlite::Statement remove_waiting_;
  sqlite::Statement remove_batch_;
  sqlite::Statement read_;
  sqlite::Statement save_sink_;
};

// End of the last row; the epoch for a batch without rows.
std::int64_t batch_end_ms(const Batch& batch);

}  // namespace collector
