// Reading batches for a sink, and what to do about those that can't be read.
#include <fmt/format.h>

#include <algorithm>

#include "collector/core/log.h"
#include "collector/spool/failure.h"
#include "collector/spool/implementation.h"

namespace collector {

using sqlite::SqliteResult;

SpoolResult<std::vector<BatchPtr>> Spool::Implementation::read(const std::string& sink,
                                                               std::size_t max_rows) {
  if (auto recent = board_.read_recent(sink, max_rows)) return std::move(*recent);
  const std::lock_guard lock(disk_mutex_);
  while (true) {
    if (auto ready = ensure_file(); !ready) return pass_on(ready);
    if (seed_)
      if (auto planted = transact({}); !planted) return pass_on(planted);
    const auto range = board_.next_range(sink, max_rows);
    if (!range) return std::vector<BatchPtr>{};
    if (range->mark_through != 0) {
      mark_handed(sink, range->mark_through);
      if (!file_ || seed_) continue;  // replaced meanwhile
    }
    std::vector<BatchPtr> out;
    std::vector<Damaged> damaged;
    if (auto done = read_range(sink, *range, out, damaged); !done) {
      if (!is_damage(done.error())) return std::unexpected(spool_error(done.error()));
      if (auto replaced = replace_file(done.error().what); !replaced) return pass_on(replaced);
      continue;
    }
    if (!damaged.empty())
      if (auto done = give_up(damaged); !done) return pass_on(done);
    if (!out.empty()) return out;
    if (damaged.empty()) return out;
  }
}

SqliteResult<> Spool::Implementation::read_range(const std::string& sink, const ReadRange& range,
                                                 std::vector<BatchPtr>& out, std::vector<Damaged>& damaged) {
  std::optional<sqlite::SqliteError> trouble;
  auto read = file_->batches.read(range.after, range.through, sink, [&](const StoredBatch& stored) {
    std::string damage;
    auto batch = file_->decode(stored, damage);
    if (!batch) {
      trouble = std::move(batch.error());
      return false;
    }
    if (*batch)
      out.push_back(std::make_shared<const Batch>(std::move(**batch)));
    else
      damaged.push_back({stored.origin.sequence, stored.previous, stored.only_sink, std::move(damage)});
    return true;
  });
  if (trouble) return std::unexpected(std::move(*trouble));
  return read;
}

void Spool::Implementation::mark_handed(const std::string& sink, std::uint64_t through) {
  const CursorEdit edit{.sink = sink, .handed = through};
  const auto marked = transact([&](Work& work) -> SqliteResult<> {
    work.change.edit(edit);
    return {};
  });
  if (marked) return;
  // A disk that takes nothing must not keep a sink from being delivered to: remembered in memory alone.
  BoardChange in_memory;
  in_memory.edits.push_back(edit);
  board_.apply(in_memory);
}

SpoolResult<> Spool::Implementation::give_up(const std::vector<Damaged>& damaged) {
  return transact([&](Work& work) -> SqliteResult<> {
    const WallTime now = options_.clock->now().wall;
    for (const Damaged& batch : damaged) {
      auto text = fmt::format("batch {} can't be read and is kept in table damaged_batch: {}", batch.sequence,
                              batch.why);
      log::error("spool", "{}", text);
      if (auto done = work.file().batches.set_aside(batch.sequence, batch.why); !done) return done;
      if (auto done = work.file().notes.add_event({now, "batch damaged", std::move(text)}); !done)
        return done;
      work.change.lost.push_back(batch.sequence);
      std::vector<std::string> losers;
      for (const Cursor& cursor : work.change.cursors)
        if (!cursor.passed(batch.sequence) && (batch.only_sink.empty() || batch.only_sink == cursor.sink))
          losers.push_back(cursor.sink);
      for (const std::string& sink : losers)
        if (auto done = work.add_gap({sink, batch.previous, batch.sequence}, *options_.series, now); !done)
          return done;
    }
    return {};
  });
}

}  // namespace collector
