// Storing the rows of one origin, and moving its position in the same transaction, in one of three ways: in
// one statement, which is one round trip; by COPY, which is three times as fast with many rows; and piece by
// piece where the database refuses some of the rows.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "collector/core/uuid.h"
#include "sinks/postgres/connection.h"
#include "sinks/postgres/rows.h"
#include "sinks/sink.h"

namespace collector::postgres_store {

// Where a source's position is expected to be, and goes.
struct PositionUpdate {
  Uuid source;
  Uuid epoch;
  std::optional<std::uint64_t> expected;        // nothing: there is none yet
  std::optional<std::int64_t> expected_change;  // its time, as Stored gave it; nothing: any
  std::uint64_t next = 0;
};

// What the database said.
struct Stored {
  bool moved = false;                     // everything is stored; else nothing
  std::vector<std::int64_t> taken_ids;    // of other series; empty: the position is not as expected:
  std::optional<std::uint64_t> position;  // nothing: there is none
  std::optional<std::int64_t> changed;    // when it was last changed, in microseconds since 1970
};

// `schema` is quoted. The position moves only if it is where it is expected to be; and if it does not,
// nothing is stored. A row that the server leaves out without an error (a trigger does that) is an error, as
// if the server had refused it.
PgResult<Stored> store_in_one_statement(Connection& connection, const std::string& schema,
                                        const PositionUpdate& update, const RowsByTable& rows);

// Begin, position, series, small tables and the first COPY go in one message; each further COPY costs a round
// trip, and so does the end.
PgResult<Stored> store_by_copy(Connection& connection, const std::string& schema,
                               const PositionUpdate& update, const RowsByTable& rows);

struct StoredSome {
  Stored stored;
  std::vector<RejectedRow> rejected;
  std::optional<SinkFailure> not_kept;  // the rows refused could not be kept: nothing is stored
};
using KeepRows = std::function<std::expected<void, SinkFailure>(std::span<const RejectedRow>)>;

// One batch of which the database refuses some rows, in one transaction: rows are added by halves, each in a
// savepoint, until those that are refused stand alone. `keep` gets them before the transaction is committed.
PgResult<StoredSome> store_without_refused(Connection& connection, const std::string& schema,
                                           const PositionUpdate& update, const RowsByTable& rows,
                                           const KeepRows& keep);

}  // namespace collector::postgres_store
