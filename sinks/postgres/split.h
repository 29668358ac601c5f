// Splitting: stores one batch of which the database refuses some rows. In one transaction: the position
// moves, and rows are added by halves, each in a savepoint, until those that are refused stand alone.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "sinks/postgres/copy.h"
#include "sinks/sink.h"

namespace collector::postgres_store {

struct Split {
  Stored stored;
  std::vector<RejectedRow> rejected;
  std::optional<SinkFailure> not_kept;  // the rows refused could not be kept: nothing is stored
};
// Before the transaction is committed.
using KeepRows = std::function<std::expected<void, SinkFailure>(std::span<const RejectedRow>)>;

PgResult<Split> store_by_halves(Connection& connection, const std::string& schema, const Move& move,
                                const Piece& piece, const KeepRows& keep);

}  // namespace collector::postgres_store
