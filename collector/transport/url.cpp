#include "collector/transport/url.h"

#include <fmt/format.h>

#include <algorithm>

#include "collector/transport/url_parts.h"

namespace collector::transport {
namespace {

constexpr auto remedy = "write it as http://127.0.0.1:8086 or https://example.org";

bool is_plain(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
         c == '_' || c == '~';
}

char lowered(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

}  // namespace

Result<Url> Url::parse(std::string_view text) {
  const auto with_remedy = [](const Error& error) {
    return fail(error.what, error.remedy.empty() ? std::string(remedy) : error.remedy);
  };
  if (text.find("://") == std::string_view::npos)
    return fail("it does not begin with http:// or https://", remedy);
  const auto parts = UrlParts::split(text);
  if (!parts) return with_remedy(parts.error());
  Url url;
  url.scheme = parts->scheme;
  std::ranges::transform(url.scheme, url.scheme.begin(), lowered);
  if (url.scheme != "http" && url.scheme != "https")
    return fail("only http and https are understood", remedy);
  if (!parts->fragment.empty())
    return fail("there is a # in it", "leave out what is behind the #; in a password write # as %23");
  if (parts->has_query) url.query = "?" + std::string(parts->query);
  url.user = parts->user;
  url.password = parts->password;
  const std::string_view authority = parts->authority;
  std::string_view port;
  if (authority.starts_with('[')) {
    const auto close = authority.find(']');
    if (close == std::string_view::npos) return fail("the ] after the address is missing", remedy);
    url.host = authority.substr(1, close - 1);
    if (url.host.find(':') == std::string::npos)
      return fail("the text in the brackets is not an IPv6 address", "write it as http://[::1]:8086");
    port = authority.substr(close + 1);
  } else {
    const auto before_port = std::min(authority.find(':'), authority.size());
    url.host = authority.substr(0, before_port);
    port = authority.substr(before_port);
    if (std::ranges::count(port, ':') > 1)
      return fail("there is more than one : behind the host",
                  "an IPv6 address stands in brackets, as in http://[::1]:8086");
  }
  std::ranges::transform(url.host, url.host.begin(), lowered);
  if (const auto mistake = mistake_in_host(url.host)) return with_remedy(*mistake);
  url.port = url.scheme == "https" ? 443 : 80;
  if (!port.empty()) {
    const auto number = port_number(port.substr(1));
    if (port[0] != ':' || !number) return fail("the port is not a number from 1 to 65535", remedy);
    url.port = *number;
  }
  std::string_view path = parts->path;
  while (path.ends_with('/'))
    path.remove_suffix(1);
  if (!percent_decoded(path))
    return fail("there is a % in the path that is not followed by two hexadecimal digits", "write % as %25");
  url.path = path;
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

}  // namespace collector::transport
