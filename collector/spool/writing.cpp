// Everything that writes to the queue.
#include <fmt/format.h>

#include <algorithm>

#include "collector/core/log.h"
#include "collector/spool/core.h"
#include "collector/spool/failure.h"

namespace collector {

using sqlite::SqliteResult;

SpoolError spool_error(const sqlite::SqliteError& error) {
  switch (error.kind) {
    case sqlite::Kind::full:
      return {SpoolError::Kind::full, {error.what, "make room there; the collector then goes on by itself"}};
    case sqlite::Kind::busy:
      return {SpoolError::Kind::busy, {error.what, "end the other program that has the file open"}};
    case sqlite::Kind::readonly:
      return {SpoolError::Kind::readonly, {error.what, "make the state directory writable"}};
    case sqlite::Kind::unsuitable:
      return {SpoolError::Kind::failed, {error.what, "put the state directory on a local disk"}};
    case sqlite::Kind::no_file:
      return {SpoolError::Kind::failed, {error.what, "move it away; the collector then goes on by itself"}};
    case sqlite::Kind::io:
      return {SpoolError::Kind::failed, {error.what, "check the device (dmesg)"}};
    case sqlite::Kind::no_memory:
      return {SpoolError::Kind::failed, {error.what, "the collector tries again"}};
    default:
      return {SpoolError::Kind::failed, {error.what, {}}};
  }
}

SpoolState Spool::Core::aged(Instant now) {
  constexpr std::int64_t day_ms = 86'400'000;
  SpoolState aged = state;
  const std::int64_t wall_ms = unix_milliseconds(now.wall);
  const auto believed = retention.believed(now);
  if (touched) {
    aged.age_ms += std::max<std::int64_t>(0, (now.boot - *touched) / std::chrono::milliseconds(1));
  } else if (believed) {
    const std::int64_t believed_ms = unix_milliseconds(*believed);
    if (aged.compared_ms != 0)
      aged.age_ms += std::clamp<std::int64_t>(
          believed_ms - aged.compared_ms - (aged.age_ms - aged.compared_age_ms), 0, day_ms);
    aged.compared_ms = believed_ms;
    aged.compared_age_ms = aged.age_ms;
  }
  aged.retention = retention.text();
  if (wall_ms / day_ms != aged.wall_ms / day_ms) ++aged.day;
  aged.wall_ms = wall_ms;
  return aged;
}

SqliteResult<> Spool::Core::try_transact(const Body& body, const Committed& committed) {
  const Instant now = options.clock->now();
  QueueTransaction work(*file, aged(now), next_sequence, index.plan(), *options.series);
  const auto run = [&]() -> SqliteResult<> {
    auto transaction = sqlite::Transaction::begin(file->database);
    if (!transaction) return pass_on(transaction);
    if (auto done = work.begin(); !done) return done;
    if (remains)
      if (auto done = store_remains(work); !done) return done;
    if (body)
      if (auto done = body(work); !done) return done;
    if (auto done = work.finish(); !done) return done;
    return transaction->commit();
  };
  if (auto done = run(); !done) {
    file->rolled_back();
    return done;
  }
  file->committed();
  state = work.state;
  touched = now.boot;
  next_sequence = work.next_sequence();
  next_series = file->series.next_number();
  remains.reset();
  {
    const std::lock_guard lock(figures_mutex);
    epoch = state.epoch;
  }
  if (committed) committed(work);
  index.apply(work.change);
  gaps += work.gaps;
  if (work.has_events) look_at_events();
  measure_file();
  return {};
}

SpoolResult<> Spool::Core::transact(const Body& body, const Committed& committed) {
  if (options.may_write)
    if (auto may = options.may_write(); !may)
      return std::unexpected(SpoolError{SpoolError::Kind::failed, may.error()});
  if (auto ready = ensure_file(); !ready) return ready;
  auto done = try_transact(body, committed);
  if (!done && is_damage(done.error())) {
    if (auto replaced = replace_file(done.error().what); !replaced) return replaced;
    done = try_transact(body, committed);
  }
  // A log that was opened while the device was read-only is never written to by that connection.
  if (!done && done.error().kind == sqlite::Kind::readonly) {
    file.reset();
    if (auto ready = ensure_file(); !ready) return ready;
    done = try_transact(body, committed);
  }
  if (!done) return std::unexpected(spool_error(done.error()));
  return {};
}

SqliteResult<> Spool::Core::add_event(QueueTransaction& work, const std::string& kind,
                                      const std::string& text) const {
  work.has_events = true;
  return work.file().events.add({options.clock->now().wall, kind, text});
}

SpoolResult<BatchPtr> Spool::append(Batch& batch, const Baselines& baselines) {
  const std::lock_guard lock(core_->disk_mutex);
  // Before a sink has them, and in the same transaction; if that fails it does no harm.
  core_->retention.note(batch.rows, core_->options.clock->now());
  const Origin origin = batch.origin;
  const std::uint64_t number = batch.number;
  const std::uint64_t previous = batch.previous;
  std::size_t place = 0;
  BatchPtr appended;
  const auto body = [&](QueueTransaction& work) -> SqliteResult<> {
    if (!batch.rows.empty()) {
      const auto added = work.add(batch);
      if (!added) return pass_on(added);
      place = *added;
      if (work.state.labels != batch.labels) work.state.labels = batch.labels;
    }
    SpoolState& state = work.state;
    state.clock_steps = std::max(state.clock_steps, baselines.clock_steps);
    if (auto done = work.file().baselines.save(baselines, state.day, work.file().series); !done) return done;
    if (const auto now = core_->retention.believed(core_->options.clock->now());
        now && state.day != core_->state.day)
      if (auto done = work.file().baselines.remove_unseen(state.day, *now); !done) return done;
    return work.enforce_limits();
  };
  const auto committed = [&](QueueTransaction& work) {
    if (batch.rows.empty()) return;
    appended = std::make_shared<const Batch>(std::move(batch));
    work.change.added[place].batch = appended;
  };
  if (auto done = core_->transact(body, committed); !done) {
    batch.origin = origin;
    batch.number = number;
    batch.previous = previous;
    return pass_on(done);
  }
  return appended;
}

SpoolResult<std::size_t> Spool::append_received(std::span<const Batch> batches) {
  const std::lock_guard lock(core_->disk_mutex);
  std::size_t taken = 0;
  auto done = core_->transact([&](QueueTransaction& work) -> SqliteResult<> {
    taken = 0;
    for (const Batch& batch : batches) {
      if (batch.rows.empty() || batch.origin.source == core_->source) continue;
      const auto last = work.file().queue.received(batch.origin);
      if (!last) return pass_on(last);
      if (*last && batch.origin.sequence <= **last) continue;
      if (auto added = work.add_received(batch); !added) return added;
      if (auto stored = work.file().queue.set_received(batch.origin); !stored) return stored;
      ++taken;
    }
    return work.enforce_limits();
  });
  if (!done) return pass_on(done);
  return taken;
}

SpoolResult<> Spool::commit() {
  const std::lock_guard lock(core_->disk_mutex);
  if (!core_->remains && !core_->index.anything_pending()) return {};
  return core_->transact({});
}

SpoolResult<bool> Spool::leave_epoch(const std::string& sink, const Uuid& epoch, std::string token,
                                     const std::string& event) {
  const std::lock_guard lock(core_->disk_mutex);
  bool changed = false;
  auto done = core_->transact([&](QueueTransaction& work) -> SqliteResult<> {
    changed = work.state.epoch == epoch;
    if (changed) work.state.epoch = Uuid::random();
    const auto renumbered = work.number_again(sink, epoch, core_->opened_after);
    if (!renumbered) return pass_on(renumbered);
    changed = changed || *renumbered > 0;
    if (!changed) return {};
    work.set_token(sink, token);
    return core_->add_event(work, "new epoch", event);
  });
  if (!done) return pass_on(done);
  core_->count_dead_letters();
  return changed;
}

SpoolResult<SequenceRange> Spool::resend(const std::string& sink, std::uint64_t has, std::uint64_t held,
                                         std::string token, const std::string& event) {
  const std::lock_guard lock(core_->disk_mutex);
  SequenceRange gap;
  auto done = core_->transact([&](QueueTransaction& work) -> SqliteResult<> {
    const auto lost = work.resend(sink, has, held, token);
    if (!lost) return pass_on(lost);
    gap = *lost;
    if (gap.empty()) return core_->add_event(work, "target", event);
    if (auto told = work.add_gap(sink, gap, core_->options.clock->now().wall); !told) return told;
    return core_->add_event(
        work, "target", fmt::format("{}, ({}, {}] is lost and recorded as a gap", event, gap.from, gap.to));
  });
  if (!done) return pass_on(done);
  return gap;
}

SpoolResult<> Spool::record_event(const std::string& kind, const std::string& text) {
  const std::lock_guard lock(core_->disk_mutex);
  return core_->transact([&](QueueTransaction& work) { return core_->add_event(work, kind, text); });
}

SpoolResult<std::vector<SpoolEvent>> Spool::events(std::size_t at_most) {
  const std::lock_guard lock(core_->disk_mutex);
  if (auto ready = core_->ensure_file(); !ready) return pass_on(ready);
  auto found = core_->file->events.read(at_most);
  if (!found) return std::unexpected(spool_error(found.error()));
  return std::move(*found);
}

// Told from memory, so that status never waits for the disk. What can't be read now is looked at after the
// next event.
void Spool::Core::look_at_events() {
  constexpr std::size_t few = 10;
  auto newest = file->events.read(few);
  if (!newest) return;
  const std::lock_guard lock(figures_mutex);
  events = std::move(*newest);
}

void Spool::Core::measure_file() {
  std::uint64_t bytes = 0;
  for (const char* ending : {"", "-wal"}) {
    std::error_code error;
    const auto size = std::filesystem::file_size(path.native() + ending, error);
    if (!error) bytes += size;
  }
  file_size = bytes;
}

}  // namespace collector
