#include "collector/http/host.h"

#include <arpa/inet.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>

#include "collector/core/numbers.h"

namespace collector::http {
namespace {

std::string lower(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return out;
}

// Without the point that ends a whole name.
std::string whole(std::string_view name) {
  if (name.ends_with('.')) name.remove_suffix(1);
  return lower(name);
}

bool is_port(std::string_view text) {
  return text.empty() || parse_number<std::uint16_t>(text).has_value();
}

// Of "name", "name:port", "[address]" and "[address]:port" (RFC 9110, 7.2); nothing: it is none of them. The
// port may be empty.
std::optional<std::string> name_of(std::string_view host) {
  const bool bracketed = host.starts_with('[');
  const std::size_t end = bracketed ? host.find(']') : host.find(':');
  if (bracketed && end == std::string_view::npos) return std::nullopt;
  std::string_view rest;
  if (end != std::string_view::npos) rest = host.substr(bracketed ? end + 1 : end);
  if (!rest.empty() && (rest[0] != ':' || !is_port(rest.substr(1)))) return std::nullopt;
  if (!bracketed) return whole(host.substr(0, end));
  // Only an address of IPv6 is written in brackets.
  std::string address(host.substr(1, end - 1));
  return address.find(':') == std::string::npos ? std::nullopt : std::optional(lower(address));
}

bool is_address(const std::string& name) {
  std::array<unsigned char, sizeof(in6_addr)> address{};
  return inet_pton(AF_INET, name.c_str(), address.data()) == 1 ||
         inet_pton(AF_INET6, name.c_str(), address.data()) == 1;
}

bool is_localhost(const std::string& name) {
  return name == "localhost" || name.ends_with(".localhost");
}

}  // namespace

bool is_own_host(std::string_view host, std::span<const std::string> names) {
  const auto name = name_of(host);
  if (!name || name->empty()) return false;
  return is_address(*name) || is_localhost(*name) ||
         std::ranges::any_of(names, [&](const std::string& own) { return *name == whole(own); });
}

bool is_this_machine(std::string_view host) {
  const auto name = name_of(host);
  if (!name) return false;
  return is_localhost(*name) || *name == "::1" || (name->starts_with("127.") && is_address(*name));
}

std::vector<std::string> machine_names() {
  std::array<char, 256> name{};
  if (gethostname(name.data(), name.size() - 1) != 0 || name[0] == '\0') return {};
  const std::string machine(name.data());
  return {machine, machine.substr(0, machine.find('.'))};
}

bool is_loopback(std::string_view address_and_port) {
  return address_and_port.starts_with("127.") || address_and_port.starts_with("[::1]");
}

}  // namespace collector::http
