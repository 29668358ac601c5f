// Reading batches for a sink, and what to do about those that can't be read.
#include <fmt/format.h>

#include <algorithm>

#include "collector/core/log.h"
#include "collector/spool/core.h"
#include "collector/spool/failure.h"

namespace collector {

using sqlite::SqliteResult;

namespace {

// What a sink is given next, and up to where it is to be marked as handed out: some more than it is given
// now, so that catching up does not cost a transaction each time.
struct NextBatches {
  std::vector<WaitingBatch> batches;
  std::uint64_t mark_through = 0;
};

SqliteResult<NextBatches> next_batches(QueueStore& queue, const SinkProgress& sink, std::size_t max_rows) {
  NextBatches next;
  std::uint64_t rows = 0;
  std::size_t ahead = 0;
  auto read = queue.waiting(sink.id, sink.confirmed, highest_number, [&](const WaitingBatch& batch) {
    rows += batch.rows;
    const bool is_next = ahead == 0 && (next.batches.empty() || rows <= max_rows);
    if (is_next)
      next.batches.push_back(batch);
    else if (++ahead > 3 * next.batches.size())
      return false;
    next.mark_through = batch.number;
    return is_next || batch.number > sink.handed;
  });
  if (!read) return pass_on(read);
  return next;
}

}  // namespace

SpoolResult<QueueChange> Spool::Core::settled_plan(const std::string& sink) {
  while (true) {
    if (auto ready = ensure_file(); !ready) return pass_on(ready);
    QueueChange plan = index.plan();
    const PlannedSink* planned = plan.sink(sink);
    if (planned == nullptr || !(remains || planned->wait_for_all || planned->recount)) return plan;
    if (auto stored = transact({}); !stored) return pass_on(stored);
  }
}

SpoolResult<std::vector<BatchPtr>> Spool::Core::read(const std::string& sink, std::size_t max_rows) {
  while (true) {
    auto plan = settled_plan(sink);
    if (!plan) return pass_on(plan);
    const PlannedSink* planned = plan->sink(sink);
    if (planned == nullptr) return std::vector<BatchPtr>{};
    std::vector<BatchPtr> out;
    std::vector<Damaged> damaged;
    const auto run = [&]() -> SqliteResult<bool> {
      const auto next = next_batches(file->queue, planned->progress, max_rows);
      if (!next) return pass_on(next);
      if (next->batches.empty()) return true;
      if (next->batches.back().number > planned->progress.handed) {
        // The file may have been replaced meanwhile.
        const Uuid before = state.epoch;
        mark_handed(sink, next->mark_through);
        if (!file || remains || state.epoch != before) return false;
      }
      for (const WaitingBatch& each : next->batches) {
        SqliteResult<std::optional<Batch>> batch;
        std::string damage;
        const auto found = file->queue.read(each.number, [&](const StoredBatch& stored) {
          batch = file->decode(stored, damage);
          if (batch && !*batch)
            damaged.push_back({stored.number, stored.origin, stored.previous, std::move(damage)});
        });
        if (!found) return pass_on(found);
        if (!batch) return pass_on(batch);
        if (!*found) damaged.push_back({each.number, {}, 0, "it is not there"});
        if (*batch) out.push_back(std::make_shared<const Batch>(std::move(**batch)));
      }
      std::optional<WallTime> oldest;
      if (!out.empty()) oldest = WallTime(std::chrono::milliseconds(batch_end_ms(*out.front())));
      index.handed_out(sink, next->batches, oldest);
      return true;
    };
    const auto done = run();
    if (!done) {
      if (!is_damage(done.error())) return std::unexpected(spool_error(done.error()));
      if (auto replaced = replace_file(done.error().what); !replaced) return pass_on(replaced);
      continue;
    }
    if (!*done) continue;
    if (damaged.empty()) return out;
    if (auto gone = give_up(damaged); !gone) return pass_on(gone);
  }
}

void Spool::Core::mark_handed(const std::string& sink, std::uint64_t through) {
  const auto marked = transact([&](QueueTransaction& work) -> SqliteResult<> {
    if (PlannedSink* planned = work.change.sink(sink))
      planned->progress.handed = std::max(planned->progress.handed, through);
    return {};
  });
  // A disk that takes nothing must not keep a sink from being delivered to.
  if (!marked) index.hand_without_storing(sink, through);
}

SpoolResult<> Spool::Core::give_up(const std::vector<Damaged>& damaged) {
  return transact([&](QueueTransaction& work) -> SqliteResult<> {
    for (const auto& [number, origin, previous, why] : damaged) {
      const auto text =
          fmt::format("batch {} can't be read and is kept in table damaged_batch: {}", number, why);
      log::error("spool", "{}", text);
      if (auto done = work.file().queue.set_aside(number, why); !done) return done;
      if (auto done = add_event(work, "batch damaged", text); !done) return done;
      const auto losers = work.give_up(number);
      if (!losers) return pass_on(losers);
      if (previous == origin.sequence) continue;
      for (const std::string& sink : *losers)
        if (auto done = work.add_gap(sink, {previous, origin.sequence}, options.clock->now().wall); !done)
          return done;
    }
    return {};
  });
}

std::optional<Origin> Spool::next_origin(const std::string& sink) {
  const std::lock_guard lock(core_->disk_mutex);
  auto plan = core_->settled_plan(sink);
  if (!plan) return std::nullopt;
  const PlannedSink* planned = plan->sink(sink);
  if (planned == nullptr) return std::nullopt;
  const auto next = next_batches(core_->file->queue, planned->progress, 0);
  std::optional<Origin> origin;
  if (next && !next->batches.empty())
    static_cast<void>(core_->file->queue.read(next->batches.front().number,
                                              [&](const StoredBatch& batch) { origin = batch.origin; }));
  return origin;
}

bool Spool::holds(std::uint64_t sequence, const std::string& sink) {
  if (core_->index.was_dropped(sequence, sink)) return true;
  const std::lock_guard lock(core_->disk_mutex);
  if (!core_->ensure_file() || core_->remains) return false;
  const auto found = core_->file->queue.holds(sequence);
  return found && *found;
}

}  // namespace collector
