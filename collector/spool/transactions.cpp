// Everything that writes to the spool.
#include <fmt/format.h>

#include <algorithm>

#include "collector/core/log.h"
#include "collector/spool/failure.h"
#include "collector/spool/implementation.h"

namespace collector {

using sqlite::SqliteResult;

SpoolError Spool::Implementation::spool_error(const sqlite::SqliteError& error) const {
  switch (error.kind) {
    case sqlite::Kind::full:
      return {SpoolError::Kind::full, {error.what, "make room there; the collector then goes on by itself"}};
    case sqlite::Kind::busy:
      return {SpoolError::Kind::busy, {error.what, "end the other program that has the file open"}};
    case sqlite::Kind::readonly:
      return {SpoolError::Kind::readonly, {error.what, "make the state directory writable"}};
    case sqlite::Kind::unsuitable:
      return {SpoolError::Kind::failed, {error.what, "put the state directory on a local disk"}};
    case sqlite::Kind::io:
      return {SpoolError::Kind::failed, {error.what, "check the device (dmesg)"}};
    case sqlite::Kind::no_memory:
      return {SpoolError::Kind::failed, {error.what, "the collector tries again"}};
    default:
      return {SpoolError::Kind::failed, {error.what, {}}};
  }
}

SpoolState Spool::Implementation::touched(Instant now) {
  constexpr std::int64_t day_ms = 86'400'000;
  SpoolState state = state_;
  const std::int64_t wall_ms = unix_milliseconds(now.wall);
  const auto believed = retention_.believed(now);
  if (touched_) {
    state.age_ms += std::max<std::int64_t>(0, (now.boot - *touched_) / std::chrono::milliseconds(1));
  } else if (believed) {
    const std::int64_t believed_ms = unix_milliseconds(*believed);
    if (state.compared_ms != 0)
      state.age_ms += std::clamp<std::int64_t>(
          believed_ms - state.compared_ms - (state.age_ms - state.compared_age_ms), 0, day_ms);
    state.compared_ms = believed_ms;
    state.compared_age_ms = state.age_ms;
  }
  state.retention = retention_.text();
  if (wall_ms / day_ms != state.wall_ms / day_ms) ++state.day;
  state.wall_ms = wall_ms;
  return state;
}

SqliteResult<> Spool::Implementation::try_transact(const Body& body, const Committed& committed) {
  const Instant now = options_.clock->now();
  Work work(*file_, touched(now), next_sequence_, board_.plan());
  const auto run = [&]() -> SqliteResult<> {
    auto transaction = sqlite::Transaction::begin(file_->database);
    if (!transaction) return pass_on(transaction);
    if (seed_)
      if (auto done = plant(work); !done) return done;
    if (body)
      if (auto done = body(work); !done) return done;
    if (auto done = work.finish(); !done) return done;
    return transaction->commit();
  };
  if (auto done = run(); !done) {
    file_->rolled_back();
    return done;
  }
  file_->committed();
  state_ = work.state;
  touched_ = now.boot;
  next_sequence_ = work.next_sequence();
  next_series_ = file_->series.next_number();
  seed_.reset();
  {
    const std::lock_guard lock(epoch_mutex_);
    epoch_ = state_.epoch;
  }
  if (committed) committed(work);
  board_.apply(work.change);
  gaps_ += work.gaps;
  if (file_->notes.changed()) look_at_notes();
  measure_file();
  return {};
}

SpoolResult<> Spool::Implementation::transact(const Body& body, const Committed& committed) {
  if (options_.may_write)
    if (auto may = options_.may_write(); !may)
      return std::unexpected(SpoolError{SpoolError::Kind::failed, may.error()});
  if (auto ready = ensure_file(); !ready) return ready;
  auto done = try_transact(body, committed);
  if (!done && is_damage(done.error())) {
    if (auto replaced = replace_file(done.error().what); !replaced) return replaced;
    done = try_transact(body, committed);
  }
  // A log that was opened while the device was read-only is never written to by that connection.
  if (!done && done.error().kind == sqlite::Kind::readonly) {
    file_.reset();
    if (auto ready = ensure_file(); !ready) return ready;
    done = try_transact(body, committed);
  }
  if (!done) return std::unexpected(spool_error(done.error()));
  return {};
}

SpoolResult<BatchPtr> Spool::Implementation::append(Batch& batch, const Baselines& baselines) {
  const std::lock_guard lock(disk_mutex_);
  // Before a sink has them, and in the same transaction; if that fails it does no harm.
  retention_.note(batch.rows, options_.clock->now());
  const Origin origin = batch.origin;
  const std::uint64_t previous = batch.previous;
  std::size_t place = 0;
  BatchPtr appended;
  const auto body = [&](Work& work) -> SqliteResult<> {
    if (!batch.rows.empty()) {
      const auto added = work.add(batch);
      if (!added) return pass_on(added);
      place = *added;
      if (work.state.labels != batch.labels) work.state.labels = batch.labels;
    }
    work.state.clock_steps = std::max(work.state.clock_steps, baselines.clock_steps);
    if (auto done = work.file().baselines.save(baselines, work.state.day, work.file().series); !done)
      return done;
    if (const auto now = retention_.believed(options_.clock->now()); now && work.state.day != state_.day)
      if (auto done = work.file().baselines.remove_unseen(work.state.day, *now); !done) return done;
    return work.enforce_limits(board_, *options_.series);
  };
  const auto committed = [&](Work& work) {
    if (batch.rows.empty()) return;
    appended = std::make_shared<const Batch>(std::move(batch));
    work.change.added[place] = appended;
  };
  if (auto done = transact(body, committed); !done) {
    batch.origin = origin;
    batch.previous = previous;
    return pass_on(done);
  }
  return appended;
}

SpoolResult<> Spool::Implementation::commit() {
  const std::lock_guard lock(disk_mutex_);
  if (!seed_ && !board_.pending() && board_.plan().removed.empty()) return {};
  return transact({});
}

SpoolResult<> Spool::Implementation::new_epoch(const std::string& why) {
  const std::lock_guard lock(disk_mutex_);
  return transact([&](Work& work) {
    work.state.epoch = Uuid::random();
    return work.file().notes.add_event({options_.clock->now().wall, "new epoch", why});
  });
}

SpoolResult<> Spool::Implementation::record_gap(const std::string& sink, std::uint64_t from,
                                                std::uint64_t to) {
  const std::lock_guard lock(disk_mutex_);
  return transact([&](Work& work) -> SqliteResult<> {
    const auto cursor = std::ranges::find(work.change.cursors, sink, &Cursor::sink);
    if (cursor == work.change.cursors.end()) return {};
    DropRange gap{sink, from, to};
    // What `dropped` or an earlier `gap` tells of is not told twice.
    if (gap.after >= cursor->accounted_from)
      gap.after = std::max(gap.after, cursor->accounted_through);
    else if (gap.through <= cursor->accounted_through)
      gap.through = std::min(gap.through, cursor->accounted_from);
    if (gap.after >= gap.through) return {};
    return work.add_gap(gap, *options_.series, options_.clock->now().wall);
  });
}

SpoolResult<> Spool::Implementation::record_event(const std::string& kind, const std::string& text) {
  const std::lock_guard lock(disk_mutex_);
  return transact(
      [&](Work& work) { return work.file().notes.add_event({options_.clock->now().wall, kind, text}); });
}

SpoolResult<> Spool::Implementation::close() {
  const std::lock_guard lock(disk_mutex_);
  if (closed_) return {};
  SpoolResult<> done;
  if (board_.pending() || seed_) done = transact({});
  if (file_) file_->database.keep_log_on_close(false);  // moves the log into the file
  file_.reset();
  closed_ = true;
  return done;
}

void Spool::Implementation::measure_file() {
  std::uint64_t bytes = 0;
  for (const char* ending : {"", "-wal"}) {
    std::error_code error;
    const auto size = std::filesystem::file_size(path_.native() + ending, error);
    if (!error) bytes += size;
  }
  file_size_ = bytes;
}

}  // namespace collector
