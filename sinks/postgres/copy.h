// Catching up: many rows in one transaction, the large tables by binary COPY. Begin, position, series, small
// tables and the first COPY go in one message; each further COPY costs a round trip, and so does the end.
#pragma once

#include <string>

#include "sinks/postgres/connection.h"
#include "sinks/postgres/statement.h"

namespace collector::postgres_store {

// What a statement said about the position.
struct Stored {
  bool moved = false;                 // everything is stored; else nothing
  std::vector<std::int64_t> clashes;  // series whose numbers are taken; empty: the position was another:
  std::optional<std::uint64_t> position;
};
Stored stored_from(const Result& result);

PgResult<Stored> store_by_copy(Connection& connection, const std::string& schema, const Move& move,
                               const Piece& piece);

}  // namespace collector::postgres_store
