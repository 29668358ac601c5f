// Writer: stores batches through an open connection, each row once: what a source's position has passed is
// left out, and every step checks the position and moves it in its own transaction. Keeps what it knows of
// the database from connection to connection. Used by one thread.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "sinks/postgres/copy.h"
#include "sinks/postgres/options.h"
#include "sinks/postgres/rows.h"
#include "sinks/postgres/schema.h"
#include "sinks/postgres/split.h"
#include "sinks/sink.h"

namespace collector::postgres_store {

class Writer {
 public:
  // `options` outlives the writer.
  Writer(const Options& options, const RowFormat& format)
      : options_(options), schema_(options), gatherer_(format) {}

  Schema& schema() { return schema_; }
  const Schema& schema() const { return schema_; }
  // The position as it is known, if it is; `epoch` as position_epoch() says (addressed.h).
  using Position = std::optional<std::uint64_t>;  // nothing: the database has none
  void set_position(const Uuid& source, const Uuid& epoch, Position position);
  const Position* position(const Uuid& source, const Uuid& epoch) const;
  // After a failure: nothing is known of positions any more, and nothing of series.
  void forget();

  struct Done {
    std::uint64_t rows = 0;
    std::uint64_t skipped_batches = 0;
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
  std::expected<void, SinkFailure> store_split(Task& task, std::size_t index);
  std::expected<void, SinkFailure> recover(Task& task, const PgError& error, std::size_t first,
                                           std::size_t count);
  PgResult<Stored> send(Connection& connection, const Move& move, const Piece& piece);
  std::expected<void, SinkFailure> reject(Task& task, std::span<const RejectedRow> rows);
  // How many of these batches the database holds already, when its position is that of one of them; else 0.
  std::size_t arrived(std::span<const BatchPtr> batches, const Stored& outcome) const;
  // Where its position is kept: as that of all sinks' batches, or of this one's own.
  std::pair<Uuid, Uuid> place_of(const Batch& batch) const;
  Position known_position(const Batch& batch) const;
  Move move_to(const Batch& batch) const;
  void stored(const Piece& piece, const Batch& batch);
  SinkFailure unexpected_position(const Connection& connection) const;

  const Options& options_;
  Schema schema_;
  Gatherer gatherer_;
  std::map<std::pair<Uuid, Uuid>, Position> positions_;
  bool copy_only_ = false;  // the server can't do it in one statement
};

}  // namespace collector::postgres_store
