// The part of the queue index that belongs to transactions: what is planned, and what has been committed.
#include <algorithm>

#include "collector/spool/queue_index.h"

namespace collector {
namespace {

constexpr std::size_t most_recent = 4;
constexpr std::size_t most_recent_bytes = 1024 * 1024;

std::size_t memory_of(const AddedBatch& each) {
  return each.batch->rows.capacity() * sizeof(Row) + each.batch->cells.capacity() * sizeof(Cell);
}

}  // namespace

PlannedSink* QueueChange::sink(std::string_view name) {
  const auto found =
      std::ranges::find_if(sinks, [&](const PlannedSink& each) { return each.progress.name == name; });
  return name.empty() || found == sinks.end() ? nullptr : &*found;
}

PlannedSink QueueIndex::planned(const Waiter& waiter) {
  PlannedSink sink;
  static_cast<QueueWaiter&>(sink) = waiter;
  sink.oldest.reset();  // what the transaction does not look at stays as it is
  sink.waiting_before = waiter.waiting;
  return sink;
}

QueueChange QueueIndex::plan() const {
  const std::lock_guard lock(mutex_);
  QueueChange change;
  change.last_sequence = last_sequence_;
  change.last_number = last_number_;
  for (const auto& [name, sink] : sinks_)
    change.sinks.push_back(planned(sink));
  if (whoever_has_rows_) {
    PlannedSink& whoever = change.sinks.emplace_back(planned(whoever_));
    whoever.takes_new = !configured_;
    if (!is_held()) {
      whoever.released = true;
      whoever.progress.confirmed = last_number_;
      whoever.wait_for_all.reset();
    }
  }
  if (configured_)
    for (const auto& [name, sink] : removed_)
      change.removed.push_back(sink.progress.id);
  change.leftover.assign(leftover_.begin(), leftover_.end());
  return change;
}

void QueueIndex::merge(Waiter& waiter, const PlannedSink& sink) {
  const bool same_place = waiter.progress.confirmed == sink.progress.confirmed;
  if (sink.progress.id != whoever_opens) waiter.stored = sink.progress;
  waiter.progress.handed = std::max(waiter.progress.handed, sink.progress.handed);
  waiter.progress.floor = sink.progress.floor;
  waiter.progress.since = sink.progress.since;
  waiter.progress.dropped_rows = sink.progress.dropped_rows;
  waiter.progress.sequence = std::max(waiter.progress.sequence, sink.progress.sequence);
  if (sink.moved_back) {
    waiter.progress.confirmed = sink.progress.confirmed;
    waiter.progress.sequence = sink.progress.sequence;
    waiter.progress.token = sink.progress.token;
    waiter.in_flight.clear();
  }
  if (sink.recount) {
    // What was confirmed meanwhile is not in the sums: they are made again.
    waiter.recount = !same_place && !sink.moved_back;
    waiter.waiting = sink.waiting;
  } else {
    waiter.waiting.batches += sink.waiting.batches - sink.waiting_before.batches;
    waiter.waiting.rows += sink.waiting.rows - sink.waiting_before.rows;
    waiter.waiting.bytes += sink.waiting.bytes - sink.waiting_before.bytes;
    waiter.waiting.newest = std::max(waiter.waiting.newest, sink.waiting.newest);
  }
  if (sink.oldest) waiter.oldest = sink.oldest;
  waiter.retired = std::min(sink.retired, waiter.progress.confirmed);
  if (waiter.edition == sink.edition) waiter.wait_for_all.reset();
}

void QueueIndex::apply(const QueueChange& change) {
  const std::lock_guard lock(mutex_);
  for (const PlannedSink& sink : change.sinks) {
    Waiter* waiter = find(sink.progress.id);
    if (waiter == nullptr) continue;
    if (waiter != &whoever_) {
      merge(*waiter, sink);
      continue;
    }
    if (whoever_.edition != sink.edition) continue;  // everything is to wait once more
    whoever_.wait_for_all.reset();
    whoever_.retired = sink.retired;
    if (sink.released && sink.retired >= sink.progress.confirmed) whoever_has_rows_ = false;
  }
  for (const std::int64_t id : change.removed) {
    const auto gone =
        std::ranges::find_if(removed_, [&](const auto& named) { return named.second.progress.id == id; });
    if (gone != removed_.end()) {
      removed_.erase(gone);
      leftover_.insert(id);
    } else if (Waiter* back = find(id)) {
      back->stored.reset();  // configured again meanwhile
    }
  }
  for (const std::int64_t id : change.cleared)
    leftover_.erase(id);
  for (const auto& [number, id] : change.withdrawn)
    for (AddedBatch& each : recent_)
      if (each.waiting.number == number) std::erase(each.waiters, id);

  last_sequence_ = std::max(last_sequence_, change.last_sequence);
  last_number_ = std::max(last_number_, change.last_number);
  batches_ -= std::min(batches_, change.batches_removed);
  for (const AddedBatch& each : change.added) {
    if (each.waiters.empty()) continue;
    ++batches_;
    recent_.push_back(each);
    if (each.waits_for(whoever_opens)) whoever_has_rows_ = true;
    for (const std::int64_t id : each.waiters)
      if (Waiter* waiter = find(id); waiter != nullptr && waiter->waiting.batches == 1)
        waiter->oldest = WallTime(std::chrono::milliseconds(batch_end_ms(*each.batch)));
  }
  std::size_t bytes = 0;
  for (const AddedBatch& each : recent_)
    bytes += memory_of(each);
  while (recent_.size() > most_recent || (bytes > most_recent_bytes && !recent_.empty())) {
    bytes -= memory_of(recent_.front());
    recent_.pop_front();
  }
  forget_recent();
  if (!change.added.empty()) changed_.notify_all();
}

QueueIndex::Remains QueueIndex::start_over() {
  const std::lock_guard lock(mutex_);
  Remains remains;
  for (AddedBatch& each : recent_) {
    std::erase_if(each.waiters, [&](std::int64_t id) {
      const Waiter* waiter = find(id);
      return waiter == nullptr || waiter->progress.confirmed >= each.waiting.number;
    });
    for (const auto& [name, sink] : sinks_)
      if (sink.wait_for_all && (each.batch->only_sink.empty() || each.batch->only_sink == name) &&
          !each.waits_for(sink.progress.id))
        each.waiters.push_back(sink.progress.id);
    remains.batches.push_back(std::move(each));
  }
  recent_.clear();
  for (auto& [name, sink] : sinks_) {
    std::uint64_t kept = 0;
    std::uint64_t lost_through = last_sequence_;
    for (const AddedBatch& each : remains.batches) {
      if (!each.waits_for(sink.progress.id)) continue;
      if (kept++ == 0 && each.waiting.sequence != 0) lost_through = each.batch->previous;
    }
    if (kept < sink.waiting.batches && lost_through > sink.progress.sequence)
      remains.lost.emplace_back(name, SequenceRange{sink.progress.sequence, lost_through});
    sink.stored.reset();
    sink.waiting = {};
    sink.wait_for_all.reset();
    sink.recount = false;
    sink.in_flight.clear();
    sink.retired = sink.progress.confirmed;
  }
  removed_.clear();
  leftover_.clear();
  whoever_.retired = 0;
  batches_ = 0;
  return remains;
}

}  // namespace collector
