// One transaction on the spool: what a caller wants to store, together with everything that is pending
// (cursors, batches that nobody needs any more). Nothing of it shows in memory until it is committed.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "collector/core/batch.h"
#include "collector/core/time.h"
#include "collector/spool/board.h"
#include "collector/spool/spool_file.h"

namespace collector {

class Work {
 public:
  Work(SpoolFile& file, const SpoolState& current, std::uint64_t next_sequence, BoardChange planned)
      : state(current), change(std::move(planned)), next_sequence_(next_sequence), file_(file) {}

  // Numbers the batch and stores it. It stays the caller's, who puts it into change.added at the place that
  // is returned, for sinks to see it from the commit on.
  sqlite::SqliteResult<std::size_t> add(Batch& batch);
  // Stores one that has its number already.
  sqlite::SqliteResult<> add_again(const BatchPtr& batch);
  // Stores a batch addressed to one sink.
  sqlite::SqliteResult<> add_for(const std::string& sink, Batch batch);
  // Tells a sink of batches that it will never get.
  sqlite::SqliteResult<> add_gap(const DropRange& lost, SeriesTable& table, WallTime now);
  // Takes from the sinks what their limits don't allow, and stores the sums for them instead.
  sqlite::SqliteResult<> enforce_limits(const Board& board, SeriesTable& table);

  // Stores everything that is pending, and the state: the last thing before the commit.
  sqlite::SqliteResult<> finish();

  SpoolFile& file() { return file_; }
  std::uint64_t next_sequence() const { return next_sequence_; }

  SpoolState state;
  BoardChange change;
  std::uint64_t gaps = 0;  // that sinks are told of

 private:
  sqlite::SqliteResult<> store(const Batch& batch);
  sqlite::SqliteResult<> drop(const DropRange& range, SeriesTable& table);

  std::uint64_t next_sequence_;
  SpoolFile& file_;
  BatchSummary summary_;  // of the batch stored last
  std::vector<RowIds> ids_;
  std::vector<std::byte> bytes_;
};

}  // namespace collector
