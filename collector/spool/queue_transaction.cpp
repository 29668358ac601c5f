#include "collector/spool/queue_transaction.h"

#include <algorithm>

#include "collector/spool/batch_codec.h"
#include "collector/spool/failure.h"

namespace collector {

using sqlite::SqliteResult;

SqliteResult<> QueueTransaction::begin() {
  for (const std::int64_t id : change.removed)
    if (auto done = file_.queue.remove_sink(id); !done) return done;
  bool hold = false;
  for (PlannedSink& sink : change.sinks) {
    SinkProgress& progress = sink.progress;
    if (progress.id == whoever_opens) {
      hold = sink.wait_for_all.has_value();
      continue;
    }
    if (sink.wait_for_all) {
      const std::uint64_t after = std::max(*sink.wait_for_all, progress.floor);
      if (auto done = file_.queue.wait_for_all(progress.id, progress.name, after, 0); !done) return done;
      if (!sink.stored && *sink.wait_for_all == 0)
        if (auto done = begin_sink(progress); !done) return done;
      sink.recount = true;
    }
    if (sink.recount)
      if (auto done = look_again(sink); !done) return done;
    sink.caught_up = sink.waiting.batches == 0;
  }
  return hold ? hold_what_is_here() : SqliteResult<>();
}

SqliteResult<> QueueTransaction::hold_what_is_here() {
  // By what is confirmed now, and not by the last transaction.
  for (const PlannedSink& sink : change.sinks)
    if (sink.progress.id != whoever_opens)
      if (auto done = file_.queue.save(sink.progress); !done) return done;
  return file_.queue.hold_confirmed();
}

// One that is new: of what is gone it gets nothing.
SqliteResult<> QueueTransaction::begin_sink(SinkProgress& progress) {
  progress.sequence = state.removed_through;
  progress.since = state.last_number;
  return file_.queue.waiting(progress.id, 0, highest_number, [&](const WaitingBatch& first) {
    progress.since = first.number - 1;
    return false;
  });
}

// Counts what waits for a sink.
SqliteResult<> QueueTransaction::look_again(PlannedSink& sink) {
  SinkProgress& progress = sink.progress;
  const auto counted = file_.queue.count(progress.id, progress.confirmed);
  if (!counted) return pass_on(counted);
  sink.waiting = *counted;
  sink.recount = true;
  auto read = file_.queue.waiting(progress.id, sink.retired, highest_number, [&](const WaitingBatch& batch) {
    if (batch.number > progress.confirmed) return false;
    progress.sequence = std::max(progress.sequence, batch.sequence);
    return true;
  });
  if (!read) return read;
  return find_oldest(sink);
}

SqliteResult<> QueueTransaction::find_oldest(PlannedSink& sink) {
  const auto oldest = file_.queue.first_waiting(sink.progress.id, sink.progress.confirmed);
  if (!oldest) return pass_on(oldest);
  sink.oldest = *oldest;
  return {};
}

SqliteResult<> QueueTransaction::store(const Batch& batch, AddedBatch& added) {
  for (PlannedSink& sink : change.sinks)
    if (sink.concerns(batch.only_sink)) added.waiters.push_back(sink.progress.id);
  // Without sinks the newest is kept, for one that is configured in a moment.
  if (added.waiters.empty() && batch.only_sink.empty()) added.waiters.push_back(whoever_opens);
  return store_again(batch, added);
}

SqliteResult<> QueueTransaction::store_again(const Batch& batch, AddedBatch& added) {
  ids_.clear();
  for (const Row& row : batch.rows) {
    const auto ids = file_.series.ids_of(row.series, batch.number);
    if (!ids) return pass_on(ids);
    ids_.push_back(*ids);
  }
  bytes_.clear();
  encode_batch(batch, ids_, bytes_);
  WaitingBatch& waiting = added.waiting;
  waiting = {.number = batch.number,
             .sequence = batch.origin.source == state.source ? batch.origin.sequence : 0,
             .age_ms = state.age_ms,
             .rows = batch.rows.size(),
             .bytes = bytes_.size(),
             .addressed = !batch.only_sink.empty()};
  change.last_number = std::max(change.last_number, batch.number);
  change.last_sequence = std::max(change.last_sequence, waiting.sequence);
  state.last_number = change.last_number;
  if (added.waiters.empty()) {
    state.removed_through = std::max(state.removed_through, waiting.sequence);
    return {};
  }
  const StoredBatch stored{batch.number,    batch.origin,        batch.previous,
                           batch.only_sink, batch_end_ms(batch), bytes_};
  if (auto done = file_.queue.add(stored, waiting); !done) return done;
  for (const std::int64_t id : added.waiters)
    if (auto done = file_.queue.add_waiting(id, waiting); !done) return done;
  for (PlannedSink& sink : change.sinks) {
    if (!added.waits_for(sink.progress.id)) continue;
    // Sinks that keep up will be given it in a moment: noted here, it costs them no transaction of their own.
    if (sink.caught_up) sink.progress.handed = batch.number;
    sink.waiting.add(waiting);
  }
  return {};
}

SqliteResult<std::size_t> QueueTransaction::add(Batch& batch) {
  batch.number = change.last_number + 1;
  batch.origin = {state.source, state.epoch, next_sequence_};
  batch.previous = state.last_sequence;
  AddedBatch added;
  if (auto done = store(batch, added); !done) return pass_on(done);
  state.last_sequence = next_sequence_++;
  change.added.push_back(std::move(added));
  return change.added.size() - 1;
}

SqliteResult<> QueueTransaction::add_received(Batch batch) {
  batch.number = change.last_number + 1;
  AddedBatch added;
  if (auto done = store(batch, added); !done) return done;
  added.batch = std::make_shared<const Batch>(std::move(batch));
  change.added.push_back(std::move(added));
  return {};
}

SqliteResult<> QueueTransaction::add_again(const AddedBatch& batch) {
  AddedBatch added = batch;
  if (auto done = store_again(*batch.batch, added); !done) return done;
  change.added.push_back(std::move(added));
  return {};
}

SqliteResult<> QueueTransaction::add_for(const std::string& sink, Batch batch) {
  batch.only_sink = sink;
  const auto place = add(batch);
  if (!place) return pass_on(place);
  change.added[*place].batch = std::make_shared<const Batch>(std::move(batch));
  return {};
}

// Returns whether the batch is gone with it.
SqliteResult<bool> QueueTransaction::remove_row(std::int64_t waiter, const WaitingBatch& batch) {
  const auto gone = file_.queue.remove_waiting(waiter, batch.number);
  if (gone && *gone) ++change.batches_removed;
  return gone;
}

SqliteResult<> QueueTransaction::withdraw(PlannedSink& sink, const WaitingBatch& batch) {
  const auto gone = remove_row(sink.progress.id, batch);
  if (!gone) return pass_on(gone);
  // What was for this sink alone it gets in another form.
  if (*gone && !batch.addressed) state.removed_through = std::max(state.removed_through, batch.sequence);
  sink.waiting.subtract(batch);
  change.withdrawn.emplace_back(batch.number, sink.progress.id);
  return {};
}

bool QueueTransaction::was_for(const std::string& name, std::uint64_t number) {
  const PlannedSink* sink = change.sink(name);
  return sink != nullptr && number > sink->progress.since;
}

SqliteResult<bool> QueueTransaction::waits(const std::string& name, std::uint64_t number) {
  const PlannedSink* sink = change.sink(name);
  if (sink == nullptr || number <= sink->progress.confirmed) return false;
  const auto waiters = file_.queue.waiters(number);
  if (!waiters) return pass_on(waiters);
  return std::ranges::find(*waiters, sink->progress.id) != waiters->end();
}

SqliteResult<std::vector<WaitingBatch>> QueueTransaction::waiting(const PlannedSink& sink,
                                                                  std::uint64_t after,
                                                                  std::uint64_t through) {
  std::vector<WaitingBatch> found;
  auto read = file_.queue.waiting(sink.progress.id, after, through, [&](const WaitingBatch& batch) {
    found.push_back(batch);
    return true;
  });
  if (!read) return pass_on(read);
  return found;
}

// Removes rows of a waiter with after < number <= through, `at_most` of them. False: some are left.
SqliteResult<bool> QueueTransaction::retire(std::int64_t waiter, std::uint64_t after, std::uint64_t through,
                                            std::uint64_t& retired, std::size_t& at_most) {
  std::vector<WaitingBatch> rows;
  bool all = true;
  auto read = file_.queue.waiting(waiter, after, through, [&](const WaitingBatch& batch) {
    all = rows.size() < at_most;
    if (all) rows.push_back(batch);
    return all;
  });
  if (!read) return pass_on(read);
  for (const WaitingBatch& row : rows) {
    const auto gone = remove_row(waiter, row);
    if (!gone) return pass_on(gone);
    if (*gone) state.removed_through = std::max(state.removed_through, row.sequence);
  }
  at_most -= rows.size();
  if (all)
    retired = through;
  else if (!rows.empty())
    retired = rows.back().number;
  return all;
}

SqliteResult<> QueueTransaction::finish() {
  std::size_t at_most = 512;  // a long backlog that is done with goes in steps
  for (PlannedSink& sink : change.sinks) {
    const SinkProgress& progress = sink.progress;
    if (sink.retired < progress.confirmed)
      if (auto done = retire(progress.id, sink.retired, progress.confirmed, sink.retired, at_most); !done)
        return pass_on(done);
    if (progress.id == whoever_opens || sink.stored == progress) continue;
    if (auto done = file_.queue.save(progress); !done) return done;
  }
  for (const std::int64_t id : change.leftover) {
    std::uint64_t ignored = 0;
    const auto all = retire(id, 0, highest_number, ignored, at_most);
    if (!all) return pass_on(all);
    if (*all) change.cleared.push_back(id);
  }
  if (file_.series.added() > 0) {
    const auto oldest = file_.queue.oldest();
    if (!oldest) return pass_on(oldest);
    if (auto done = file_.series.prune(oldest->value_or(state.last_number + 1)); !done) return done;
  }
  return file_.states.save(state);
}

}  // namespace collector
