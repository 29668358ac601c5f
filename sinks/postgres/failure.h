// A server's or libpq's error: what it means for delivery, and how the operator reads it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "sinks/postgres/connection.h"
#include "sinks/sink.h"

namespace collector::postgres_store {

enum class Verdict : std::uint8_t {
  retry,     // it passes by itself
  hold,      // somebody has to do something first
  bad_rows,  // it is about the data: the rows that cause it are looked for, and stand aside
  too_long,  // the server has cut it off: less at a time may pass
  missing,   // a table, column or schema is not there (any more)
  unable,    // the server can't do this kind of statement: another way is taken
  unknown,   // tried again; nobody has foreseen it
};

struct Meaning {
  Verdict verdict = Verdict::unknown;
  std::string_view remedy = {};  // what to do; empty: the server's own words have to do
};

// `sqlstate` of five characters.
Meaning meaning_of(std::string_view sqlstate);

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

// Why a session takes no rows although it was let in, and what to do about it: its server is a standby, or
// the server, the database or the role is set to be read-only.
struct ReadOnly {
  std::string what;    // "takes no rows: default_transaction_read_only is on for role metrics"
  std::string remedy;  // with the statement that changes it
};

// Asks the server one question. Nothing: the session may write, or the server does not answer. Outside of a
// transaction.
std::optional<ReadOnly> read_only_reason(Connection& connection);

}  // namespace collector::postgres_store
