#include "sinks/postgres/conninfo.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "collector/transport/url_parts.h"
#include "config/mask.h"
#include "sinks/postgres/connection_keywords.h"

namespace collector::postgres_store {
namespace {

constexpr auto as_url = "write it as postgresql://user:password@host/database?sslmode=verify-full";
constexpr std::string_view blanks = " \t";

Error unknown_keyword(std::string_view keyword, std::size_t number, bool in_url) {
  // Not the word itself: where a password has an unescaped ? or space, it is a part of it.
  const std::string_view near = nearest_keyword(keyword);
  std::string remedy = near.empty() ? std::string(
                                          "leave it out; the sink's own settings, such as schema, are keys "
                                          "beside url")
                                    : fmt::format("did you mean {}?", near);
  if (in_url)
    remedy += fmt::format("{} if it is part of a password: {}", near.empty() ? ";" : "", escape_remedy);
  return {fmt::format("libpq does not know number {} of its parameters", number), remedy};
}

// host[:port],host[:port]…; empty hosts are the default, [::1] is an address.
collector::Result<> read_hosts(std::string_view authority, ConnectionReading& reading) {
  std::string hosts;
  std::string ports;
  bool any_port = false;
  bool first = true;
  while (true) {
    const auto end = authority.find(',');
    std::string_view one = authority.substr(0, end);
    std::string_view host;
    std::string_view port;
    if (one.starts_with('[')) {
      const auto close = one.find(']');
      if (close == std::string_view::npos) return fail("the ] after the address is missing", as_url);
      host = one.substr(1, close - 1);
      port = one.substr(close + 1);
      if (!port.empty() && port.front() != ':')
        return fail("there is something between the ] and the port", as_url);
    } else {
      const auto colon = std::min(one.find(':'), one.size());
      host = one.substr(0, colon);
      port = one.substr(colon);
    }
    const auto plain = percent_decoded(host);
    if (!plain)
      return fail("there is a % in the host that is not followed by two hexadecimal digits", escape_remedy);
    if (!port.empty() && !port_number(port.substr(1))) {
      Error mistake{"the text after the host's : is not a port from 1 to 65535", escape_remedy};
      // Digits are no part of a password that was cut in two: the rest can be read.
      if (port.substr(1).find_first_not_of("0123456789") != std::string_view::npos)
        return std::unexpected(std::move(mistake));
      reading.mistakes.push_back(std::move(mistake));
      port = {};
    }
    any_port = any_port || !port.empty();
    (hosts += first ? "" : ",") += *plain;
    (ports += first ? "" : ",") += port.empty() ? port : port.substr(1);
    first = false;
    if (end == std::string_view::npos) break;
    authority.remove_prefix(end + 1);
  }
  if (!hosts.empty()) reading.words["host"] = hosts;
  if (any_port) reading.words["port"] = ports;
  return {};
}

collector::Result<> read_query(std::string_view rest, ConnectionReading& reading) {
  std::size_t number = 0;
  while (!rest.empty()) {
    ++number;
    const auto end = rest.find('&');
    const std::string_view pair = rest.substr(0, end);
    rest = end == std::string_view::npos ? "" : rest.substr(end + 1);
    const auto equals = pair.find('=');
    if (equals == std::string_view::npos || pair.find('=', equals + 1) != std::string_view::npos)
      return fail(fmt::format("number {} of its parameters is not name=value", number), escape_remedy);
    auto keyword = percent_decoded(pair.substr(0, equals));
    auto value = percent_decoded(pair.substr(equals + 1));
    if (!keyword || !value)
      return fail(
          fmt::format("in number {} of its parameters a % is not followed by two hexadecimal digits", number),
          escape_remedy);
    if (*keyword == "ssl" && *value == "true") {  // as JDBC writes it; libpq takes it too
      *keyword = "sslmode";
      *value = "require";
    }
    if (is_keyword(*keyword))
      reading.words.insert_or_assign(*std::move(keyword), *std::move(value));
    else
      reading.mistakes.push_back(unknown_keyword(*keyword, number, true));
  }
  return {};
}

collector::Result<> read_url(std::string_view text, ConnectionReading& reading) {
  const auto parts = UrlParts::split(text);
  if (!parts) return fail(parts.error().what, parts.error().remedy.empty() ? as_url : parts.error().remedy);
  if (parts->scheme != "postgresql" && parts->scheme != "postgres") {
    if (parts->scheme.starts_with("jdbc:"))
      return fail("is a URL for Java", "leave out jdbc:, and put user:password@ before the host");
    if (parts->scheme.starts_with("postgres"))
      return fail("names a program's driver between postgresql and ://", "leave that out: postgresql://…");
    return fail("is a URL, but not one of PostgreSQL", as_url);
  }
  if (!parts->fragment.empty()) return fail("it contains a #", escape_remedy);
  ConnectionWords& words = reading.words;
  if (!parts->user.empty()) words["user"] = parts->user;
  if (!parts->password.empty()) words["password"] = parts->password;
  if (auto hosts = read_hosts(parts->authority, reading); !hosts) return std::unexpected(hosts.error());
  if (parts->path.size() > 1) {
    const auto database = percent_decoded(parts->path.substr(1));
    if (!database || parts->path.find('/', 1) != std::string_view::npos)
      return fail("the text after the host is not the name of one database", escape_remedy);
    words["dbname"] = *database;
  }
  return read_query(parts->query, reading);
}

// One value: bare up to a blank, or in single quotes, with backslashes; nothing: its quote is not closed.
std::optional<std::string> take_value(std::string_view& rest) {
  std::string value;
  const bool quoted = rest.starts_with('\'');
  if (quoted) rest.remove_prefix(1);
  while (!rest.empty()) {
    char c = rest.front();
    rest.remove_prefix(1);
    if (quoted ? c == '\'' : blanks.find(c) != std::string_view::npos) return value;
    if (c == '\\' && !rest.empty()) {
      c = rest.front();
      rest.remove_prefix(1);
    }
    value += c;
  }
  if (quoted) return std::nullopt;
  return value;
}

collector::Result<> read_pairs(std::string_view text, ConnectionReading& reading) {
  constexpr auto quoting =
      "write keyword=value, and put a value with a blank, ' or \\ in single quotes, with a \\ "
      "before ' and \\";
  if (text.find('=') == std::string_view::npos) return fail("is neither a URL nor keyword=value", as_url);
  for (std::size_t number = 1;; ++number) {
    const auto begin = text.find_first_not_of(blanks);
    if (begin == std::string_view::npos) return {};
    text.remove_prefix(begin);
    const auto equals = text.find('=');
    const std::string_view before = text.substr(0, equals);
    const auto blank = std::min(before.find_first_of(blanks), before.size());
    if (equals == std::string_view::npos || before.find_first_not_of(blanks, blank) != std::string_view::npos)
      return fail(fmt::format("there is no = in number {} of its words", number), quoting);
    const std::string_view keyword = before.substr(0, blank);
    text.remove_prefix(equals + 1);
    text.remove_prefix(std::min(text.find_first_not_of(blanks), text.size()));
    auto value = take_value(text);
    if (!value) return fail("it contains a ' that is not closed", quoting);
    if (is_keyword(keyword))
      reading.words.insert_or_assign(std::string(keyword), *std::move(value));
    else
      reading.mistakes.push_back(unknown_keyword(keyword, number, false));
  }
}

// Each value by itself, and then, where none of them is wrong, those that have to go together.
void look_at_words(ConnectionReading& reading) {
  const std::size_t before = reading.mistakes.size();
  for (const auto& [keyword, value] : reading.words)
    if (auto mistake = mistake_in_word(keyword, value)) reading.mistakes.push_back(*std::move(mistake));
  if (reading.mistakes.size() > before) return;
  std::ranges::move(mistakes_in_encryption(reading.words), std::back_inserter(reading.mistakes));
  std::ranges::move(mistakes_in_hosts(reading.words), std::back_inserter(reading.mistakes));
}

// Of several, separated by commas, each IPv6 address in brackets, as a URL has it.
std::string in_url(std::string_view hosts) {
  std::string out;
  for (bool first = true; first || !hosts.empty(); first = false) {
    const auto comma = std::min(hosts.find(','), hosts.size());
    const std::string host(hosts.substr(0, comma));
    hosts.remove_prefix(std::min(comma + 1, hosts.size()));
    if (!first) out += ',';
    out += host.contains(':') && !host.starts_with('/') ? "[" + host + "]" : host;
  }
  return out;
}

}  // namespace

ConnectionReading read_connection(std::string_view text) {
  ConnectionReading reading;
  if (text.empty()) return reading;
  // A URL in a value stands behind the first =.
  const auto scheme = text.find("://");
  const bool is_url = scheme != std::string_view::npos && scheme < text.find('=');
  const auto read = is_url ? read_url(text, reading) : read_pairs(text, reading);
  // What can't be taken apart has no words to be judged.
  if (!read) {
    reading.words.clear();
    reading.mistakes.push_back(read.error());
  }
  look_at_words(reading);
  return reading;
}

collector::Result<ConnectionWords> parse_connection(std::string_view text) {
  ConnectionReading reading = read_connection(text);
  if (!reading.mistakes.empty()) return std::unexpected(std::move(reading.mistakes.front()));
  return std::move(reading.words);
}

std::string word(const ConnectionWords& words, std::string_view keyword) {
  const auto found = words.find(keyword);
  return found == words.end() ? "" : found->second;
}

std::string target_of(std::string_view conninfo) {
  const auto words = parse_connection(conninfo);
  if (!words) return "a database that is unclear in url";
  std::string host = word(*words, "host");
  if (const auto address = word(*words, "hostaddr"); !address.empty() && host.empty()) host = address;
  std::string port = word(*words, "port");
  if (port.empty() && !host.empty()) port = "5432";
  std::string database = word(*words, "dbname");
  if (database.empty()) database = word(*words, "user");
  return mask_credentials("postgresql://" + in_url(host) + (port.empty() ? "" : ":" + port) + "/" + database);
}

}  // namespace collector::postgres_store
