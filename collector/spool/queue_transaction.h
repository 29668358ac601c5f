// One transaction on the queue: what a caller wants to store, together with everything that is pending (what
// sinks have confirmed, sinks that come and go, batches that nobody waits for). Nothing of it shows in memory
// until it is committed.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "collector/core/batch.h"
#include "collector/core/time.h"
#include "collector/spool/dropped_sums.h"
#include "collector/spool/queue_index.h"
#include "collector/spool/spool_file.h"

namespace collector {

class QueueTransaction {
 public:
  QueueTransaction(SpoolFile& file, const SpoolState& current, std::uint64_t next_sequence,
                   QueueChange planned, SeriesTable& series)
      : state(current),
        change(std::move(planned)),
        next_sequence_(next_sequence),
        file_(file),
        series_(series) {}

  // Sinks that came or went since the last one: the first thing in the transaction.
  sqlite::SqliteResult<> begin();

  // Numbers the batch and stores it. It stays the caller's, who puts it into change.added at the place that
  // is returned, for sinks to see it from the commit on.
  sqlite::SqliteResult<std::size_t> add(Batch& batch);
  // Stores one that has its origin already.
  sqlite::SqliteResult<> add_received(Batch batch);
  // Stores one again that was in a file which is gone.
  sqlite::SqliteResult<> add_again(const AddedBatch& batch);
  // Stores a batch addressed to one sink.
  sqlite::SqliteResult<> add_for(const std::string& sink, Batch batch);
  // Tells a sink of batches that it will never get.
  sqlite::SqliteResult<> add_gap(const std::string& sink, SequenceRange lost, WallTime now);
  // Adds the sums up for a sink, a batch for each set of labels.
  sqlite::SqliteResult<> add_dropped(const std::string& sink, const SumsByLabels& sums);
  // Takes from the sinks what their limits don't allow, and stores the sums for them instead.
  sqlite::SqliteResult<> enforce_limits();
  // The sink waits for this batch no more, though it has not confirmed it.
  sqlite::SqliteResult<> withdraw(PlannedSink& sink, const WaitingBatch& batch);
  // Whether this batch, by its number, waits for the sink: it will be sent, perhaps again.
  sqlite::SqliteResult<bool> waits(const std::string& sink, std::uint64_t number);
  // Whether this batch, by its number, came after the sink did: it had it, gets it, or has it in a sum of
  // `dropped`.
  bool was_for(const std::string& sink, std::uint64_t number);
  // Sinks that wait for a batch which can't be read; it goes.
  sqlite::SqliteResult<std::vector<std::string>> give_up(std::uint64_t number);
  // See Spool: nothing is said where the sink is not configured.
  sqlite::SqliteResult<SequenceRange> resend(const std::string& sink, std::uint64_t has, std::uint64_t held,
                                             std::string token);
  // Batches of the epoch with numbers above `opened_after` that wait for the sink are numbered again; returns
  // how many. What was refused of them goes: they come again whole.
  sqlite::SqliteResult<std::size_t> number_again(const std::string& sink, const Uuid& epoch,
                                                 std::uint64_t opened_after);

  void set_token(const std::string& sink, std::string token);

  // Stores everything that is pending, and the state: the last thing before the commit.
  sqlite::SqliteResult<> finish();

  SpoolFile& file() { return file_; }
  std::uint64_t next_sequence() const { return next_sequence_; }

  SpoolState state;
  QueueChange change;
  std::uint64_t gaps = 0;  // that sinks are told of
  bool has_events = false;

 private:
  sqlite::SqliteResult<> store(const Batch& batch, AddedBatch& added);
  sqlite::SqliteResult<> store_again(const Batch& batch, AddedBatch& added);
  sqlite::SqliteResult<std::vector<WaitingBatch>> waiting(const PlannedSink& sink, std::uint64_t after,
                                                          std::uint64_t through);
  sqlite::SqliteResult<> drop(PlannedSink& sink, const std::vector<WaitingBatch>& batches);
  sqlite::SqliteResult<std::vector<WaitingBatch>> beyond_limits(const PlannedSink& sink);
  sqlite::SqliteResult<> hold_what_is_here();
  sqlite::SqliteResult<> begin_sink(SinkProgress& progress);
  sqlite::SqliteResult<> look_again(PlannedSink& sink);
  sqlite::SqliteResult<> find_oldest(PlannedSink& sink);
  sqlite::SqliteResult<bool> remove_row(std::int64_t waiter, const WaitingBatch& batch);
  sqlite::SqliteResult<bool> retire(std::int64_t waiter, std::uint64_t after, std::uint64_t through,
                                    std::uint64_t& retired, std::size_t& at_most);

  std::uint64_t next_sequence_;
  SpoolFile& file_;
  SeriesTable& series_;
  std::vector<RowIds> ids_;
  std::vector<std::byte> bytes_;
};

}  // namespace collector
