// The spool: the one durable queue between the loop and the sinks, one SQLite file (WAL, synchronous=FULL).
// A batch, the baselines that belong to it, pending cursor moves and the deletion of what every sink has
// passed are one transaction, one fsync. Thread-safe: the writer thread appends, each sink's thread reads and
// advances its own cursor; calls wait for each other and for the disk, so the loop never calls in here.
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
#include <mutex>
#include <optional>
#include <span>
#include <string>
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

struct BacklogLimit {
  Duration age{};          // 0: none
  std::uint64_t size = 0;  // bytes of encoded batches; 0: none
};

struct SinkCursor {
  std::string sink;
  std::uint64_t sequence = 0;  // everything up to here is done
  std::string state;           // the sink's own words, stored with it (JSON: file and offset)
};

struct BacklogFigures {
  std::uint64_t batches = 0;
  std::uint64_t rows = 0;
  std::uint64_t bytes = 0;
  std::optional<WallTime> oldest;  // end of the first waiting batch's last row
  std::uint64_t dropped_rows = 0;  // since the spool was made
};

// A row that a sink refused: kept, readable, re-playable. Key: sink, origin, row.
struct DeadLetter {
  std::string sink;
  Origin origin;
  std::uint64_t row = 0;  // index into the batch's rows
  WallTime when{};
  std::string reason;
  std::string payload;  // the row as one NDJSON object with all statistics (formats/row_json.h)
};

// Something the operator should know of later: "spool set aside", "target ahead", "gap", "source changed" …
struct SpoolEvent {
  WallTime when{};
  std::string kind;
  std::string text;
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
    std::uint64_t dead_letter_limit = 100'000;  // per spool; beyond it the oldest go, counted and logged
  };

  // Opens or makes the spool. A damaged file is renamed to spool.db.damaged-<UTC time> (with its -wal),
  // logged as an error and recorded as an event, and a fresh one is started. Fails when the directory can't
  // be used, or when the file is a newer version's (whose data a fresh one must not hide).
  static Result<std::unique_ptr<Spool>> open(Options options);
  ~Spool();  // close() without saying what went wrong

  // Commits what is pending, checkpoints, closes. Safe twice.
  SpoolResult<> close();

  const Uuid& source() const;
  Uuid epoch() const;
  std::uint64_t last_sequence() const;  // 0: none yet
  // What is above this number was appended since this opening: no copy of the file has it.
  std::uint64_t before_opening() const;
  std::uint64_t file_size() const;  // bytes of spool.db and its -wal
  // What deletes by age asks this for the time. Lives as long as the spool, which keeps its text with every
  // transaction.
  RetentionClock& retention();

  // What was stored when the spool was opened; call once, later calls get nothing. Baselines not seen on 90
  // days of use, which are also 90 days ago by a time that is confirmed, are removed.
  Baselines baselines();

  // The configured sinks. A new name starts at the oldest kept batch; a name that is gone retains nothing.
  SpoolResult<> set_sinks(std::span<const std::pair<std::string, BacklogLimit>> sinks);

  // Numbers the batch, gives its series their ids, and stores it with the baselines (upserted) and everything
  // pending, in one transaction. Rows may be empty: then only baselines and cursors are stored, and the
  // result is null. Afterwards enforces the backlog limits. On error nothing has changed and the caller keeps
  // the batch.
  SpoolResult<BatchPtr> append(Batch& batch, const Baselines& baselines);

  // The next batches for this sink, in order, starting after its cursor: at least one if there is any, then
  // up to `max_rows`. Recent ones come from memory. Batches addressed to other sinks are passed over.
  SpoolResult<std::vector<BatchPtr>> read(const std::string& sink, std::size_t max_rows);

  // Blocks until a batch newer than `sequence` is there, or `interrupt(…)` was called for the sink, or the
  // time is up.
  void wait(const std::string& sink, std::uint64_t sequence, Duration at_most);
  void interrupt();  // wakes all waiters, now and in future calls
  // Wakes this sink's waiter, now or at its next call, once: one runner is stopped while the others go on.
  void interrupt(const std::string& sink);

  SinkCursor cursor(const std::string& sink);
  // Moves a cursor, also back (to send again what is still kept); durable with the next append or commit().
  void advance(const std::string& sink, std::uint64_t sequence, std::string state);
  // A sink that is about to open a target, perhaps another one than before: nothing that is here now is
  // deleted until opened() tells that the cursor stands where the target does. Two sinks that swap their
  // targets each lack what only the other one had delivered.
  void keep_until_opened(const std::string& sink);
  void opened(const std::string& sink);
  SpoolResult<> commit();  // cursor moves and deletions, alone: at exit, in --once, while catching up
  bool cursors_pending() const;

  BacklogFigures backlog(const std::string& sink) const;  // answers also while the disk stalls

  // Starts a new epoch (a target was ahead of this spool): batches appended from now on carry it.
  SpoolResult<> new_epoch(const std::string& why);
  // Sequence that precedes the oldest batch still kept for this sink (or the last one passed): a target whose
  // position is lower has a gap.
  std::uint64_t kept_after(const std::string& sink);
  // Whether the batch of this number is still here, or was, and fell off this sink's backlog after another
  // sink, which may share its target, was given it. A target's position above the sink's cursor of which
  // neither is true was never given out by this file: it is an older copy of itself.
  bool holds(std::uint64_t sequence, const std::string& sink) const;
  // Stores a batch of one row of measurement `gap` (from, to) addressed to this sink; not again for what an
  // earlier one or `dropped` rows tell of.
  SpoolResult<> record_gap(const std::string& sink, std::uint64_t from, std::uint64_t to);

  SpoolResult<> add_dead_letters(
      std::span<const DeadLetter> letters);  // durable on return; idempotent by key
  SpoolResult<std::vector<DeadLetter>> dead_letters(const std::string& sink,
                                                    std::size_t at_most);  // empty name: all
  // Turns this sink's dead letters back into batches addressed to it and removes them, in one transaction;
  // returns how many rows. A letter that does not parse stays.
  SpoolResult<std::size_t> replay_dead_letters(const std::string& sink);

  SpoolResult<> record_event(const std::string& kind, const std::string& text);
  SpoolResult<std::vector<SpoolEvent>> events(std::size_t at_most);  // newest first

  SpoolFigures figures() const;  // this and the next two answer also while the disk stalls
  std::uint64_t batches() const;
  std::uint64_t dead_letters_of(const std::string& sink) const;

 private:
  class Implementation;
  explicit Spool(std::unique_ptr<Implementation> implementation);
  std::unique_ptr<Implementation> implementation_;
};

// Measurements that the spool itself delivers.
const MeasurementPtr& dropped_measurement();  // Σ delta per counter of batches that fell off a sink's backlog
const MeasurementPtr& gap_measurement();      // sequences that a target misses and nobody has any more

}  // namespace collector
