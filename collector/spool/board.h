// What the spool knows without asking the disk: where every sink is, a short description of every batch, and
// the newest batches themselves. It has a lock of its own, held for moments only, so that sinks, status and
// waiting go on while the disk stalls. Changes that must be durable are planned here, stored by a
// transaction, and then applied here.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "collector/core/batch.h"
#include "collector/spool/batch_store.h"
#include "collector/spool/cursor.h"
#include "collector/spool/recent_batches.h"
#include "collector/spool/spool.h"

namespace collector {

// What a transaction does to one sink's cursor beside storing where the sink is.
struct CursorEdit {
  std::string sink;
  std::uint64_t handed = 0;
  std::uint64_t drop_through = 0;
  std::uint64_t dropped_rows = 0;
  std::uint64_t removed_through = 0;
  std::uint64_t account_from = 0;
  std::uint64_t account_through = 0;

  void apply(Cursor& cursor) const;
};

// One transaction's part in the board's state.
struct BoardChange {
  std::vector<Cursor> cursors;         // of the configured sinks, as they were when it was planned, edited
  std::vector<Cursor> stored;          // the same sinks' cursors on disk; without a name: not there
  std::vector<std::string> caught_up;  // sinks for which nothing was left when it was planned
  std::vector<std::string> forgotten;  // sinks that are no longer configured
  std::vector<std::uint64_t> removed;  // batches that nobody needs any more
  std::uint64_t removed_through = 0;   // highest of them to all sinks; 0: none
  std::vector<CursorEdit> edits;
  std::vector<BatchPtr> added;
  std::vector<BatchSummary> added_summaries;
  std::vector<std::uint64_t> lost;  // damaged batches that were set aside

  void edit(const CursorEdit& edit);  // notes it and applies it to `cursors`
};

// Batches to be read for a sink: after < sequence <= through.
struct ReadRange {
  std::uint64_t after = 0;
  std::uint64_t through = 0;
  std::uint64_t mark_through = 0;  // where `handed` has to be moved to before; 0: it is far enough
};

// Batches to be taken from a sink by its limit.
struct DropRange {
  std::string sink;
  std::uint64_t after = 0;
  std::uint64_t through = 0;
};

class Board {
 public:
  // At opening.
  void load(std::uint64_t last_sequence, std::uint64_t removed_through, std::span<const BatchSummary> batches,
            std::vector<Cursor> stored);
  void configure(std::span<const std::pair<std::string, BacklogLimit>> sinks);

  std::uint64_t last_sequence() const;
  std::uint64_t batches() const;  // in the file
  Cursor cursor(const std::string& sink) const;
  bool pending() const;
  BacklogFigures backlog(const std::string& sink) const;
  std::uint64_t kept_after(const std::string& sink) const;
  bool holds(std::uint64_t sequence, const std::string& sink) const;
  void advance(const std::string& sink, std::uint64_t sequence, std::string state);
  void keep_until_opened(const std::string& sink);
  void opened(const std::string& sink);
  void wait(const std::string& sink, std::uint64_t sequence, Duration at_most);
  void interrupt();
  void interrupt(const std::string& sink);

  // The sink's next batches if they are in memory and known to be handed out; nothing: ask the disk.
  std::optional<std::vector<BatchPtr>> read_recent(const std::string& sink, std::size_t max_rows) const;
  // What to read from the disk instead; nothing when there is nothing for it.
  std::optional<ReadRange> next_range(const std::string& sink, std::size_t max_rows);

  // Of the disk lock's holder only.
  BoardChange plan() const;
  // By the limits, once a batch of `added_bytes` to all sinks is appended when the spool's own time is
  // `age_ms`.
  std::vector<DropRange> limits(const BoardChange& change, std::uint64_t added_bytes,
                                std::int64_t age_ms) const;
  void apply(const BoardChange& change);
  // The file is gone: what is left are the batches in memory that somebody needs. Returns for each sink the
  // range that it loses, if any.
  struct Remains {
    std::vector<BatchPtr> batches;
    std::vector<DropRange> lost;
  };
  Remains start_over();

 private:
  struct Entry {  // a BatchSummary, packed: there may be a hundred thousand of them
    std::uint64_t sequence;
    std::int64_t ended_ms;
    std::int64_t age_ms;
    std::uint32_t rows;
    std::uint32_t bytes;
    std::uint32_t sink;  // 0: all, else index into names_ + 1
  };
  struct Sink {
    Cursor live;
    Cursor stored;  // as it is on disk; without a name: not there
    BacklogLimit limit;
    std::uint64_t furthest = 0;        // where the cursor has been at most
    std::uint64_t needed_through = 0;  // also what the cursor has passed; 0: its target has told its position
  };

  bool concerns(const Entry& entry, const std::string& sink) const;
  std::uint32_t name_number(const std::string& sink);
  Entry entry_of(const BatchSummary& summary);
  std::size_t first_after(std::uint64_t sequence) const;  // index into entries_
  bool needed(const Entry& entry) const;
  void forget_passed();
  bool has_after(std::uint64_t sequence, const std::string& sink) const;

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  bool interrupted_ = false;
  std::set<std::string> woken_;  // sinks whose next wait ends at once
  bool configured_ = false;
  std::uint64_t last_sequence_ = 0;
  std::uint64_t removed_through_ = 0;
  std::deque<Entry> entries_;
  std::vector<std::string> names_;
  std::map<std::string, Sink> sinks_;
  std::map<std::string, Cursor> stored_only_;  // on disk, not (or not yet) configured
  RecentBatches recent_;
};

}  // namespace collector
