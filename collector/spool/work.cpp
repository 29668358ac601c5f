#include "collector/spool/work.h"

#include <fmt/format.h>

#include <algorithm>

#include "collector/core/log.h"
#include "collector/core/plural.h"
#include "collector/spool/batch_codec.h"
#include "collector/spool/dropped_sums.h"
#include "collector/spool/failure.h"

namespace collector {

using sqlite::SqliteResult;

SqliteResult<> Work::store(const Batch& batch) {
  ids_.clear();
  for (const Row& row : batch.rows) {
    const auto ids = file_.series.ids_of(row.series);
    if (!ids) return pass_on(ids);
    ids_.push_back(*ids);
  }
  bytes_.clear();
  encode_batch(batch, ids_, bytes_);
  summary_ = {.sequence = batch.origin.sequence,
              .ended_ms = batch_end_ms(batch),
              .age_ms = state.age_ms,
              .rows = static_cast<std::uint32_t>(batch.rows.size()),
              .bytes = static_cast<std::uint32_t>(bytes_.size()),
              .only_sink = batch.only_sink};
  return file_.batches.add(batch, summary_, bytes_);
}

SqliteResult<std::size_t> Work::add(Batch& batch) {
  batch.origin = {state.source, state.epoch, next_sequence_};
  batch.previous = state.last_sequence;
  if (auto done = store(batch); !done) return pass_on(done);
  state.last_sequence = next_sequence_++;
  change.added_summaries.push_back(summary_);
  change.added.emplace_back();
  // Sinks that keep up will be given it in a moment: noted here, it costs them no transaction of their own.
  for (const std::string& sink : change.caught_up)
    if (batch.only_sink.empty() || batch.only_sink == sink)
      change.edit({.sink = sink, .handed = batch.origin.sequence});
  return change.added.size() - 1;
}

SqliteResult<> Work::add_again(const BatchPtr& batch) {
  if (auto done = store(*batch); !done) return done;
  change.added_summaries.push_back(summary_);
  change.added.push_back(batch);
  return {};
}

SqliteResult<> Work::add_for(const std::string& sink, Batch batch) {
  batch.only_sink = sink;
  const auto place = add(batch);
  if (!place) return pass_on(place);
  change.added[*place] = std::make_shared<const Batch>(std::move(batch));
  return {};
}

SqliteResult<> Work::add_gap(const DropRange& lost, SeriesTable& table, WallTime now) {
  Batch batch;
  const auto cells =
      batch.add({.series = table.intern(gap_measurement(), {}), .start = now, .end = now, .samples = 1});
  const std::uint64_t ends[] = {lost.after, lost.through};
  for (std::size_t i = 0; i < cells.size(); ++i) {
    const auto value = static_cast<std::int64_t>(ends[i]);
    cells[i].present = true;
    cells[i].integers = {value, value, value, value};
  }
  batch.labels = state.labels;
  ++gaps;
  change.edit({.sink = lost.sink, .account_from = lost.after, .account_through = lost.through});
  return add_for(lost.sink, std::move(batch));
}

SqliteResult<> Work::drop(const DropRange& range, SeriesTable& table) {
  DroppedSums sums(table);
  std::optional<sqlite::SqliteError> trouble;
  auto read = file_.batches.read(range.after, range.through, range.sink, [&](const StoredBatch& stored) {
    std::string damage;
    auto batch = file_.decode(stored, damage);
    if (!batch) {
      trouble = std::move(batch.error());
      return false;
    }
    if (*batch)
      sums.add(**batch);
    else
      log::error("spool", "batch {} can't be summed up for sink {}: {}", stored.origin.sequence, range.sink,
                 damage);
    return true;
  });
  if (trouble) return std::unexpected(std::move(*trouble));
  if (!read) return read;
  change.edit({.sink = range.sink, .drop_through = range.through, .dropped_rows = sums.rows()});
  log::warning(
      "spool",
      "the backlog of sink {} is full: {} up to batch {} were given up, and are summed up as `dropped`",
      range.sink, counted(sums.rows(), "row"), range.through);
  Batch batch = sums.batch();
  return batch.rows.empty() ? SqliteResult<>{} : add_for(range.sink, std::move(batch));
}

SqliteResult<> Work::enforce_limits(const Board& board, SeriesTable& table) {
  std::uint64_t added_bytes = 0;
  for (const BatchSummary& summary : change.added_summaries)
    added_bytes += summary.bytes;
  for (const DropRange& range : board.limits(change, added_bytes, state.age_ms))
    if (auto done = drop(range, table); !done) return done;
  return {};
}

SqliteResult<> Work::finish() {
  for (std::size_t i = 0; i < change.cursors.size(); ++i) {
    if (change.cursors[i] == change.stored[i]) continue;
    if (auto done = file_.cursors.save(change.cursors[i]); !done) return done;
  }
  for (const std::string& sink : change.forgotten)
    if (auto done = file_.cursors.remove(sink); !done) return done;
  for (const std::uint64_t sequence : change.removed)
    if (auto done = file_.batches.remove(sequence); !done) return done;
  state.removed_through = std::max(state.removed_through, change.removed_through);
  return file_.states.save(state);
}

}  // namespace collector
