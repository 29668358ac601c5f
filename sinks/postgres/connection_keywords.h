// What libpq knows in a connection string (PostgreSQL's manual, 34.1.2), which values it takes, and what is
// refused here although libpq takes it: what a sink could not write with, or what would bring in settings
// unseen. Pure.
#pragma once

#include <array>
#include <optional>
#include <string_view>
#include <vector>

#include "sinks/postgres/conninfo.h"

namespace collector::postgres_store {

bool is_keyword(std::string_view text);
// The keyword that is most likely meant; empty when none is near.
std::string_view nearest_keyword(std::string_view text);

// The major version of libpq that knew the keyword first; 0: every one that is in use.
int known_since(std::string_view keyword);

// What is refused here, or by libpq or the server, or would be cut; without its value, which may be a secret.
std::optional<Error> mistake_in_word(std::string_view keyword, std::string_view value);

// Whether words that are right by themselves go together (connection_agreement.cpp).
// Words about encryption that libpq refuses together.
std::vector<Error> mistakes_in_encryption(const ConnectionWords& words);
// Lists of hosts, addresses and ports that do not go together.
std::vector<Error> mistakes_in_hosts(const ConnectionWords& words);

// From the oldest to the newest.
inline constexpr std::array<std::string_view, 4> tls_versions{"TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3"};
inline constexpr std::array<std::string_view, 3> protocols{"3.0", "3.2", "latest"};

// "a,,b" → "a", "", "b".
std::vector<std::string_view> comma_list(std::string_view text);

}  // namespace collector::postgres_store
