#include "sinks/postgres/connection_keywords.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include "collector/core/numbers.h"
#include "collector/transport/url_parts.h"
#include "config/suggest.h"

namespace collector::postgres_store {
namespace {

constexpr std::size_t longest_name = 63;  // bytes; the server cuts what is longer (NAMEDATALEN)

enum class Kind : std::uint8_t { text, name, hosts, addresses, ports, whole, choice, methods, refused };

using Choices = std::span<const std::string_view>;
constexpr std::array<std::string_view, 6> ssl_modes{"disable", "allow",     "prefer",
                                                    "require", "verify-ca", "verify-full"};
constexpr std::array<std::string_view, 3> three_ways{"disable", "prefer", "require"};
constexpr std::array<std::string_view, 3> certificate_modes{"disable", "allow", "require"};
constexpr std::array<std::string_view, 3> sessions{"any", "read-write", "primary"};
constexpr std::array<std::string_view, 2> negotiations{"postgres", "direct"};
constexpr std::array<std::string_view, 2> balances{"disable", "random"};
constexpr std::array<std::string_view, 2> zero_or_one{"0", "1"};
constexpr std::array<std::string_view, 8> log_ins{"password",      "md5",   "gss",   "sspi",
                                                  "scram-sha-256", "oauth", "creds", "none"};
// The highest that Linux takes for a TCP connection.
constexpr int longest_probe = 32767;
constexpr int most_probes = 127;
constexpr int an_hour = 3600;

struct Keyword {
  std::string_view name;
  Kind kind = Kind::text;
  Choices choices = {};
  int minimum = 0;  // of a whole number
  int maximum = std::numeric_limits<int>::max();
  int since = 0;                 // the major version of libpq that knows it first; 0: every one in use
  std::string_view reason = {};  // why it is refused
  std::string_view remedy = {};
};

// Everything that libpq knows, each with what becomes of it here.
constexpr std::array<Keyword, 47> keywords{{
    {.name = "host", .kind = Kind::hosts},
    {.name = "hostaddr", .kind = Kind::addresses},
    {.name = "port", .kind = Kind::ports},
    {.name = "dbname", .kind = Kind::name},
    {.name = "user", .kind = Kind::name},
    {.name = "password"},
    {.name = "passfile"},
    {.name = "service",
     .kind = Kind::refused,
     .reason = "takes the connection from a file, which nothing here checks",
     .remedy = "write host=… dbname=… in url, or leave url empty and set PGSERVICE for the collector"},
    {.name = "servicefile",
     .kind = Kind::refused,
     .reason = "takes the connection from a file, which nothing here checks",
     .remedy = "write host=… dbname=… in url, or leave url empty and set PGSERVICEFILE for the collector"},
    {.name = "options"},
    {.name = "application_name"},
    {.name = "fallback_application_name"},
    {.name = "client_encoding",
     .kind = Kind::refused,
     .reason = "can't be chosen, because the sink always sends UTF-8",
     .remedy = "leave it out"},
    {.name = "connect_timeout", .kind = Kind::whole, .minimum = 1, .maximum = an_hour},
    {.name = "sslmode", .kind = Kind::choice, .choices = ssl_modes},
    {.name = "sslnegotiation", .kind = Kind::choice, .choices = negotiations, .since = 17},
    {.name = "sslcompression", .kind = Kind::choice, .choices = zero_or_one},
    {.name = "sslcert"},
    {.name = "sslkey"},
    {.name = "sslpassword"},
    {.name = "sslcertmode", .kind = Kind::choice, .choices = certificate_modes, .since = 16},
    {.name = "sslrootcert"},
    {.name = "sslcrl"},
    {.name = "sslcrldir", .since = 14},
    {.name = "sslsni", .kind = Kind::choice, .choices = zero_or_one, .since = 14},
    {.name = "sslkeylogfile",
     .kind = Kind::refused,
     .reason = "writes the secrets of every connection into a file",
     .remedy = "leave it out, and look into a connection with psql"},
    {.name = "ssl_min_protocol_version", .kind = Kind::choice, .choices = tls_versions},
    {.name = "ssl_max_protocol_version", .kind = Kind::choice, .choices = tls_versions},
    {.name = "min_protocol_version", .kind = Kind::choice, .choices = protocols, .since = 18},
    {.name = "max_protocol_version", .kind = Kind::choice, .choices = protocols, .since = 18},
    {.name = "channel_binding", .kind = Kind::choice, .choices = three_ways},
    {.name = "gssencmode", .kind = Kind::choice, .choices = three_ways},
    {.name = "gssdelegation", .kind = Kind::choice, .choices = zero_or_one, .since = 17},
    {.name = "krbsrvname"},
    {.name = "gsslib"},
    {.name = "require_auth", .kind = Kind::methods, .choices = log_ins, .since = 16},
    {.name = "requirepeer"},
    {.name = "scram_client_key", .since = 18},
    {.name = "scram_server_key", .since = 18},
    {.name = "keepalives", .kind = Kind::choice, .choices = zero_or_one},
    {.name = "keepalives_idle", .kind = Kind::whole, .maximum = longest_probe},
    {.name = "keepalives_interval", .kind = Kind::whole, .maximum = longest_probe},
    {.name = "keepalives_count", .kind = Kind::whole, .maximum = most_probes},
    {.name = "tcp_user_timeout", .kind = Kind::whole},
    {.name = "replication",
     .kind = Kind::refused,
     .reason = "makes a session that copies a whole server, and takes no rows",
     .remedy = "leave it out"},
    {.name = "target_session_attrs", .kind = Kind::choice, .choices = sessions},
    {.name = "load_balance_hosts", .kind = Kind::choice, .choices = balances, .since = 16},
}};

const Keyword* find_keyword(std::string_view text) {
  const auto found = std::ranges::find(keywords, text, &Keyword::name);
  return found == keywords.end() ? nullptr : &*found;
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

std::optional<Error> mistake_in_choice(const Keyword& known, std::string_view value) {
  if (std::ranges::find(known.choices, value) != known.choices.end()) return std::nullopt;
  // They lead to a server that takes no rows.
  constexpr std::array<std::string_view, 3> for_readers{"read-only", "standby", "prefer-standby"};
  if (known.choices.data() == sessions.data() && std::ranges::find(for_readers, value) != for_readers.end())
    return Error{fmt::format("{} asks for a server that may only be read", known.name),
                 "write read-write, or leave it out"};
  return Error{fmt::format("{} has a value that libpq does not know", known.name),
               suggest(value, known.choices, "choose from")};
}

// "scram-sha-256,md5", or all of them with a ! before: those not to be used.
std::optional<Error> mistake_in_methods(const Keyword& known, std::string_view value) {
  const bool negative = value.starts_with('!');
  for (std::string_view method : comma_list(value)) {
    if (method.starts_with('!') != negative)
      return Error{fmt::format("{} mixes methods with and without !", known.name),
                   "write all of them with it, or none"};
    if (negative) method.remove_prefix(1);
    if (auto mistake = mistake_in_choice(known, method)) return mistake;
  }
  return std::nullopt;
}

std::optional<Error> mistake_in_whole(const Keyword& known, std::string_view value) {
  const auto number = parse_number<int>(value);
  if (!number) return Error{fmt::format("{} is not a whole number", known.name), "write one, without a unit"};
  if (*number >= known.minimum && *number <= known.maximum) return std::nullopt;
  return Error{fmt::format("{} is not a number from {} to {}", known.name, known.minimum, known.maximum),
               "write another one, or leave it out"};
}

// Settings of the server's session, as -c name=value or --name=value.
std::optional<Error> mistake_in_options(std::string_view value) {
  constexpr std::string_view setting =
      "transaction_read_only=";  // default_transaction_read_only ends like it
  for (auto at = value.find(setting); at != value.npos; at = value.find(setting, at + 1)) {
    const std::string_view given = value.substr(at + setting.size());
    if (given.starts_with("off") || given.starts_with("false") || given.starts_with("no") ||
        given.starts_with("0"))
      continue;
    return Error{"options makes the session read-only", "take that out of options"};
  }
  return std::nullopt;
}

// psql would take it apart; here it would be the name of a database. keyword=value, with blanks around.
bool is_connection_string(std::string_view value) {
  if (value.contains("://")) return true;
  std::string_view before = value.substr(0, value.find('='));
  if (before.size() == value.size()) return false;
  before.remove_prefix(std::min(before.find_first_not_of(" \t"), before.size()));
  return find_keyword(before.substr(0, before.find_last_not_of(" \t") + 1)) != nullptr;
}

}  // namespace

std::vector<std::string_view> comma_list(std::string_view text) {
  std::vector<std::string_view> parts;
  while (true) {
    const auto end = text.find(',');
    parts.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

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
      if (keyword == "options") return mistake_in_options(value);
      break;
    case Kind::refused:
      return Error{fmt::format("{} {}", keyword, known->reason), std::string(known->remedy)};
    case Kind::name:
      if (keyword == "dbname" && is_connection_string(value))
        return Error{"dbname holds a whole connection string, which would be taken for the database's name",
                     "write that alone as url, or the name alone as dbname"};
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
      return mistake_in_whole(*known, value);
    case Kind::choice:
      return mistake_in_choice(*known, value);
    case Kind::methods:
      return mistake_in_methods(*known, value);
  }
  return std::nullopt;
}

int known_since(std::string_view keyword) {
  const Keyword* known = find_keyword(keyword);
  return known == nullptr ? 0 : known->since;
}

}  // namespace collector::postgres_store
