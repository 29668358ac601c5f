// What is known of tokens and users, as STATE/access.json keeps it. Plain values, and their checks.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "collector/access/digest.h"
#include "collector/access/role.h"
#include "collector/core/error.h"
#include "collector/core/time.h"

namespace collector {

// Times are whole seconds.
struct TokenRecord {
  std::string id;
  std::string name;  // of no other token
  Role role = Role::viewer;
  std::string tenant = {};              // empty: none
  std::vector<std::string> hosts = {};  // names or patterns (fnmatch); empty: all
  Digest digest = {};                   // SHA-256 of the whole token
  WallTime created = {};
  std::optional<WallTime> expires = {};  // from then on it is nobody's
  // To the hour: written at most that often. Nothing: never.
  std::optional<WallTime> used = {};

  bool has_expired(WallTime now) const { return expires && *expires <= now; }
  friend bool operator==(const TokenRecord&, const TokenRecord&) = default;
};

struct UserRecord {
  std::string name;  // of no other user
  Role role = Role::viewer;
  std::string password;  // as crypt(3) has it
  WallTime created = {};
  WallTime password_set = {};

  friend bool operator==(const UserRecord&, const UserRecord&) = default;
};

struct AccessRecords {
  std::vector<TokenRecord> tokens;
  std::vector<UserRecord> users;

  friend bool operator==(const AccessRecords&, const AccessRecords&) = default;
};

// Whether anybody could look at all: what a listener that other machines reach needs. Also one whose token
// has expired: nobody gets in then, and the collector goes on measuring.
bool may_anybody_read(const AccessRecords& records);

// Why this can't be the name of a token or a user, a tenant, a host's pattern; nothing: it can.
std::optional<Error> mistake_in_access_name(std::string_view name);
std::optional<Error> mistake_in_host_pattern(std::string_view pattern);

// Users look; what delivers has tokens.
bool is_role_of_users(Role role);

inline constexpr std::size_t most_tokens = 1000;
inline constexpr std::size_t most_users = 1000;
inline constexpr std::size_t most_host_patterns = 100;  // of one token

}  // namespace collector
