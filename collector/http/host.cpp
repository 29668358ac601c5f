#include "collector/http/host.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>

namespace collector::http {
namespace {

std::string lower(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return out;
}

// Without port, brackets and the point that ends a whole name.
std::string name_of(std::string_view host) {
  if (host.starts_with('[')) return lower(host.substr(1, host.find(']') - 1));
  host = host.substr(0, host.find(':'));
  if (host.ends_with('.')) host.remove_suffix(1);
  return lower(host);
}

bool is_address(const std::string& name) {
  std::array<unsigned char, sizeof(in6_addr)> address{};
  return inet_pton(AF_INET, name.c_str(), address.data()) == 1 ||
         inet_pton(AF_INET6, name.c_str(), address.data()) == 1;
}

}  // namespace

bool is_own_host(std::string_view host, std::span<const std::string> names) {
  if (host.empty()) return true;
  const std::string name = name_of(host);
  return is_address(name) || name == "localhost" || std::ranges::any_of(names, [&](const std::string& own) {
           return !own.empty() && name == name_of(own);
         });
}

bool is_loopback(std::string_view address_and_port) {
  return address_and_port.starts_with("127.") || address_and_port.starts_with("[::1]");
}

}  // namespace collector::http
