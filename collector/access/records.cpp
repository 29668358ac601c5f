#include "collector/access/records.h"

#include <algorithm>

#include "collector/formats/json_text.h"
#include "config/check.h"

namespace collector {

bool may_anybody_read(const AccessRecords& records) {
  const auto reads = [](const auto& record) { return may(record.role, Permission::read); };
  return std::ranges::any_of(records.tokens, reads) || std::ranges::any_of(records.users, reads);
}

std::optional<Error> mistake_in_access_name(std::string_view name) {
  constexpr std::size_t longest = 64;
  const auto letter = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  };
  const auto fits = [&](char c) { return letter(c) || c == '-' || c == '_' || c == '.' || c == '@'; };
  if (!name.empty() && name.size() <= longest && letter(name.front()) && std::ranges::all_of(name, fits))
    return std::nullopt;
  return Error{"is not a name",
               "begin it with a letter or digit, and use at most 64 of letters, digits, - _ . and @"};
}

std::optional<Error> mistake_in_host_pattern(std::string_view pattern) {
  constexpr std::size_t longest = 255;
  if (pattern.empty() || pattern.size() > longest)
    return Error{"is not the name of a host, nor a pattern", "write it as nas, or web-*"};
  if (!control_character_in(pattern).empty() || find_invalid_utf8(pattern) != std::string_view::npos)
    return Error{"holds what is in no name", "write it as nas, or web-*"};
  return mistake_in_glob(pattern);
}

bool is_role_of_users(Role role) {
  return may(role, Permission::read);
}

}  // namespace collector
