// What a limit takes from a sink, and the sums that it gets instead.
#include <algorithm>
#include <optional>
#include <utility>

#include "collector/core/log.h"
#include "collector/core/plural.h"
#include "collector/spool/failure.h"
#include "collector/spool/queue_transaction.h"

namespace collector {

using sqlite::SqliteResult;

SqliteResult<std::vector<WaitingBatch>> QueueTransaction::beyond_limits(const PlannedSink& sink) {
  const SinkLimits& limits = sink.limits;
  const std::int64_t oldest_ms = std::chrono::floor<std::chrono::milliseconds>(limits.age).count();
  const bool too_big = limits.size != 0 && sink.waiting.bytes > limits.size;
  std::vector<WaitingBatch> found;
  if (sink.waiting.batches == 0 || (!too_big && oldest_ms == 0)) return found;
  // Down to nine tenths of what is allowed, so that it is not done for each batch. The newest stays.
  std::uint64_t left = sink.waiting.bytes;
  bool too_old = false;
  const std::uint64_t after = std::max(sink.progress.confirmed, sink.progress.handed);
  auto read = file_.queue.waiting(sink.progress.id, after, state.last_number - 1, [&](const WaitingBatch& b) {
    const std::int64_t age = state.age_ms - b.age_ms;
    too_old = too_old || (oldest_ms != 0 && age > oldest_ms);
    if (!(too_big && left > limits.size / 10 * 9) && !(too_old && age > oldest_ms / 10 * 9)) return false;
    left -= std::min(left, b.bytes);
    found.push_back(b);
    return true;
  });
  if (!read) return pass_on(read);
  return found;
}

SqliteResult<> QueueTransaction::drop(PlannedSink& sink, const std::vector<WaitingBatch>& batches) {
  const std::string name = sink.progress.name;
  SumsByLabels sums(series_);
  for (const WaitingBatch& waiting : batches) {
    std::optional<sqlite::SqliteError> failure;
    const auto found = file_.queue.read(waiting.number, [&](const StoredBatch& stored) {
      std::string damage;
      auto batch = file_.decode(stored, damage);
      if (!batch)
        failure = std::move(batch.error());
      else if (*batch)
        sums.add(**batch);
      else
        log::error("spool", "batch {} can't be summed up for sink {}: {}", stored.number, name, damage);
    });
    if (failure) return std::unexpected(std::move(*failure));
    if (!found) return pass_on(found);
    if (auto done = withdraw(sink, waiting); !done) return done;
  }
  sink.progress.floor = batches.back().number;
  sink.progress.dropped_rows += sums.rows();
  log::warning(
      "spool",
      "the backlog of sink {} is full: {} up to batch {} were given up, and are summed up as `dropped`", name,
      counted(sums.rows(), "row"), batches.back().number);
  return add_dropped(name, sums);
}

SqliteResult<> QueueTransaction::add_dropped(const std::string& sink, const SumsByLabels& sums) {
  for (Batch& batch : sums.batches())
    if (auto done = add_for(sink, std::move(batch)); !done) return done;
  return {};
}

SqliteResult<> QueueTransaction::enforce_limits() {
  for (std::size_t i = 0; i < change.sinks.size(); ++i) {
    PlannedSink& sink = change.sinks[i];
    if (sink.progress.id == whoever_opens) continue;
    const auto beyond = beyond_limits(sink);
    if (!beyond) return pass_on(beyond);
    if (beyond->empty()) continue;
    if (auto done = drop(sink, *beyond); !done) return done;
    if (auto done = find_oldest(sink); !done) return done;
  }
  return {};
}

}  // namespace collector
