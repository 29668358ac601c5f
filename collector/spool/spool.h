// The spool: the one durable queue between the loop and the sinks, one SQLite file (WAL, synchronous=FULL).
// A batch, the baselines that belong to it, what sinks have confirmed and the deletion of what nobody waits
// for are one transaction, one fsync. Thread-safe: the writer thread appends, each sink's thread reads and
// confirms for itself; calls wait for each other and for the disk, so the loop never calls in here.
//
// A batch has two names. Its number (Batch::number) is its place in this file: sinks confirm by it. Its
// origin (source, epoch, sequence) is given by the machine that measured, and is what targets keep as their
// position: batches of several machines lie in one queue, and their sequences may collide.
//
// A file that is damaged, or removed or replaced while it is in use, is noticed before the next transaction:
// a fresh one begins with what is in memory, and what sinks had not got of the old one is recorded as a gap.
//
// Sequences only grow, also across a restored backup: each opening starts at max(last + 1, wall clock in ms),
// so what is appended after a restore lies above everything a target can have seen; Batch::previous makes
// real gaps visible.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "collector/core/baseline.h"
#include "collector/core/batch.h"
#include "collector/core/error.h"
#include "collector/core/retention_clock.h"
#include "collector/core/series.h"
#include "collector/core/time.h"

namespace collector {

// Why the spool could not do it; `full` and `busy` pass by themselves.
struct SpoolError {
  enum class Kind : std::uint8_t { full, busy, readonly, failed };
  Kind kind = Kind::failed;
  Error error;
};
template <typename T = void>
using SpoolResult = std::expected<T, SpoolError>;

// How much is kept for one sink. What is beyond becomes rows of `dropped`, down to nine tenths.
struct SinkLimits {
  Duration age{};                        // of waiting batches; 0: none
  std::uint64_t size = 0;                // bytes of encoded waiting batches; 0: none
  std::uint64_t dead_letters = 100'000;  // rows
};

struct SinkCursor {
  std::string sink;
  std::uint64_t number = 0;    // everything up to here is done
  std::uint64_t sequence = 0;  // of the last batch of this spool's own that was done
  std::string token;           // the runner's resume token, stored with it
};

struct BacklogFigures {
  std::uint64_t batches = 0;
  std::uint64_t rows = 0;
  std::uint64_t bytes = 0;
  std::optional<WallTime> oldest;  // end of the first waiting batch's last row, as far as it is known
  std::uint64_t dropped_rows = 0;  // since the spool was made
};

// A row that a sink refused, on its way into the dead-letter queue.
struct RefusedRow {
  const Batch* batch = nullptr;
  std::size_t row = 0;  // index into its rows
  std::string reason;
};

// One that is kept. Key: sink, origin, row.
struct DeadLetter {
  std::string sink;
  Origin origin;
  std::uint64_t row = 0;  // index into the rows of the batch that it came in
  WallTime when{};
  std::string reason;
  Batch content;  // that row alone; without rows where it can't be read any more
};

// What became of the dead letters of one sink that were to go to another, or to itself.
struct Replayed {
  std::uint64_t rows = 0;  // that are delivered
  std::uint64_t had = 0;  // that stay dead letters: the other sink was given them beside the one that refused
};

// Something the operator should know of later: "spool set aside", "target ahead", "gap", "source changed" …
struct SpoolEvent {
  WallTime when{};
  std::string kind;
  std::string text;
};

// Sequences (from, to]; empty when they are equal.
struct SequenceRange {
  std::uint64_t from = 0;
  std::uint64_t to = 0;

  bool empty() const { return from == to; }
  friend bool operator==(const SequenceRange&, const SequenceRange&) = default;
};

// What is known of the spool without asking the disk.
struct SpoolFigures {
  struct DeadLetters {
    std::string sink;
    std::uint64_t count = 0;
  };
  std::uint64_t last_sequence = 0;        // 0: none yet
  std::uint64_t batches = 0;              // in the file, those included that go with the next append
  std::uint64_t file_size = 0;            // bytes of spool.db and its -wal
  std::uint64_t gaps = 0;                 // sinks were told of one, since the spool was opened
  std::vector<DeadLetters> dead_letters;  // of the sinks that have some, by name
  std::vector<SpoolEvent> events;         // the last few, newest first
};

class Spool {
 public:
  struct Options {
    std::filesystem::path directory;  // the state directory; must exist. The file is spool.db in it
    std::string machine_id;           // empty: unknown, binds to nothing
    const Clock* clock = nullptr;     // outlives the spool
    SeriesTable* series = nullptr;    // outlives the spool
    // The measurements that this program declares: baselines are handed over as theirs, counters matched by
    // the fields' names, so that an upgrade goes on counting. The others keep the definition they were stored
    // with.
    std::vector<MeasurementPtr> known{};
    std::string vfs{};  // SQLite VFS, for tests
    // Asked before each transaction, under the disk lock; an error refuses it. May be empty.
    std::function<Result<>()> may_write{};
  };

  // Opens or makes the spool, or brings an earlier version's to the present schema. A damaged file is renamed
  // to spool.db.damaged-<UTC time> (with its -wal), logged as an error and recorded as an event, and a fresh
  // one is started. Fails when the directory can't be used, or when the file is a newer version's (whose data
  // a fresh one must not hide).
  static Result<std::unique_ptr<Spool>> open(Options options);
  ~Spool();  // close() without saying what went wrong

  // Commits what is pending, checkpoints, closes. Safe twice.
  SpoolResult<> close();

  const Uuid& source() const;
  Uuid epoch() const;
  std::uint64_t last_sequence() const;  // 0: none yet
  std::uint64_t last_number() const;
  std::uint64_t file_size() const;  // bytes of spool.db and its -wal
  // What deletes by age asks this for the time. Lives as long as the spool, which keeps its text with every
  // transaction.
  RetentionClock& retention();

  // What was stored when the spool was opened; call once, later calls get nothing. Baselines not seen on 90
  // days of use, which are also 90 days ago by a time that is confirmed, are removed.
  Baselines baselines();

  // The configured sinks. A new name waits for every kept batch; for a name that is gone nothing is kept but
  // its dead letters. `opening`: those that are about to open a target, perhaps another one than before.
  // Nothing that is here now is deleted until opened() was called for all of them: two sinks that swap their
  // targets each lack what only the other one had delivered.
  SpoolResult<> set_sinks(std::span<const std::pair<std::string, SinkLimits>> sinks,
                          std::span<const std::string> opening = {});
  void opened(const std::string& sink);

  // Numbers the batch, gives its series their ids, and stores it with the baselines (upserted) and everything
  // pending, in one transaction. Rows may be empty: then only baselines and what is pending are stored, and
  // the result is null. Afterwards enforces the limits. On error nothing has changed and the caller keeps
  // the batch.
  SpoolResult<BatchPtr> append(Batch& batch, const Baselines& baselines);

  // Stores batches of other machines with the origins they bring, in one transaction. One that was taken
  // before is passed over: its sequence is not above the last one taken of its source and epoch. Returns how
  // many are new.
  SpoolResult<std::size_t> append_received(std::span<const Batch> batches);

  // The next batches for this sink, in order, after what it has confirmed: at least one if there is any, then
  // up to `max_rows`. Recent ones come from memory. What was handed out is never dropped by a limit: it may
  // have arrived.
  SpoolResult<std::vector<BatchPtr>> read(const std::string& sink, std::size_t max_rows);

  // Blocks until a batch of a number above `number` waits for the sink, or `interrupt(…)` was called for it,
  // or the time is up.
  void wait(const std::string& sink, std::uint64_t number, Duration at_most);
  void interrupt();  // wakes all waiters, now and in future calls
  // Wakes this sink's waiter, now or at its next call, once: one runner is stopped while the others go on.
  void interrupt(const std::string& sink);

  SinkCursor cursor(const std::string& sink);
  // The sink is done with everything up to this number (never back); durable with the next transaction.
  void confirm(const std::string& sink, std::uint64_t number, std::string token);
  SpoolResult<> commit();  // confirmations and deletions, alone: at exit, in --once
  bool confirmations_pending() const;

  BacklogFigures backlog(const std::string& sink) const;  // answers also while the disk stalls

  // Of the first batch that waits for the sink; nothing: none does, or the disk can't be asked.
  std::optional<Origin> next_origin(const std::string& sink);
  // Whether the batch of this sequence of the spool's own is in the file, or was, and fell off this sink's
  // backlog while another sink, which may share its target, has confirmed it. A target's position above what
  // the sink has confirmed of which neither is true was never given out by this file: it is a copy.
  bool holds(std::uint64_t sequence, const std::string& sink);
  // A target holds batches of `epoch` that this file never gave it: the file is a copy, and another collector
  // may go on in that epoch. If it is the present one, a new one begins; what waits for this sink of batches
  // that were numbered in it since this opening gets new numbers, or it would be taken for the other's.
  // Returns whether anything changed; then the token and the event are stored too.
  SpoolResult<bool> leave_epoch(const std::string& sink, const Uuid& epoch, std::string token,
                                const std::string& event);
  // A target holds no more than `has`, though it held everything up to `held`: what is still here waits for
  // the sink again, and a row of measurement `gap` tells of the rest, which is returned. The token and the
  // event are stored with it.
  SpoolResult<SequenceRange> resend(const std::string& sink, std::uint64_t has, std::uint64_t held,
                                    std::string token, const std::string& event);

  // What the sink's latest attempt to store these batches refused, all of it: replaces what is kept of the
  // same batches from earlier attempts. Durable on return. Beyond the sink's limit the oldest become rows of
  // `dropped`, addressed to it.
  //
  // As long as a batch waits for the sink it comes again, with the rows that were refused: until then its
  // dead letters are neither replayed nor dropped.
  SpoolResult<> set_dead_letters(const std::string& sink, std::span<const Batch* const> batches,
                                 std::span<const RefusedRow> rows);
  SpoolResult<std::vector<DeadLetter>> dead_letters(const std::string& sink,
                                                    std::size_t at_most);  // empty name: all
  // Turns the dead letters of `from`, which may be a sink of the past, into batches addressed to `to`, in one
  // transaction. One that can't be read stays, one whose batch waits for `to`, and one of a batch that was
  // for `to` too: it would have the row twice.
  SpoolResult<Replayed> replay_dead_letters(const std::string& from, const std::string& to);
  SpoolResult<std::size_t> remove_dead_letters(const std::string& sink);  // returns how many

  SpoolResult<> record_event(const std::string& kind, const std::string& text);
  SpoolResult<std::vector<SpoolEvent>> events(std::size_t at_most);  // newest first

  SpoolFigures figures() const;  // this and the next two answer also while the disk stalls
  std::uint64_t batches() const;
  std::uint64_t dead_letters_of(const std::string& sink) const;

 private:
  struct Core;
  explicit Spool(std::unique_ptr<Core> core);
  std::unique_ptr<Core> core_;
};

// Measurements that the spool itself delivers.
const MeasurementPtr& dropped_measurement();  // Σ delta per counter of batches that fell off a sink's backlog
const MeasurementPtr& gap_measurement();      // sequences that a target misses and nobody has any more

}  // namespace collector
