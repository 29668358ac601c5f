// The rows of the queue: batches, and the short description of each that the board keeps in memory. Used
// under the spool's disk lock.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "collector/core/batch.h"
#include "collector/core/error.h"
#include "collector/sqlite/database.h"

namespace collector {

// What is known of a stored batch without reading it.
struct BatchSummary {
  std::uint64_t sequence = 0;
  std::int64_t ended_ms = 0;  // end of its last row, Unix milliseconds
  std::int64_t age_ms = 0;    // the spool's own time when it was appended
  std::uint32_t rows = 0;
  std::uint32_t bytes = 0;
  std::string only_sink;  // empty: to all
};

// A stored batch, not decoded; valid during the call it is given to.
struct StoredBatch {
  Origin origin;
  std::uint64_t previous = 0;
  std::string only_sink;
  std::span<const std::byte> content;
};

class BatchStore {
 public:
  static sqlite::SqliteResult<BatchStore> open(const sqlite::Database& database);

  sqlite::SqliteResult<> add(const Batch& batch, const BatchSummary& summary,
                             std::span<const std::byte> content);
  sqlite::SqliteResult<> remove(std::uint64_t sequence);
  // Moves a batch that can't be decoded to the table damaged_batch, for whoever wants to look at it.
  sqlite::SqliteResult<> set_aside(std::uint64_t sequence, const std::string& reason);

  // Batches with after < sequence <= through to all or to this sink, in order, until `use` returns false.
  sqlite::SqliteResult<> read(std::uint64_t after, std::uint64_t through, const std::string& sink,
                              const std::function<bool(const StoredBatch&)>& use);

  // All of them, in order, for the board.
  sqlite::SqliteResult<> summaries(const std::function<void(BatchSummary)>& use);

 private:
  sqlite::Statement add_;
  sqlite::Statement remove_;
  sqlite::Statement read_;
  const sqlite::Database* database_ = nullptr;
};

// End of the last row; the epoch for a batch without rows.
std::int64_t batch_end_ms(const Batch& batch);

}  // namespace collector
