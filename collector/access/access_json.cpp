#include "collector/access/access_json.h"

#include <fmt/format.h>

#include <chrono>

#include "collector/access/password.h"
#include "collector/access/token_text.h"
#include "collector/formats/json_text.h"
#include "collector/formats/member_reader.h"
#include "collector/formats/rfc3339.h"

namespace collector {
namespace {

using Type = JsonValue::Type;

std::string time_text(WallTime time) {
  return json_string(format_rfc3339(std::chrono::floor<std::chrono::seconds>(time)));
}

std::string token_line(const TokenRecord& token) {
  std::string text =
      fmt::format(R"({{"id":{},"name":{},"role":{},"sha256":{},"created":{})", json_string(token.id),
                  json_string(token.name), json_string(name_of(token.role)),
                  json_string(hexadecimal(token.digest)), time_text(token.created));
  if (!token.tenant.empty()) text += fmt::format(R"(,"tenant":{})", json_string(token.tenant));
  if (!token.hosts.empty()) text += fmt::format(R"(,"hosts":{})", json_strings(token.hosts));
  if (token.expires) text += fmt::format(R"(,"expires":{})", time_text(*token.expires));
  if (token.used) text += fmt::format(R"(,"used":{})", time_text(*token.used));
  return text + "}";
}

std::string user_line(const UserRecord& user) {
  return fmt::format(R"({{"name":{},"role":{},"password":{},"created":{},"password_set":{}}})",
                     json_string(user.name), json_string(name_of(user.role)), json_string(user.password),
                     time_text(user.created), time_text(user.password_set));
}

template <typename Records, typename Line>
std::string lines_of(const Records& records, Line line) {
  std::string text;
  for (const auto& record : records)
    text += (text.empty() ? "\n    " : ",\n    ") + line(record);
  return text.empty() ? text : text + "\n  ";
}

WallTime whole_time(MemberReader& members, std::string_view key) {
  const WallTime time = members.time(key);
  if (time >= WallTime{}) return std::chrono::floor<std::chrono::seconds>(time);
  members.reject(members.need(key, Type::text), "is before 1970");
  return {};
}

std::optional<WallTime> optional_time(MemberReader& members, const JsonValue& object, std::string_view key) {
  if (object.member(key) == nullptr) return std::nullopt;
  return whole_time(members, key);
}

std::string name_member(MemberReader& members, std::string_view key) {
  const JsonValue& value = members.need(key, Type::text);
  if (const auto mistake = mistake_in_access_name(value.text); mistake && !members.failed())
    members.reject(value, fmt::format("\"{}\" {}", key, mistake->what));
  return value.text;
}

Role role_member(MemberReader& members) {
  const JsonValue& value = members.need("role", Type::text);
  const auto role = role_named(value.text);
  if (!role && !members.failed()) members.reject(value, "there is no such role");
  return role.value_or(Role::viewer);
}

std::vector<std::string> host_members(MemberReader& members, const JsonValue& object) {
  std::vector<std::string> hosts;
  if (object.member("hosts") == nullptr) return hosts;
  const JsonValue& list = members.need("hosts", Type::array);
  if (list.items.empty() || list.items.size() > most_host_patterns)
    members.reject(list, fmt::format("\"hosts\" has not 1 to {} patterns", most_host_patterns));
  for (const JsonValue& item : list.items) {
    if (item.type != Type::text || mistake_in_host_pattern(item.text))
      members.reject(item, "is no pattern for hosts");
    hosts.push_back(item.text);
  }
  return hosts;
}

Result<TokenRecord> read_token(const JsonValue& object) {
  MemberReader members(object);
  TokenRecord token;
  const JsonValue& id = members.need("id", Type::text);
  if (!members.failed() && !is_identifier(id.text)) members.reject(id, "is no identifier of a token");
  token.id = id.text;
  token.name = name_member(members, "name");
  token.role = role_member(members);
  const JsonValue& digest = members.need("sha256", Type::text);
  const auto bytes = read_digest(digest.text);
  if (!members.failed() && !bytes) members.reject(digest, "is no SHA-256");
  token.digest = bytes.value_or(Digest{});
  token.created = whole_time(members, "created");
  if (object.member("tenant") != nullptr) token.tenant = name_member(members, "tenant");
  token.hosts = host_members(members, object);
  token.expires = optional_time(members, object, "expires");
  token.used = optional_time(members, object, "used");
  members.nothing_but({"id", "name", "role", "sha256", "created", "tenant", "hosts", "expires", "used"});
  if (const auto read = members.result(); !read) return std::unexpected(read.error());
  return token;
}

Result<UserRecord> read_user(const JsonValue& object) {
  MemberReader members(object);
  UserRecord user;
  user.name = name_member(members, "name");
  user.role = role_member(members);
  if (!members.failed() && !is_role_of_users(user.role)) members.reject(object, "a user has not this role");
  const JsonValue& password = members.need("password", Type::text);
  if (!members.failed() && !is_password_hash(password.text))
    members.reject(password, "is no yescrypt hash of crypt(3)");
  user.password = password.text;
  user.created = whole_time(members, "created");
  user.password_set = whole_time(members, "password_set");
  members.nothing_but({"name", "role", "password", "created", "password_set"});
  if (const auto read = members.result(); !read) return std::unexpected(read.error());
  return user;
}

// A list of records, no two of which are the same by any of `keys`.
template <typename Record, typename Read, typename... Key>
Result<std::vector<Record>> read_list(const JsonValue& list, std::size_t most, Read read, Key... keys) {
  if (list.items.size() > most) return fail_at(list.offset, fmt::format("has more than {} entries", most));
  std::vector<Record> records;
  for (const JsonValue& item : list.items) {
    if (item.type != Type::object) return fail_at(item.offset, "is no object");
    Result<Record> record = read(item);
    if (!record) return std::unexpected(record.error());
    for (const Record& other : records)
      if (((other.*keys == (*record).*keys) || ...)) return fail_at(item.offset, "is there twice");
    records.push_back(std::move(*record));
  }
  return records;
}

}  // namespace

std::string access_text(const AccessRecords& records) {
  return fmt::format("{{\n  \"version\": {},\n  \"tokens\": [{}],\n  \"users\": [{}]\n}}\n", access_version,
                     lines_of(records.tokens, token_line), lines_of(records.users, user_line));
}

Result<AccessRecords> parse_access(std::string_view text) {
  while (text.ends_with('\n'))
    text.remove_suffix(1);
  const auto object = read_json_object(text);
  if (!object) return std::unexpected(object.error());
  MemberReader members(*object);
  const JsonValue& version = members.need("version", Type::integer);
  if (!members.failed() && version.integer > access_version)
    return fail(fmt::format("is of version {}, which a later collector has written", version.integer),
                "install that one again, or move the file away and add tokens and users anew");
  if (!members.failed() && version.integer != access_version) members.reject(version, "is no known version");
  const JsonValue& tokens = members.need("tokens", Type::array);
  const JsonValue& users = members.need("users", Type::array);
  members.nothing_but({"version", "tokens", "users"});
  if (const auto read = members.result(); !read) return std::unexpected(read.error());
  auto known = read_list<TokenRecord>(tokens, most_tokens, read_token, &TokenRecord::id, &TokenRecord::name);
  if (!known) return std::unexpected(known.error());
  auto people = read_list<UserRecord>(users, most_users, read_user, &UserRecord::name);
  if (!people) return std::unexpected(people.error());
  return AccessRecords{std::move(*known), std::move(*people)};
}

}  // namespace collector
