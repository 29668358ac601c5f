// What can be done to STATE/access.json: each reads, changes and writes it under its lock, for a command as
// for the running collector. From any thread; blocks for the disk, with passwords for their hash.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "collector/access/records.h"
#include "collector/core/error.h"
#include "collector/core/time.h"

namespace collector {

// Checked as the file's reader checks.
struct NewToken {
  std::string name;
  Role role = Role::viewer;
  std::string tenant = {};
  std::vector<std::string> hosts = {};
  std::optional<Duration> lasts = {};  // nothing: until it is removed
};
struct MadeToken {
  std::string text;  // told once
  TokenRecord record;
};

// All fail where a name is wrong, taken, or nobody's.
Result<MadeToken> add_token(const std::filesystem::path& state, const NewToken& wanted, WallTime now);
Result<> remove_token(const std::filesystem::path& state, const std::string& name);

Result<> add_user(const std::filesystem::path& state, const std::string& name, Role role,
                  const std::string& password, WallTime now);
Result<> set_password(const std::filesystem::path& state, const std::string& name,
                      const std::string& password, WallTime now);
Result<> remove_user(const std::filesystem::path& state, const std::string& name);

// Why there can't be one of that name (there is one, or it is none), or why there is none to change: asked
// before anything is done, and anybody is asked for a password.
Result<> may_add_token(const std::filesystem::path& state, const std::string& name);
Result<> has_token(const std::filesystem::path& state, const std::string& name);
Result<> may_add_user(const std::filesystem::path& state, const std::string& name);
Result<> has_user(const std::filesystem::path& state, const std::string& name);
// Why nobody can have such a token.
Result<> check_token(const NewToken& wanted);

}  // namespace collector
