#include "sinks/postgres/writer.h"

#include <fmt/format.h>

#include <algorithm>

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

using Outcome = std::expected<void, SinkFailure>;

}  // namespace

void Writer::set_position(const Uuid& source, const Uuid& epoch, Position position) {
  positions_.insert_or_assign({source, epoch}, position);
}

const Writer::Position* Writer::position(const Uuid& source, const Uuid& epoch) const {
  const auto found = positions_.find({source, epoch});
  return found == positions_.end() ? nullptr : &found->second;
}

void Writer::forget() {
  positions_.clear();
  gatherer_.series().forget();
}

std::pair<Uuid, Uuid> Writer::place_of(const Batch& batch) const {
  return {batch.origin.source, position_epoch(batch, options_.sink)};
}

Writer::Position Writer::known_position(const Batch& batch) const {
  return positions_.at(place_of(batch));
}

Move Writer::move_to(const Batch& batch) const {
  const auto [source, epoch] = place_of(batch);
  return {source, epoch, known_position(batch), batch.origin.sequence};
}

void Writer::stored(const Piece& piece, const Batch& batch) {
  positions_.insert_or_assign(place_of(batch), batch.origin.sequence);
  for (SeriesEntry* series : piece.new_series)
    series->known = true;
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
  gatherer_.trim();
  Task task{.connection = connection, .batches = batches, .keep = keep, .done = {}};
  for (std::size_t first = 0; first < batches.size();) {
    const auto place = place_of(*batches[first]);
    std::size_t end = first + 1;
    while (end < batches.size() && place_of(*batches[end]) == place)
      ++end;
    if (auto done = write_group(task, first, end - first); !done) {
      forget();
      return std::unexpected(std::move(done.error()));
    }
    first = end;
  }
  return std::move(task.done);
}

Outcome Writer::write_group(Task& task, std::size_t first, std::size_t count) {
  const auto [source, epoch] = place_of(*task.batches[first]);
  if (position(source, epoch) == nullptr) {
    const auto read = schema_.position(task.connection, source, epoch);
    if (!read) return std::unexpected(read.error());
    set_position(source, epoch, *read);
  }
  const auto known = position(source, epoch)->value_or(0);
  while (count > 0 && task.batches[first]->origin.sequence <= known) {
    ++task.done.skipped_batches;
    ++first;
    --count;
  }
  return count == 0 ? Outcome() : store(task, first, count);
}

PgResult<Stored> Writer::send(Connection& connection, const Move& move, const Piece& piece) {
  const auto schema = sql_identifier(options_.schema);
  const bool copy = piece.rows > most_in_one_statement || (copy_only_ && piece.rows > 0);
  if (copy) return store_by_copy(connection, schema, move, piece);
  Arguments arguments(Arguments::As::parameters);
  const auto sql = store_statement(schema, move, piece.new_series, piece.tables, arguments);
  const auto result = connection.run(sql, arguments.parameters());
  if (!result) return std::unexpected(result.error());
  return stored_from(*result);
}

std::size_t Writer::arrived(std::span<const BatchPtr> batches, const Stored& outcome) const {
  const auto expected = known_position(*batches.front()).value_or(0);
  if (!outcome.position || *outcome.position <= expected) return 0;
  for (std::size_t i = 0; i < batches.size(); ++i)
    if (batches[i]->origin.sequence == *outcome.position) return i + 1;
  return 0;
}

Outcome Writer::store(Task& task, std::size_t first, std::size_t count) {
  const Batch& last = *task.batches[first + count - 1];
  for (int attempt = 0; attempt < most_attempts; ++attempt) {
    const auto batches = task.batches.subspan(first, count);
    const Piece piece = gatherer_.gather(batches, first);
    if (!piece.needs.empty())
      if (auto ready = schema_.prepare(task.connection, piece.needs); !ready) return ready;
    // Before the position moves past them: afterwards nobody would ask for these rows again.
    if (auto kept = reject(task, piece.rejected); !kept) return kept;
    const auto outcome = send(task.connection, move_to(last), piece);
    if (!outcome) return recover(task, outcome.error(), first, count);
    if (outcome->moved) {
      stored(piece, last);
      task.done.rows += piece.rows;
      std::ranges::copy(piece.rejected, std::back_inserter(task.done.rejected));
      return {};
    }
    if (!outcome->clashes.empty()) {
      gatherer_.series().renumber(outcome->clashes);
    } else if (const auto there = arrived(batches, *outcome); there > 0) {
      // An acknowledgement was lost, here or in an earlier process.
      positions_.insert_or_assign(place_of(last), outcome->position);
      task.done.skipped_batches += there;
      first += there;
      count -= there;
      if (count == 0) return {};
    } else {
      break;
    }
  }
  return std::unexpected(unexpected_position(task.connection));
}

Outcome Writer::recover(Task& task, const PgError& error, std::size_t first, std::size_t count) {
  const auto failed = [&] {
    return std::unexpected(
        to_failure(error, task.connection, fmt::format("write rows to schema {} in", options_.schema)));
  };
  if (error.sqlstate.empty()) return failed();
  switch (meaning_of(error.sqlstate).verdict) {
    case Verdict::bad_rows:
      return count > 1 ? store_in_halves(task, first, count) : store_split(task, first);
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
      gatherer_.series().forget();
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

Outcome Writer::store_split(Task& task, std::size_t index) {
  const Batch& batch = *task.batches[index];
  const Piece piece = gatherer_.gather(task.batches.subspan(index, 1), index);
  const auto schema = sql_identifier(options_.schema);
  auto split = store_by_halves(task.connection, schema, move_to(batch), piece,
                               [&](std::span<const RejectedRow> rows) { return reject(task, rows); });
  if (!split)
    return std::unexpected(to_failure(split.error(), task.connection,
                                      fmt::format("write rows to schema {} in", options_.schema)));
  if (split->not_kept) return std::unexpected(*split->not_kept);
  if (!split->stored.moved) return std::unexpected(unexpected_position(task.connection));
  positions_.insert_or_assign(place_of(batch), batch.origin.sequence);
  // Not `known`: the series of a refused row has not come along.
  task.done.rows += piece.rows - split->rejected.size();
  std::ranges::copy(piece.rejected, std::back_inserter(task.done.rejected));
  std::ranges::copy(split->rejected, std::back_inserter(task.done.rejected));
  return {};
}

Outcome Writer::reject(Task& task, std::span<const RejectedRow> rows) {
  return rows.empty() || !task.keep ? Outcome() : task.keep(task.batches, rows);
}

}  // namespace collector::postgres_store
