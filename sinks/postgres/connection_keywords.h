// What libpq knows in a connection string (PostgreSQL's manual, 34.1.2), and which values it takes. Pure.
#pragma once

#include <optional>
#include <string_view>

#include "sinks/postgres/connection_words.h"

namespace collector::postgres_store {

bool is_keyword(std::string_view text);
// The keyword that is most likely meant; empty when none is near.
std::string_view nearest_keyword(std::string_view text);

// What libpq or the server would refuse, or cut, without its value.
std::optional<Error> mistake_in_word(std::string_view keyword, std::string_view value);
// Lists of hosts, addresses and ports that do not go together.
std::optional<Error> mistake_in_hosts(const ConnectionWords& words);

}  // namespace collector::postgres_store
