#include "sinks/postgres/connection_keywords.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "collector/core/numbers.h"
#include "config/suggest.h"
#include "sinks/url_parts.h"

namespace collector::postgres_store {
namespace {

constexpr std::size_t longest_name = 63;  // bytes; the server cuts what is longer (NAMEDATALEN)

enum class Kind : std::uint8_t { text, name, hosts, addresses, ports, whole, choice };

using Choices = std::span<const std::string_view>;
constexpr std::array<std::string_view, 6> ssl_modes{"disable", "allow",     "prefer",
                                                    "require", "verify-ca", "verify-full"};
constexpr std::array<std::string_view, 3> three_ways{"disable", "prefer", "require"};
constexpr std::array<std::string_view, 3> certificate_modes{"disable", "allow", "require"};
constexpr std::array<std::string_view, 6> sessions{"any",     "read-write", "read-only",
                                                   "primary", "standby",    "prefer-standby"};
constexpr std::array<std::string_view, 4> tls_versions{"TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3"};
constexpr std::array<std::string_view, 2> negotiations{"postgres", "direct"};
constexpr std::array<std::string_view, 2> balances{"disable", "random"};
constexpr std::array<std::string_view, 2> zero_or_one{"0", "1"};

struct Keyword {
  std::string_view name;
  Kind kind = Kind::text;
  Choices choices = {};
};

constexpr std::array<Keyword, 47> keywords{{
    {"host", Kind::hosts},
    {"hostaddr", Kind::addresses},
    {"port", Kind::ports},
    {"dbname", Kind::name},
    {"user", Kind::name},
    {"password"},
    {"passfile"},
    {"service"},
    {"servicefile"},
    {"options"},
    {"application_name"},
    {"fallback_application_name"},
    {"client_encoding"},
    {"connect_timeout", Kind::whole},
    {"sslmode", Kind::choice, ssl_modes},
    {"sslnegotiation", Kind::choice, negotiations},
    {"sslcompression", Kind::choice, zero_or_one},
    {"sslcert"},
    {"sslkey"},
    {"sslpassword"},
    {"sslcertmode", Kind::choice, certificate_modes},
    {"sslrootcert"},
    {"sslcrl"},
    {"sslcrldir"},
    {"sslsni", Kind::choice, zero_or_one},
    {"sslkeylogfile"},
    {"ssl_min_protocol_version", Kind::choice, tls_versions},
    {"ssl_max_protocol_version", Kind::choice, tls_versions},
    {"min_protocol_version"},
    {"max_protocol_version"},
    {"channel_binding", Kind::choice, three_ways},
    {"gssencmode", Kind::choice, three_ways},
    {"gssdelegation", Kind::choice, zero_or_one},
    {"krbsrvname"},
    {"gsslib"},
    {"require_auth"},
    {"requirepeer"},
    {"scram_client_key"},
    {"scram_server_key"},
    {"keepalives", Kind::choice, zero_or_one},
    {"keepalives_idle", Kind::whole},
    {"keepalives_interval", Kind::whole},
    {"keepalives_count", Kind::whole},
    {"tcp_user_timeout", Kind::whole},
    {"replication"},
    {"target_session_attrs", Kind::choice, sessions},
    {"load_balance_hosts", Kind::choice, balances},
}};

const Keyword* find_keyword(std::string_view text) {
  const auto found = std::ranges::find(keywords, text, &Keyword::name);
  return found == keywords.end() ? nullptr : &*found;
}

std::vector<std::string_view> comma_list(std::string_view text) {
  std::vector<std::string_view> parts;
  while (true) {
    const auto end = text.find(',');
    parts.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

bool is_address(std::string_view text) {
  const std::string plain(text.substr(0, text.find('%')));
  in6_addr address{};
  return inet_pton(AF_INET, plain.c_str(), &address) == 1 ||
         inet_pton(AF_INET6, plain.c_str(), &address) == 1;
}

std::optional<Error> mistake_in_one_host(std::string_view host) {
  constexpr std::size_t longest_socket = 107 - sizeof "/.s.PGSQL.65535";
  // A directory with the server's socket, or the name of an abstract one.
  if (host.empty() || host.starts_with('@')) return std::nullopt;
  if (!host.starts_with('/')) return mistake_in_host(host);
  if (host.size() <= longest_socket) return std::nullopt;
  return Error{"the directory of the socket has a longer path than a socket can have", "move the socket"};
}

}  // namespace

bool is_keyword(std::string_view text) {
  return find_keyword(text) != nullptr;
}

std::string_view nearest_keyword(std::string_view text) {
  std::vector<std::string_view> names;
  for (const Keyword& keyword : keywords)
    names.push_back(keyword.name);
  return nearest(text, names);
}

std::optional<Error> mistake_in_word(std::string_view keyword, std::string_view value) {
  const Keyword* known = find_keyword(keyword);
  if (known == nullptr || value.empty()) return std::nullopt;
  switch (known->kind) {
    case Kind::text:
      break;
    case Kind::name:
      if (value.size() > longest_name)
        return Error{fmt::format("{} is longer than 63 bytes, and the server would shorten it", keyword),
                     "check the name"};
      break;
    case Kind::hosts:
      for (const std::string_view host : comma_list(value))
        if (auto mistake = mistake_in_one_host(host)) return mistake;
      break;
    case Kind::addresses:
      for (const std::string_view address : comma_list(value))
        if (!address.empty() && !is_address(address))
          return Error{"hostaddr is not an IP address", "write a name as host"};
      break;
    case Kind::ports:
      for (const std::string_view port : comma_list(value))
        if (!port.empty() && !port_number(port))
          return Error{"port is not a number from 1 to 65535", "check the port"};
      break;
    case Kind::whole:
      if (!parse_number<int>(value))
        return Error{fmt::format("{} is not a whole number", keyword), "write one, without a unit"};
      break;
    case Kind::choice:
      if (std::ranges::find(known->choices, value) == known->choices.end())
        return Error{fmt::format("{} has a value that libpq does not know", keyword),
                     suggest(value, known->choices, "choose from")};
      break;
  }
  return std::nullopt;
}

std::optional<Error> mistake_in_hosts(const ConnectionWords& words) {
  const auto count = [&](std::string_view keyword) {
    const std::string value = word(words, keyword);
    return value.empty() ? 0 : comma_list(value).size();
  };
  const auto hosts = count("host");
  const auto addresses = count("hostaddr");
  const auto ports = count("port");
  if (hosts != 0 && addresses != 0 && hosts != addresses)
    return Error{fmt::format("there are {} hosts, but {} addresses in hostaddr", hosts, addresses),
                 "give one address for each host"};
  const auto places = std::max<std::size_t>({hosts, addresses, 1});
  if (ports > 1 && ports != places)
    return Error{fmt::format("there are {} ports, but {} hosts", ports, places),
                 "give one port for each host, or one for all"};
  return std::nullopt;
}

}  // namespace collector::postgres_store
