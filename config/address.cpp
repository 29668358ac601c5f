#include "config/address.h"

#include <arpa/inet.h>

#include <algorithm>
#include <cstdint>

#include "collector/core/numbers.h"

namespace collector {

bool is_address_and_port(const std::string& text) {
  const auto colon = text.rfind(':');
  if (colon == std::string::npos) return false;
  const auto port = parse_number<std::uint16_t>(std::string_view(text).substr(colon + 1));
  if (!port || *port == 0) return false;
  std::string host = text.substr(0, colon);
  in6_addr address{};
  if (host.starts_with('[') && host.ends_with(']'))
    return inet_pton(AF_INET6, host.substr(1, host.size() - 2).c_str(), &address) == 1;
  return inet_pton(AF_INET, host.c_str(), &address) == 1;
}

std::optional<Error> mistake_in_name(std::string_view name) {
  constexpr std::size_t longest = 253;
  const auto fits = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_' || c == '.';
  };
  const bool has_empty_part = name.empty() || name.starts_with('.') || name.contains("..");
  if (!has_empty_part && name.size() <= longest && std::ranges::all_of(name, fits)) return std::nullopt;
  return Error{"is not a name of a machine",
               "write it as host.example.org, without http://, port or * (addresses are always answered)"};
}

}  // namespace collector
