// Targets that have lost rows or know more than this file, and batches that can't be read.
#include <algorithm>
#include <optional>
#include <utility>

#include "collector/spool/failure.h"
#include "collector/spool/queue_transaction.h"

namespace collector {

using sqlite::SqliteResult;

SqliteResult<> QueueTransaction::add_gap(const std::string& sink, SequenceRange lost, WallTime now) {
  Batch batch;
  const auto cells =
      batch.add({.series = series_.intern(gap_measurement(), {}), .start = now, .end = now, .samples = 1});
  const std::uint64_t ends[] = {lost.from, lost.to};
  for (std::size_t i = 0; i < cells.size(); ++i) {
    const auto value = static_cast<std::int64_t>(ends[i]);
    cells[i].present = true;
    cells[i].integers = {value, value, value, value};
  }
  batch.labels = state.labels;
  ++gaps;
  return add_for(sink, std::move(batch));
}

SqliteResult<std::vector<std::string>> QueueTransaction::give_up(std::uint64_t number) {
  std::vector<std::string> losers;
  const auto waiters = file_.queue.waiters(number);
  if (!waiters) return pass_on(waiters);
  for (const std::int64_t id : *waiters) {
    const auto sink =
        std::ranges::find_if(change.sinks, [&](const PlannedSink& each) { return each.progress.id == id; });
    const bool still_waits =
        sink != change.sinks.end() && id != whoever_opens && number > sink->progress.confirmed;
    if (!still_waits) {
      if (auto done = remove_row(id, {.number = number}); !done) return pass_on(done);
      continue;
    }
    const auto row = waiting(*sink, number - 1, number);
    if (!row) return pass_on(row);
    for (const WaitingBatch& batch : *row)
      if (auto done = withdraw(*sink, batch); !done) return pass_on(done);
    losers.push_back(sink->progress.name);
  }
  return losers;
}

SqliteResult<SequenceRange> QueueTransaction::resend(const std::string& name, std::uint64_t has,
                                                     std::uint64_t held, std::string token) {
  PlannedSink* sink = change.sink(name);
  if (sink == nullptr) return SequenceRange{};
  SinkProgress& progress = sink->progress;
  if (auto done = file_.queue.wait_for_all(progress.id, name, progress.floor, has); !done)
    return pass_on(done);
  auto read = file_.queue.waiting(progress.id, 0, progress.confirmed, [&](const WaitingBatch& batch) {
    if (batch.sequence != 0 && batch.sequence <= has) return true;
    progress.confirmed = batch.number - 1;
    return false;
  });
  if (!read) return pass_on(read);
  progress.token = std::move(token);
  sink->moved_back = true;
  sink->retired = std::min(sink->retired, progress.confirmed);
  if (auto done = look_again(*sink); !done) return pass_on(done);
  progress.sequence = has;
  const std::uint64_t gone = std::min(held, state.removed_through);
  return has < gone ? SequenceRange{has, gone} : SequenceRange{};
}

SqliteResult<std::size_t> QueueTransaction::number_again(const std::string& name, const Uuid& epoch,
                                                         std::uint64_t opened_after) {
  PlannedSink* sink = change.sink(name);
  if (sink == nullptr) return 0;
  const auto candidates =
      waiting(*sink, std::max(sink->progress.confirmed, opened_after), change.last_number);
  if (!candidates) return pass_on(candidates);
  std::size_t renumbered = 0;
  for (const WaitingBatch& each : *candidates) {
    SqliteResult<std::optional<Batch>> batch;
    const auto found = file_.queue.read(each.number, [&](const StoredBatch& stored) {
      std::string damage;  // shows when it is read
      if (stored.origin.source == state.source && stored.origin.epoch == epoch)
        batch = file_.decode(stored, damage);
    });
    if (!found) return pass_on(found);
    if (!batch) return pass_on(batch);
    if (!*batch) continue;
    if (auto gone = file_.dead_letters.remove_of(name, (*batch)->origin); !gone) return pass_on(gone);
    if (auto done = withdraw(*sink, each); !done) return pass_on(done);
    if (auto done = add_for(name, std::move(**batch)); !done) return pass_on(done);
    ++renumbered;
  }
  return renumbered;
}

void QueueTransaction::set_token(const std::string& name, std::string token) {
  PlannedSink* sink = change.sink(name);
  if (sink == nullptr) return;
  sink->progress.token = std::move(token);
  sink->moved_back = true;
}

}  // namespace collector
