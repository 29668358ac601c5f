#include "sinks/influx/url.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "collector/core/numbers.h"

namespace collector::influx {
namespace {

constexpr auto remedy = "write it as http://127.0.0.1:8086 or https://example.org";

std::string decoded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    unsigned byte = 0;
    const auto hex = text.substr(i).substr(0, 3);
    if (hex.size() == 3 && hex[0] == '%' &&
        std::from_chars(hex.data() + 1, hex.data() + 3, byte, 16).ptr == hex.data() + 3) {
      out += static_cast<char>(byte);
      i += 2;
    } else {
      out += text[i];
    }
  }
  return out;
}

bool is_plain(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
         c == '_' || c == '~';
}

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

}  // namespace

Result<Url> Url::parse(std::string_view text) {
  Url url;
  const auto colon = text.find("://");
  if (colon == std::string_view::npos) return fail("url: there is no http:// or https:// in front", remedy);
  url.scheme = text.substr(0, colon);
  std::ranges::transform(url.scheme, url.scheme.begin(), lower);
  if (url.scheme != "http" && url.scheme != "https")
    return fail("url: only http and https are understood", remedy);
  std::string_view rest = text.substr(colon + 3);
  const auto slash = std::min(rest.find_first_of("/?#"), rest.size());
  std::string_view authority = rest.substr(0, slash);
  rest.remove_prefix(slash);
  if (rest.find_first_of("?#") != std::string_view::npos)
    return fail("url: there is a '?' or '#' in it",
                "give only the address; database, user and the like are settings");
  if (const auto at = authority.rfind('@'); at != std::string_view::npos) {
    const std::string_view who = authority.substr(0, at);
    const auto between = std::min(who.find(':'), who.size());
    url.user = decoded(who.substr(0, between));
    url.password = decoded(who.substr(std::min(between + 1, who.size())));
    authority.remove_prefix(at + 1);
  }
  std::string_view port;
  if (authority.starts_with('[')) {
    const auto close = authority.find(']');
    if (close == std::string_view::npos) return fail("url: the ']' behind the address is missing", remedy);
    url.host = authority.substr(1, close - 1);
    port = authority.substr(close + 1);
  } else {
    const auto before_port = std::min(authority.rfind(':'), authority.size());
    url.host = authority.substr(0, before_port);
    port = authority.substr(before_port);
  }
  std::ranges::transform(url.host, url.host.begin(), lower);
  if (url.host.find_first_of(authority.starts_with('[') ? "[]" : "[]:") != std::string::npos)
    return fail("url: an IPv6 address stands in brackets", "write it as http://[::1]:8086");
  if (url.host.empty()) return fail("url: there is no host in it", remedy);
  const auto is_strange = [](char c) { return static_cast<unsigned char>(c) <= ' ' || c == 0x7F; };
  if (std::ranges::any_of(text, is_strange))
    return fail("url: there is a space or control character in it", remedy);
  url.port = url.scheme == "https" ? 443 : 80;
  if (!port.empty()) {
    const auto number = parse_unsigned(port.substr(1));
    if (port[0] != ':' || !number || *number == 0 || *number > 65535)
      return fail("url: the port is not a number from 1 to 65535", remedy);
    url.port = static_cast<unsigned>(*number);
  }
  while (rest.ends_with('/'))
    rest.remove_suffix(1);
  url.path = rest;
  return url;
}

std::string Url::origin() const {
  const bool is_address = host.find(':') != std::string::npos;
  return fmt::format("{}://{}{}{}:{}", scheme, is_address ? "[" : "", host, is_address ? "]" : "", port);
}

bool Url::is_loopback() const {
  if (host == "localhost" || host == "::1" || host.ends_with(".localhost")) return true;
  // An address only: a name may begin with "127." too.
  return host.starts_with("127.") && host.find_first_not_of("0123456789.") == std::string::npos;
}

std::string percent_encoded(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (is_plain(c))
      out += c;
    else
      out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return out;
}

}  // namespace collector::influx
