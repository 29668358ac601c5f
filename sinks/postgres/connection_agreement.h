// Whether the words of a connection string go together. Each is right by itself (connection_keywords.h).
// Pure.
#pragma once

#include <vector>

#include "sinks/postgres/connection_words.h"

namespace collector::postgres_store {

// Words about encryption that libpq refuses together.
std::vector<Error> mistakes_in_encryption(const ConnectionWords& words);
// Lists of hosts, addresses and ports that do not go together.
std::vector<Error> mistakes_in_hosts(const ConnectionWords& words);

}  // namespace collector::postgres_store
