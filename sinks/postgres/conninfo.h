// Connection strings: what they lead to, without their secrets. Both forms that libpq knows, URIs
// ("postgresql://user:password@host/database?sslmode=verify-full") and "keyword=value …".
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sinks/postgres/libpq.h"

namespace collector::postgres_store {

// "postgresql://db.example.org:5432/metrics": what two connection strings have in common that lead to the
// same database; holds no password, and nothing of a string that can be read in several ways. Does not need
// libpq.
std::string target_of(std::string_view conninfo);

// The value of a keyword among parsed options, which may be none; null: it has none.
const char* value_of(const PQconninfoOption* options, const char* keyword);

// The database's place, for messages ("database neondb on ep-x.neon.tech:5432"), of a conninfo that has been
// tried.
std::string where_of(const Libpq& pq, PGconn* connection);

// The passwords and keys that this connection uses.
std::vector<std::string> secrets_of(const Libpq& pq, PGconn* connection);

// `text` without these secrets, and without what looks like one.
std::string without_secrets(std::string text, const std::vector<std::string>& secrets);

}  // namespace collector::postgres_store
