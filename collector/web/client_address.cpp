#include "collector/web/client_address.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <optional>
#include <vector>

#include "collector/core/numbers.h"

namespace collector::web {
namespace {

using Bytes = std::array<std::uint8_t, 16>;  // of IPv6, or of IPv4 inside it
constexpr std::array<std::uint8_t, 12> v4_inside{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

std::optional<Bytes> bytes_of(std::string_view text) {
  const std::string address(text);
  Bytes bytes{};
  if (inet_pton(AF_INET6, address.c_str(), bytes.data()) == 1) return bytes;
  std::ranges::copy(v4_inside, bytes.begin());
  if (inet_pton(AF_INET, address.c_str(), bytes.data() + v4_inside.size()) == 1) return bytes;
  return std::nullopt;
}

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

// "for=192.0.2.60;proto=http" → 192.0.2.60; "for=\"[2001:db8::1]:4711\"" → 2001:db8::1
std::string_view of_forwarded(std::string_view element) {
  while (!element.empty()) {
    const auto end = std::min(element.find(';'), element.size());
    const std::string_view pair = trimmed(element.substr(0, end));
    element.remove_prefix(std::min(end + 1, element.size()));
    if (pair.size() >= 4 && strncasecmp(pair.data(), "for=", 4) == 0) return pair.substr(4);
  }
  return {};
}

// Without quotes, brackets and port.
std::string_view bare(std::string_view node) {
  node = trimmed(node);
  if (node.size() >= 2 && node.starts_with('"') && node.ends_with('"'))
    node = node.substr(1, node.size() - 2);
  if (node.starts_with('[')) return node.substr(1, std::min(node.find(']'), node.size()) - 1);
  return std::ranges::count(node, ':') == 1 ? node.substr(0, node.find(':')) : node;
}

// What the proxies say, the nearest last.
std::vector<std::string_view> said_clients(const http::Request& request) {
  std::vector<std::string_view> said;
  const bool has_new = http::count_of(request.headers, "Forwarded") > 0;
  for (const http::Header& header : request.headers) {
    const char* const name = has_new ? "Forwarded" : "X-Forwarded-For";
    if (strcasecmp(header.name.c_str(), name) != 0) continue;
    std::string_view rest = header.value;
    while (!rest.empty()) {
      const auto end = std::min(rest.find(','), rest.size());
      const std::string_view one = trimmed(rest.substr(0, end));
      said.push_back(bare(has_new ? of_forwarded(one) : one));
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
  }
  return said;
}

}  // namespace

bool is_within(std::string_view address, std::string_view network) {
  const auto slash = network.find('/');
  const std::string_view base = network.substr(0, slash);
  const auto one = bytes_of(address);
  const auto other = bytes_of(base);
  if (!one || !other) return false;
  unsigned bits = 128;
  if (slash != std::string_view::npos) {
    const auto length = parse_number<unsigned>(network.substr(slash + 1));
    if (!length) return false;
    bits = *length + (base.contains(':') ? 0 : 96);
    if (bits > 128) return false;
  }
  for (unsigned i = 0; i < bits; ++i) {
    const auto mask = static_cast<std::uint8_t>(0x80U >> (i % 8));
    if (((one->at(i / 8) ^ other->at(i / 8)) & mask) != 0) return false;
  }
  return true;
}

bool is_within(std::string_view address, std::span<const std::string> networks) {
  return std::ranges::any_of(networks, [&](const std::string& one) { return is_within(address, one); });
}

bool is_forwarded(const http::Request& request) {
  return std::ranges::any_of(request.headers, [](const http::Header& header) {
    return strcasecmp(header.name.c_str(), "Forwarded") == 0 ||
           strncasecmp(header.name.c_str(), "X-Forwarded-", 12) == 0;
  });
}

std::string client_of(const http::Request& request, std::span<const std::string> proxies) {
  if (!is_within(request.address, proxies)) return request.address;
  const auto said = said_clients(request);
  for (auto one = said.rbegin(); one != said.rend(); ++one) {
    if (!bytes_of(*one)) return "unknown";
    if (!is_within(*one, proxies)) return std::string(*one);
  }
  return request.address;
}

}  // namespace collector::web
