// Writer: stores batches through an open connection, each row once: what a source's position has passed is
// left out, and every step checks the position and moves it in its own transaction. Keeps what it knows of
// the database from connection to connection. Used by one thread.
//
// Series that it knows to be there are not sent again. Another collector may delete them (series_prune.h),
// and then changes the source's positions: so a step also checks that nobody else has changed the position
// since, and sends all series where it does not know.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "sinks/postgres/options.h"
#include "sinks/postgres/rows.h"
#include "sinks/postgres/schema.h"
#include "sinks/postgres/store.h"
#include "sinks/sink.h"

namespace collector::postgres_store {

class Writer {
 public:
  // `options` outlives the writer.
  Writer(const Options& options, const RowFormat& format)
      : options_(options), schema_(options), grouper_(format) {}

  Schema& schema() { return schema_; }
  const Schema& schema() const { return schema_; }
  // How far the database is, if it is known; `epoch` as position_epoch() says (addressed.h). Nothing: it has
  // no position.
  void set_position(const Uuid& source, const Uuid& epoch, std::optional<std::uint64_t> sequence);
  std::optional<std::uint64_t> position(const Uuid& source, const Uuid& epoch) const;
  // After a failure: nothing is known of positions any more, and nothing of series. write() does that itself,
  // but keeps the positions if the connection was lost before anything was answered: the next write checks
  // them.
  void forget();

  struct Done {
    std::uint64_t rows = 0;
    std::vector<std::size_t> skipped;
    std::vector<RejectedRow> rejected;
  };
  std::expected<Done, SinkFailure> write(Connection& connection, std::span<const BatchPtr> batches,
                                         const KeepRejected& keep);

 private:
  // One write's circumstances.
  struct Task {
    Connection& connection;
    std::span<const BatchPtr> batches;
    const KeepRejected& keep;
    Done done;
    bool prepared_again = false;
  };
  std::expected<void, SinkFailure> write_group(Task& task, std::size_t first, std::size_t count);
  std::expected<void, SinkFailure> store(Task& task, std::size_t first, std::size_t count);
  std::expected<void, SinkFailure> store_in_halves(Task& task, std::size_t first, std::size_t count);
  std::expected<void, SinkFailure> store_without_refused_rows(Task& task, std::size_t index);
  std::expected<void, SinkFailure> recover(Task& task, const PgError& error, std::size_t first,
                                           std::size_t count);
  // Whether array_nulls is off for the role, the database or the server, which may be the reason of this
  // error. It is all that statements rely on: times and numbers have forms that no setting changes, and texts
  // with a backslash are written as E''.
  bool lacks_array_nulls(Connection& connection, const PgError& error) const;
  PgResult<Stored> send(Connection& connection, const PositionUpdate& update, const RowsByTable& rows);
  // Of the batches of which some rows are refused: those rows.
  std::expected<void, SinkFailure> keep(Task& task, std::span<const RejectedRow> rows);
  // How many of these batches the database holds already, when its position is that of one of them; else 0.
  static std::size_t arrived(std::span<const BatchPtr> batches, const Stored& outcome,
                             std::optional<std::uint64_t> expected);

  // Where a batch's position is kept: as that of all sinks' batches, or of this one's own.
  using Place = std::pair<Uuid, Uuid>;  // source, epoch
  struct Position {
    std::optional<std::uint64_t> sequence;  // nothing: the database has none
    std::optional<std::int64_t> changed;    // when this writer last moved it; nothing: it has not
  };
  Place place_of(const Batch& batch) const;
  PositionUpdate update_to(const Batch& batch) const;
  SinkFailure unexpected_position(const Connection& connection) const;

  const Options& options_;
  Schema schema_;
  RowGrouper grouper_;
  std::map<Place, Position> positions_;
  bool copy_only_ = false;  // the server, or this role, can't do it in one statement
};

}  // namespace collector::postgres_store
