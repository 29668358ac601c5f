#include "collector/transport/url_parts.h"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>

#include "collector/core/numbers.h"

namespace collector {
namespace {

bool is_control(char c) {
  return static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
}

bool is_host_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' ||
         c == '.';
}

}  // namespace

std::optional<std::string> percent_decoded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += text[i];
      continue;
    }
    const auto hex = text.substr(i + 1, 2);
    unsigned byte = 0;
    if (hex.size() != 2 || std::from_chars(hex.data(), hex.data() + 2, byte, 16).ptr != hex.data() + 2)
      return std::nullopt;
    if (is_control(static_cast<char>(byte))) return std::nullopt;
    out += static_cast<char>(byte);
    i += 2;
  }
  return out;
}

Result<UrlParts> UrlParts::split(std::string_view text) {
  UrlParts parts;
  if (std::ranges::any_of(text, [](char c) { return c == ' ' || is_control(c); }))
    return fail("it contains a space or a control character", escape_remedy);
  const auto colon = text.find("://");
  if (colon == std::string_view::npos) return fail("is not a URL: it contains no ://", "");
  parts.scheme = text.substr(0, colon);
  const std::string_view rest = text.substr(colon + 3);
  const auto end = std::min(rest.find_first_of("/?#"), rest.size());
  std::string_view authority = rest.substr(0, end);
  const auto at = authority.find('@');
  if (rest.find('@', at == std::string_view::npos ? end : at + 1) != std::string_view::npos)
    return fail("can't be read for certain: there is an @ that may belong to the password", escape_remedy);
  if (at != std::string_view::npos) {
    const std::string_view who = authority.substr(0, at);
    const auto between = std::min(who.find(':'), who.size());
    auto user = percent_decoded(who.substr(0, between));
    auto password = percent_decoded(who.substr(std::min(between + 1, who.size())));
    if (!user || !password)
      return fail("there is a % before the @ that is not followed by two hexadecimal digits of a character",
                  escape_remedy);
    parts.user = *std::move(user);
    parts.password = *std::move(password);
    authority.remove_prefix(at + 1);
  }
  parts.authority = authority;
  std::string_view behind = rest.substr(end);
  const auto hash = std::min(behind.find('#'), behind.size());
  parts.fragment = behind.substr(hash);
  behind = behind.substr(0, hash);
  const auto question = behind.find('?');
  parts.path = behind.substr(0, question);
  parts.has_query = question != std::string_view::npos;
  if (parts.has_query) parts.query = behind.substr(question + 1);
  return parts;
}

std::optional<Error> mistake_in_host(std::string_view host) {
  constexpr std::size_t longest_name = 253;  // RFC 1035, 2.3.4
  constexpr std::size_t longest_label = 63;
  const std::string text(host);
  in6_addr address{};
  if (host.empty()) return Error{"it contains no host", ""};
  if (host.find(':') != std::string_view::npos) {
    const std::string without_zone = text.substr(0, text.find('%'));
    if (inet_pton(AF_INET6, without_zone.c_str(), &address) == 1) return std::nullopt;
    return Error{"the text in the brackets is not an IPv6 address", "write it as [::1]"};
  }
  if (std::ranges::any_of(host, [](char c) { return static_cast<unsigned char>(c) >= 0x80; }))
    return Error{"there is a letter in the host that name servers do not have",
                 "write the name as they know it, which begins with xn--"};
  if (!std::ranges::all_of(host, is_host_character))
    return Error{"the host contains a character that no name can have", escape_remedy};
  in_addr number{};
  if (host.find_first_not_of("0123456789.") == std::string_view::npos)
    return inet_aton(text.c_str(), &number) != 0
               ? std::nullopt
               : std::optional(Error{"the host is a number, but not an IP address", "write it as 192.0.2.1"});
  bool fits = host.size() <= longest_name;
  if (host.ends_with('.')) host.remove_suffix(1);
  for (std::size_t begin = 0; fits && begin <= host.size();) {
    const auto end = std::min(host.find('.', begin), host.size());
    fits = end > begin && end - begin <= longest_label && host[begin] != '-';
    begin = end + 1;
  }
  if (fits) return std::nullopt;
  return Error{"the host is not a name: the parts between its dots are 1 to 63 characters, 253 in all",
               "check the host"};
}

std::optional<unsigned> port_number(std::string_view text) {
  const auto number = parse_unsigned(text);
  if (!number || *number == 0 || *number > 65535) return std::nullopt;
  return static_cast<unsigned>(*number);
}

}  // namespace collector
