// Deletes the series that no row refers to any more, once a day at most: every table is read for that.
// Collectors that write meanwhile, to this source or another, are not held up for longer than the deletion
// takes, and a series that one of them uses stays: nothing is deleted of a source that has stored anything
// since the tables were looked at. A writer that believes a deleted series to be there learns of it by
// `position.changed`, which moves with the deletion (see Writer).
#pragma once

#include <cstdint>
#include <string>

#include "sinks/postgres/connection.h"

namespace collector::postgres_store {

// At most so many in one call; what is left waits for the next.
inline constexpr int most_series_pruned = 50'000;

// Says how many went: none, too, where it is not due, this role may not delete, or writers were
// in the way. `schema` is
// not quoted.
PgResult<std::uint64_t> prune_series(Connection& connection, const std::string& schema);

}  // namespace collector::postgres_store
