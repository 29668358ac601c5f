// Opening a session: what is asked of libpq beside the user's own words, how long it may take, and what came
// of it.
#pragma once

#include <expected>
#include <memory>

#include "sinks/postgres/connection.h"

namespace collector::postgres_store {

using ConnectionHandle = std::unique_ptr<PGconn, decltype(Libpq::finish)>;

// Bounded by `connect_timeout`, once more that for each address when the first does not answer, and by the
// system's resolver.
PgResult<ConnectionHandle> connect(const Libpq& pq, const Connection::Options& options);

// "FATAL:  28P01: password authentication failed": the code in what libpq says in its verbose form.
std::string sqlstate_in(std::string_view message);

}  // namespace collector::postgres_store
