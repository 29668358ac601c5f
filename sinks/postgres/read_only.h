// Why a session takes no rows although it was let in, and what to do about it: its server is a standby, or
// the server, the database or the role is set to be read-only. Asks the server one question, changes nothing.
#pragma once

#include <optional>
#include <string>

#include "sinks/postgres/connection.h"

namespace collector::postgres_store {

struct ReadOnly {
  std::string what;    // "takes no rows: default_transaction_read_only is on for role metrics"
  std::string remedy;  // with the statement that changes it
};

// Nothing: the session may write, or the server does not answer. Outside of a transaction.
std::optional<ReadOnly> read_only_reason(Connection& connection);

}  // namespace collector::postgres_store
