#include "collector/web/client_address.h"

#include <strings.h>

#include <algorithm>
#include <array>
#include <optional>
#include <vector>

#include "config/network.h"

namespace collector::web {
namespace {

// "for=192.0.2.60;proto=http" → 192.0.2.60; "for=\"[2001:db8::1]:4711\"" → 2001:db8::1
std::string_view of_forwarded(std::string_view element) {
  while (!element.empty()) {
    const auto end = std::min(element.find(';'), element.size());
    const std::string_view pair = http::trimmed(element.substr(0, end));
    element.remove_prefix(std::min(end + 1, element.size()));
    if (pair.size() >= 4 && strncasecmp(pair.data(), "for=", 4) == 0) return pair.substr(4);
  }
  return {};
}

// Without quotes, brackets and port.
std::string_view bare(std::string_view node) {
  node = http::trimmed(node);
  if (node.size() >= 2 && node.starts_with('"') && node.ends_with('"'))
    node = node.substr(1, node.size() - 2);
  if (node.starts_with('[')) return node.substr(1, std::min(node.find(']'), node.size()) - 1);
  return std::ranges::count(node, ':') == 1 ? node.substr(0, node.find(':')) : node;
}

constexpr std::string_view unknown_client = "unknown";

// The last before the proxies of what is said in headers of this name, the nearest last; nothing: there are
// none.
std::optional<std::string> said_by(const http::Request& request, bool is_new,
                                   std::span<const std::string> proxies) {
  const auto said = http::list_of(request.headers, is_new ? "Forwarded" : "X-Forwarded-For");
  for (auto one = said.rbegin(); one != said.rend(); ++one) {
    const std::string_view client = bare(is_new ? of_forwarded(*one) : *one);
    if (!parse_address(client)) return std::string(unknown_client);
    if (!is_within(client, proxies)) return std::string(client);
  }
  return std::nullopt;
}

}  // namespace

bool is_within(std::string_view address, std::string_view network) {
  const auto one = parse_address(address);
  const auto all = parse_network(network);
  return one && all && all->contains(*one);
}

bool is_within(std::string_view address, std::span<const std::string> networks) {
  return std::ranges::any_of(networks, [&](const std::string& one) { return is_within(address, one); });
}

bool is_forwarded(const http::Request& request) {
  // What proxies and those in front of them add, of whom not all write the first two.
  constexpr std::array others{"Forwarded", "Via", "X-Real-IP", "CF-Connecting-IP", "True-Client-IP"};
  return std::ranges::any_of(request.headers, [&](const http::Header& header) {
    return strncasecmp(header.name.c_str(), "X-Forwarded-", 12) == 0 ||
           std::ranges::any_of(others,
                               [&](const char* name) { return strcasecmp(header.name.c_str(), name) == 0; });
  });
}

std::string client_of(const http::Request& request, std::span<const std::string> proxies) {
  if (!is_within(request.address, proxies)) return request.address;
  const auto before = said_by(request, false, proxies);
  const auto after = said_by(request, true, proxies);
  if (before && after && *before != *after) return std::string(unknown_client);
  return before ? *before : after ? *after : request.address;
}

}  // namespace collector::web
