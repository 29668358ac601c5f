#include "collector/access/changes.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "collector/access/access_file.h"
#include "collector/access/password.h"
#include "collector/access/token_text.h"

namespace collector {
namespace {

constexpr Duration longest_life = std::chrono::hours(24 * 366 * 100);

WallTime second_of(WallTime time) {
  return std::chrono::floor<std::chrono::seconds>(time);
}

Result<> checked_name(std::string_view what, const std::string& name) {
  const auto mistake = mistake_in_access_name(name);
  if (!mistake) return {};
  return fail(fmt::format("{}\"{}\" {}", what, name, mistake->what), mistake->remedy);
}

Error no_user(const std::string& name) {
  return {fmt::format("there is no user \"{}\"", name), "collector user list shows them"};
}

Error no_token(const std::string& name) {
  return {fmt::format("there is no token \"{}\"", name), "collector token list shows them"};
}

Result<> is_free_token(const AccessRecords& records, const std::string& name) {
  if (std::ranges::find(records.tokens, name, &TokenRecord::name) != records.tokens.end())
    return fail(fmt::format("there is a token \"{}\" already", name),
                "take another name, or remove that one: collector token remove " + name);
  if (records.tokens.size() >= most_tokens)
    return fail(fmt::format("there are {} tokens already", most_tokens), "remove those that nobody uses");
  return {};
}

Result<> is_free(const AccessRecords& records, const std::string& name) {
  if (std::ranges::find(records.users, name, &UserRecord::name) != records.users.end())
    return fail(fmt::format("there is a user \"{}\" already", name),
                fmt::format("another password is set by: collector user password {}", name));
  if (records.users.size() >= most_users)
    return fail(fmt::format("there are {} users already", most_users), "remove those that are gone");
  return {};
}

// Made before the file is locked: it takes its time.
Result<std::string> hashed(const std::string& password) {
  if (const auto mistake = mistake_in_password(password)) return std::unexpected(*mistake);
  auto hash = hash_password(password);
  if (!hash) return std::unexpected(hash.error().error);
  return std::move(*hash);
}

}  // namespace

Result<> check_token(const NewToken& wanted) {
  if (auto good = checked_name("", wanted.name); !good) return good;
  if (auto good = checked_name("tenant ", wanted.tenant); !wanted.tenant.empty() && !good) return good;
  for (const std::string& host : wanted.hosts)
    if (const auto mistake = mistake_in_host_pattern(host))
      return fail(fmt::format("host \"{}\" {}", host, mistake->what), mistake->remedy);
  if (wanted.hosts.size() > most_host_patterns)
    return fail(fmt::format("there are more than {} hosts", most_host_patterns), "use patterns, as web-*");
  if (wanted.lasts && (*wanted.lasts < std::chrono::seconds(1) || *wanted.lasts > longest_life))
    return fail("a token lasts from a second to a hundred years", "write how long as 90d or 1y");
  return {};
}

Result<MadeToken> add_token(const std::filesystem::path& state, const NewToken& wanted, WallTime now) {
  if (const auto good = check_token(wanted); !good) return std::unexpected(good.error());
  const std::string id = random_identifier();
  MadeToken made{.text = token_text(id, random_secret()), .record = {}};
  const auto digest = sha256(made.text);
  if (!digest) return std::unexpected(digest.error().error);
  made.record = {.id = id,
                 .name = wanted.name,
                 .role = wanted.role,
                 .tenant = wanted.tenant,
                 .hosts = wanted.hosts,
                 .digest = *digest,
                 .created = second_of(now)};
  if (wanted.lasts) made.record.expires = second_of(now + *wanted.lasts);
  const auto added = AccessFile(state).change([&](AccessRecords& records) -> Result<> {
    if (auto free = is_free_token(records, wanted.name); !free) return free;
    records.tokens.push_back(made.record);
    return {};
  });
  if (!added) return std::unexpected(added.error());
  return made;
}

Result<> remove_token(const std::filesystem::path& state, const std::string& name) {
  return AccessFile(state).change([&](AccessRecords& records) -> Result<> {
    const auto is_it = [&](const TokenRecord& each) { return each.name == name; };
    if (std::erase_if(records.tokens, is_it) > 0) return {};
    return std::unexpected(no_token(name));
  });
}

Result<> may_add_token(const std::filesystem::path& state, const std::string& name) {
  if (auto good = checked_name("", name); !good) return good;
  const auto records = AccessFile(state).read();
  return records ? is_free_token(*records, name) : std::unexpected(records.error().error);
}

Result<> has_token(const std::filesystem::path& state, const std::string& name) {
  const auto records = AccessFile(state).read();
  if (!records) return std::unexpected(records.error().error);
  if (std::ranges::find(records->tokens, name, &TokenRecord::name) != records->tokens.end()) return {};
  return std::unexpected(no_token(name));
}

Result<> may_add_user(const std::filesystem::path& state, const std::string& name) {
  if (auto good = checked_name("", name); !good) return good;
  const auto records = AccessFile(state).read();
  return records ? is_free(*records, name) : std::unexpected(records.error().error);
}

Result<> has_user(const std::filesystem::path& state, const std::string& name) {
  const auto records = AccessFile(state).read();
  if (!records) return std::unexpected(records.error().error);
  if (std::ranges::find(records->users, name, &UserRecord::name) != records->users.end()) return {};
  return std::unexpected(no_user(name));
}

Result<> add_user(const std::filesystem::path& state, const std::string& name, Role role,
                  const std::string& password, WallTime now) {
  if (auto good = checked_name("", name); !good) return good;
  if (!is_role_of_users(role))
    return fail(fmt::format("a user is no {}", name_of(role)),
                "what delivers has a token: collector token add");
  const auto hash = hashed(password);
  if (!hash) return std::unexpected(hash.error());
  return AccessFile(state).change([&](AccessRecords& records) -> Result<> {
    if (auto free = is_free(records, name); !free) return free;
    records.users.push_back({name, role, *hash, second_of(now), second_of(now)});
    return {};
  });
}

Result<> set_password(const std::filesystem::path& state, const std::string& name,
                      const std::string& password, WallTime now) {
  const auto hash = hashed(password);
  if (!hash) return std::unexpected(hash.error());
  return AccessFile(state).change([&](AccessRecords& records) -> Result<> {
    const auto user = std::ranges::find(records.users, name, &UserRecord::name);
    if (user == records.users.end()) return std::unexpected(no_user(name));
    user->password = *hash;
    user->password_set = second_of(now);
    return {};
  });
}

Result<> remove_user(const std::filesystem::path& state, const std::string& name) {
  return AccessFile(state).change([&](AccessRecords& records) -> Result<> {
    if (std::erase_if(records.users, [&](const UserRecord& each) { return each.name == name; }) > 0)
      return {};
    return std::unexpected(no_user(name));
  });
}

}  // namespace collector
