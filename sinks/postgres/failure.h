// A server's or libpq's error as the operator reads it.
#pragma once

#include <string>

#include "sinks/postgres/connection.h"
#include "sinks/postgres/sqlstate.h"
#include "sinks/sink.h"

namespace collector::postgres_store {

// `where`: the database's place; `doing`: what was tried ("connect", "write rows").
SinkFailure to_failure(const PgError& error, const std::string& where, const std::string& doing);
// In a session that goes on: when it is read-only, its server is asked why. Ends a transaction that failed.
SinkFailure to_failure(const PgError& error, Connection& connection, const std::string& doing);

// What to do about a connection that did not come about, from libpq's words.
struct ConnectAdvice {
  std::string_view remedy;
  bool hold = false;
};
ConnectAdvice advice_on_connecting(std::string_view message);

}  // namespace collector::postgres_store
