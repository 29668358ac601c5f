// The queue index: what the spool knows of the queue without asking the disk. How far each sink has come, how
// much waits for it, and the newest batches themselves; of the rest of a long backlog nothing is in memory.
// It has a lock of its own, held for moments only, so that sinks, status and waiting go on while the disk
// stalls.
//
// A transaction takes a plan from here, works on it, and what was committed is applied. Between the two only
// confirmations and edits of the configuration happen here; both stand, and are stored by the next one.
#pragma once

#include <algorithm>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "collector/core/batch.h"
#include "collector/spool/queue_store.h"
#include "collector/spool/spool.h"

namespace collector {

// Number of the waiter that stands for every sink that may still want what is here: before the sinks are
// known, and until those that are about to open a target have seen what it holds.
inline constexpr std::int64_t whoever_opens = 0;

// A sink, or whoever_opens.
struct QueueWaiter {
  SinkProgress progress;
  std::optional<SinkProgress> stored;  // what is on disk; nothing: not there
  SinkLimits limits;
  WaitingCount waiting;
  std::optional<WallTime> oldest;             // end of the first waiting batch, as far as it is known
  std::uint64_t retired = 0;                  // rows up to here are gone
  std::optional<std::uint64_t> wait_for_all;  // the rows above this number are still to be made
  std::uint64_t edition = 0;                  // of `wait_for_all`
  bool recount = false;                       // `waiting` is not right any more
};

// A waiter as a transaction sees it.
struct PlannedSink : QueueWaiter {
  WaitingCount waiting_before;  // as it was when the transaction was planned
  bool takes_new = true;        // waits for what is appended
  bool released = false;        // whoever_opens: nothing is held any more
  bool caught_up = false;       // nothing waited for it when the transaction began
  bool moved_back = false;      // by the transaction: where it stands replaces what is in memory

  bool concerns(const std::string& only_sink) const {
    return takes_new && (only_sink.empty() || progress.id == whoever_opens || only_sink == progress.name);
  }
};

// A batch that a transaction has added, and who waits for it.
struct AddedBatch {
  BatchPtr batch;
  WaitingBatch waiting;
  std::vector<std::int64_t> waiters;

  bool waits_for(std::int64_t id) const { return std::ranges::find(waiters, id) != waiters.end(); }
};

// One transaction's part in the index.
struct QueueChange {
  std::vector<PlannedSink> sinks;      // those that wait, edited by the transaction
  std::vector<std::int64_t> removed;   // of sinks that are no longer configured
  std::vector<std::int64_t> leftover;  // waiters that are gone and have rows left
  std::vector<std::int64_t> cleared;   // of those, the ones that have none left now
  std::vector<AddedBatch> added;
  std::vector<std::pair<std::uint64_t, std::int64_t>> withdrawn;  // (number, waiter) that were not confirmed
  std::uint64_t last_sequence = 0;
  std::uint64_t last_number = 0;
  std::uint64_t batches_removed = 0;

  PlannedSink* sink(std::string_view name);
};

class QueueIndex {
 public:
  struct Loaded {
    std::uint64_t last_sequence = 0;
    std::uint64_t last_number = 0;
    std::uint64_t batches = 0;
    struct Sink {
      SinkProgress progress;
      WaitingCount waiting;
      std::optional<WallTime> oldest;
    };
    std::vector<Sink> sinks;
    std::vector<std::int64_t> waiters;  // that have rows
  };
  void load(Loaded loaded);
  void configure(std::span<const std::pair<std::string, SinkLimits>> sinks,
                 std::span<const std::string> opening);
  void opened(const std::string& sink);

  std::uint64_t last_sequence() const;
  std::uint64_t last_number() const;
  std::uint64_t batches() const;  // in the file
  SinkCursor cursor(const std::string& sink) const;
  BacklogFigures backlog(const std::string& sink) const;
  // Batches ahead of the sink fell off its backlog, and another sink has confirmed this sequence.
  bool was_dropped(std::uint64_t sequence, const std::string& sink) const;
  void confirm(const std::string& sink, std::uint64_t number, std::string token);
  bool confirmations_pending() const;
  bool anything_pending() const;
  void wait(const std::string& sink, std::uint64_t number, Duration at_most);
  void interrupt();
  void interrupt(const std::string& sink);

  // The sink's next batches if they are in memory and known to be handed out; nothing: ask the disk.
  std::optional<std::vector<BatchPtr>> read_recent(const std::string& sink, std::size_t max_rows);
  // What read() gave out, from the first that waits on.
  void handed_out(const std::string& sink, std::vector<WaitingBatch> batches, std::optional<WallTime> oldest);
  // For a disk that takes nothing: remembered here alone.
  void hand_without_storing(const std::string& sink, std::uint64_t through);

  // Of the disk lock's holder only.
  QueueChange plan() const;
  void apply(const QueueChange& change);
  // The file is gone: what is left are the batches in memory that somebody waits for. Sinks that lose some
  // are told of the range.
  struct Remains {
    std::vector<AddedBatch> batches;
    std::vector<std::pair<std::string, SequenceRange>> lost;
  };
  Remains start_over();

 private:
  struct Waiter : QueueWaiter {
    std::deque<WaitingBatch> in_flight;  // handed out and not confirmed, from the first on
  };
  Waiter* find(const std::string& sink);
  const Waiter* find(const std::string& sink) const;
  Waiter* find(std::int64_t id);
  static PlannedSink planned(const Waiter& waiter);
  static void merge(Waiter& waiter, const PlannedSink& sink);
  bool is_held() const { return !configured_ || !opening_.empty(); }
  void hold();
  bool pending_in_sinks() const;
  void forget_recent();

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  bool interrupted_ = false;
  std::set<std::string> woken_;  // sinks whose next wait ends at once
  std::uint64_t last_sequence_ = 0;
  std::uint64_t last_number_ = 0;
  std::uint64_t batches_ = 0;
  std::int64_t next_id_ = 1;
  bool configured_ = false;
  std::set<std::string> opening_;
  Waiter whoever_;  // waits while is_held()
  bool whoever_has_rows_ = false;
  std::map<std::string, Waiter> sinks_;    // configured
  std::map<std::string, Waiter> removed_;  // no longer, and still on disk
  std::set<std::int64_t> leftover_;        // waiters that are gone and have rows left
  std::deque<AddedBatch> recent_;          // the newest, one number after the other
};

}  // namespace collector
