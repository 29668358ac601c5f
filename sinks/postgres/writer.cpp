#include "sinks/postgres/writer.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "collector/formats/sql_identifier.h"
#include "sinks/postgres/addressed.h"
#include "sinks/postgres/failure.h"
#include "sinks/postgres/names.h"

namespace collector::postgres_store {
namespace {

// Up to here one statement with arrays is faster than COPY, which needs more round trips.
constexpr std::size_t most_in_one_statement = 10'000;
// A number that is taken and a position that has moved on each cost one.
constexpr int most_attempts = 6;

constexpr std::string_view invalid_text = "22P02";  // of a number, say

using Outcome = std::expected<void, SinkFailure>;

}  // namespace

void Writer::set_position(const Uuid& source, const Uuid& epoch, std::optional<std::uint64_t> sequence) {
  Position& position = positions_[{source, epoch}];
  if (position.sequence != sequence) position = {sequence, {}};
}

std::optional<std::uint64_t> Writer::position(const Uuid& source, const Uuid& epoch) const {
  const auto found = positions_.find({source, epoch});
  return found == positions_.end() ? std::nullopt : found->second.sequence;
}

void Writer::forget() {
  positions_.clear();
  grouper_.series().forget();
}

Writer::Place Writer::place_of(const Batch& batch) const {
  return {batch.origin.source, position_epoch(batch, options_.sink)};
}

PositionUpdate Writer::update_to(const Batch& batch) const {
  const auto place = place_of(batch);
  const Position& known = positions_.at(place);
  return {place.first, place.second, known.sequence, known.changed, batch.origin.sequence};
}

SinkFailure Writer::unexpected_position(const Connection& connection) const {
  return {.what = fmt::format("the position in {} is not where this collector left it", connection.where()),
          .remedy = "the sink reads it again, and compares",
          .retry_after = Duration{},
          .hold = false};
}

std::expected<Writer::Done, SinkFailure> Writer::write(Connection& connection,
                                                       std::span<const BatchPtr> batches,
                                                       const KeepRejected& keep) {
  grouper_.trim();
  const auto answers = connection.answers();
  const auto before = positions_;
  Task task{.connection = connection, .batches = batches, .keep = keep, .done = {}};
  for (std::size_t first = 0; first < batches.size();) {
    const auto place = place_of(*batches[first]);
    std::size_t end = first + 1;
    while (end < batches.size() && place_of(*batches[end]) == place)
      ++end;
    if (auto done = write_group(task, first, end - first); !done) {
      forget();
      if (connection.is_lost() && connection.answers() == answers) positions_ = before;
      return std::unexpected(std::move(done.error()));
    }
    first = end;
  }
  return std::move(task.done);
}

Outcome Writer::write_group(Task& task, std::size_t first, std::size_t count) {
  const auto place = place_of(*task.batches[first]);
  if (!positions_.contains(place)) {
    const auto read = schema_.position(task.connection, place.first, place.second);
    if (!read) return std::unexpected(read.error());
    set_position(place.first, place.second, *read);
  }
  const auto known = positions_[place].sequence.value_or(0);
  while (count > 0 && task.batches[first]->origin.sequence <= known) {
    task.done.skipped.push_back(first++);
    --count;
  }
  return count == 0 ? Outcome() : store(task, first, count);
}

PgResult<Stored> Writer::send(Connection& connection, const PositionUpdate& update, const RowsByTable& rows) {
  const auto schema = sql_identifier(options_.schema);
  const bool copy = rows.count > most_in_one_statement || (copy_only_ && rows.count > 0);
  return copy ? store_by_copy(connection, schema, update, rows)
              : store_in_one_statement(connection, schema, update, rows);
}

std::size_t Writer::arrived(std::span<const BatchPtr> batches, const Stored& outcome,
                            std::optional<std::uint64_t> expected) {
  if (!outcome.position || *outcome.position <= expected.value_or(0)) return 0;
  for (std::size_t i = 0; i < batches.size(); ++i)
    if (batches[i]->origin.sequence == *outcome.position) return i + 1;
  return 0;
}

Outcome Writer::store(Task& task, std::size_t first, std::size_t count) {
  const Batch& last = *task.batches[first + count - 1];
  Position& position = positions_[place_of(last)];
  for (int attempt = 0; attempt < most_attempts; ++attempt) {
    const auto batches = task.batches.subspan(first, count);
    if (!position.changed) grouper_.series().forget(last.origin.source);
    const RowsByTable rows = grouper_.group(batches, first);
    if (auto ready = schema_.prepare(task.connection, rows); !ready) return ready;
    // Before the position moves past them: afterwards nobody would ask for these rows again.
    if (auto kept = keep(task, rows.rejected); !kept) return kept;
    const auto outcome = send(task.connection, update_to(last), rows);
    if (!outcome) return recover(task, outcome.error(), first, count);
    if (outcome->moved) {
      position = {last.origin.sequence, outcome->changed};
      for (SeriesEntry* series : rows.new_series)
        series->known = true;
      task.done.rows += rows.count;
      std::ranges::copy(rows.rejected, std::back_inserter(task.done.rejected));
      return {};
    }
    if (!outcome->taken_ids.empty()) {
      grouper_.series().renumber(outcome->taken_ids);
    } else if (const auto there = arrived(batches, *outcome, position.sequence); there > 0) {
      // An acknowledgement was lost, here or in an earlier process.
      position = {outcome->position, {}};
      for (std::size_t i = 0; i < there; ++i)
        task.done.skipped.push_back(first++);
      count -= there;
      if (count == 0) return {};
    } else if (position.changed && outcome->position == position.sequence) {
      position.changed.reset();  // somebody has deleted series
    } else {
      break;
    }
  }
  return std::unexpected(unexpected_position(task.connection));
}

// A NULL in an array is one only then. A transaction turns it on for itself, which the single statement
// can't.
bool Writer::lacks_array_nulls(Connection& connection, const PgError& error) const {
  if (error.sqlstate != invalid_text || copy_only_) return false;
  const auto found = connection.run("SELECT current_setting('array_nulls')", {});
  return found && found->rows() == 1 && found->text(0, 0) != "on";
}

Outcome Writer::recover(Task& task, const PgError& error, std::size_t first, std::size_t count) {
  const auto failed = [&] {
    return std::unexpected(
        to_failure(error, task.connection, fmt::format("write rows to schema {} in", options_.schema)));
  };
  if (error.sqlstate.empty()) return failed();
  if (lacks_array_nulls(task.connection, error)) {
    copy_only_ = true;
    return store(task, first, count);
  }
  switch (meaning_of(error.sqlstate).verdict) {
    case Verdict::bad_rows:
      return count > 1 ? store_in_halves(task, first, count) : store_without_refused_rows(task, first);
    case Verdict::too_long:
      return count > 1 ? store_in_halves(task, first, count) : failed();
    case Verdict::unable:
      if (copy_only_) return failed();
      copy_only_ = true;
      return store(task, first, count);
    case Verdict::missing:
      if (task.prepared_again) {
        // The sink's own tables have gone: the next open() makes them again.
        auto gone = failed();
        gone.error().hold = false;
        gone.error().retry_after = Duration{};
        return gone;
      }
      task.prepared_again = true;
      schema_.forget();
      grouper_.series().forget();
      return store(task, first, count);
    default:
      return failed();
  }
}

Outcome Writer::store_in_halves(Task& task, std::size_t first, std::size_t count) {
  const auto half = count / 2;
  if (auto done = store(task, first, half); !done) return done;
  return store(task, first + half, count - half);
}

Outcome Writer::store_without_refused_rows(Task& task, std::size_t index) {
  const Batch& batch = *task.batches[index];
  const RowsByTable rows = grouper_.group(task.batches.subspan(index, 1), index);
  const auto schema = sql_identifier(options_.schema);
  std::vector<RejectedRow> rejected = rows.rejected;
  const auto keep_all = [&](std::span<const RejectedRow> refused) {
    std::ranges::copy(refused, std::back_inserter(rejected));
    return keep(task, rejected);
  };
  auto some = store_without_refused(task.connection, schema, update_to(batch), rows, keep_all);
  if (!some)
    return std::unexpected(to_failure(some.error(), task.connection,
                                      fmt::format("write rows to schema {} in", options_.schema)));
  if (some->not_kept) return std::unexpected(*some->not_kept);
  if (!some->stored.moved) return std::unexpected(unexpected_position(task.connection));
  positions_[place_of(batch)] = {batch.origin.sequence, some->stored.changed};
  // Series stay unknown: those of refused rows have not come along.
  task.done.rows += rows.count - some->rejected.size();
  std::ranges::move(rejected, std::back_inserter(task.done.rejected));
  return {};
}

Outcome Writer::keep(Task& task, std::span<const RejectedRow> rows) {
  if (rows.empty() || !task.keep) return {};
  std::vector<std::size_t> batches;
  for (const RejectedRow& row : rows)
    if (batches.empty() || batches.back() != row.batch) batches.push_back(row.batch);
  return task.keep(batches, rows);
}

}  // namespace collector::postgres_store
