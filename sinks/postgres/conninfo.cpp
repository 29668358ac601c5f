#include "sinks/postgres/conninfo.h"

#include <fmt/format.h>

#include <array>
#include <cstring>
#include <map>
#include <optional>

#include "config/mask.h"

namespace collector::postgres_store {
namespace {

using Words = std::map<std::string, std::string, std::less<>>;

bool is_uri(std::string_view text) {
  return text.starts_with("postgresql://") || text.starts_with("postgres://");
}

// Takes one value: bare up to a space, or in single quotes, with backslashes.
std::string take_value(std::string_view& rest) {
  std::string value;
  const bool quoted = rest.starts_with('\'');
  if (quoted) rest.remove_prefix(1);
  while (!rest.empty()) {
    char c = rest.front();
    rest.remove_prefix(1);
    if (quoted ? c == '\'' : c == ' ') break;
    if (c == '\\' && !rest.empty()) {
      c = rest.front();
      rest.remove_prefix(1);
    }
    value += c;
  }
  return value;
}

Words words_of(std::string_view text) {
  Words words;
  while (true) {
    const auto begin = text.find_first_not_of(" \t\r\n");
    if (begin == std::string_view::npos) return words;
    text.remove_prefix(begin);
    const auto equals = text.find('=');
    if (equals == std::string_view::npos) return words;
    std::string_view key = text.substr(0, equals);
    key = key.substr(0, key.find_last_not_of(' ') + 1);
    text.remove_prefix(equals + 1);
    while (text.starts_with(' '))
      text.remove_prefix(1);
    words.insert_or_assign(std::string(key), take_value(text));
  }
}

// The parts of a URI that say where it leads.
Words words_of_uri(std::string_view uri) {
  Words words;
  uri.remove_prefix(uri.find("://") + 3);
  const auto question = uri.find('?');
  std::string_view query = question == std::string_view::npos ? "" : uri.substr(question + 1);
  uri = uri.substr(0, question);
  const auto slash = uri.find('/');
  if (slash != std::string_view::npos) words["dbname"] = uri.substr(slash + 1);
  std::string_view authority = uri.substr(0, slash);
  if (const auto at = authority.rfind('@'); at != std::string_view::npos) {
    words["user"] = authority.substr(0, authority.find(':') < at ? authority.find(':') : at);
    authority.remove_prefix(at + 1);
  }
  words["host"] = authority;
  while (!query.empty()) {
    const auto end = query.find('&');
    const auto pair = query.substr(0, end);
    if (const auto equals = pair.find('='); equals != std::string_view::npos)
      words.insert_or_assign(std::string(pair.substr(0, equals)), std::string(pair.substr(equals + 1)));
    query = end == std::string_view::npos ? "" : query.substr(end + 1);
  }
  return words;
}

std::string value(const Words& words, std::string_view key) {
  const auto found = words.find(key);
  return found == words.end() ? "" : found->second;
}

// The values of the given keywords that the connection uses.
class ConnectionOptions {
 public:
  ConnectionOptions(const Libpq& pq, PGconn* connection) : pq_(pq), options_(pq.conninfo(connection)) {}
  ~ConnectionOptions() {
    if (options_ != nullptr) pq_.conninfo_free(options_);
  }
  ConnectionOptions(const ConnectionOptions&) = delete;
  ConnectionOptions& operator=(const ConnectionOptions&) = delete;

  std::string of(const char* keyword) const {
    const char* found = value_of(options_, keyword);
    return found == nullptr ? "" : found;
  }

 private:
  const Libpq& pq_;
  PQconninfoOption* options_;
};

void replace_all(std::string& text, const std::string& what) {
  for (std::size_t at = 0; (at = text.find(what, at)) != std::string::npos; at += masked_text.size())
    text.replace(at, what.size(), masked_text);
}

}  // namespace

const char* value_of(const PQconninfoOption* options, const char* keyword) {
  for (const auto* option = options; option != nullptr && option->keyword != nullptr; ++option)
    if (std::strcmp(option->keyword, keyword) == 0) return option->val;
  return nullptr;
}

std::string target_of(std::string_view conninfo) {
  const Words words = is_uri(conninfo) ? words_of_uri(conninfo) : words_of(conninfo);
  std::string host = value(words, "host");
  if (const auto address = value(words, "hostaddr"); !address.empty() && host.empty()) host = address;
  std::string port = value(words, "port");
  if (port.empty() && host.find(':') == std::string::npos && !host.empty()) port = "5432";
  std::string database = value(words, "dbname");
  if (database.empty()) database = value(words, "user");
  std::string target = "postgresql://" + host + (port.empty() ? "" : ":" + port) + "/" + database;
  if (const auto service = value(words, "service"); !service.empty()) target += "?service=" + service;
  return mask_credentials(target);
}

std::string where_of(const Libpq& pq, PGconn* connection) {
  const ConnectionOptions options(pq, connection);
  std::string host = options.of("host");
  if (host.empty()) host = options.of("hostaddr");
  if (host.empty()) host = "the local server";
  const std::string port = options.of("port");
  return fmt::format("database {} on {}{}{}", options.of("dbname"), host, port.empty() ? "" : ":", port);
}

std::vector<std::string> secrets_of(const Libpq& pq, PGconn* connection) {
  const ConnectionOptions options(pq, connection);
  std::vector<std::string> secrets;
  for (const char* keyword : {"password", "sslpassword"})
    if (auto secret = options.of(keyword); !secret.empty()) secrets.push_back(std::move(secret));
  return secrets;
}

std::string without_secrets(std::string text, const std::vector<std::string>& secrets) {
  for (const std::string& secret : secrets)
    replace_all(text, secret);
  return mask_credentials(text);
}

std::string without_quotations(std::string_view text) {
  std::string out;
  bool quoted = false;
  for (const char c : text) {
    if (c == '"') {
      quoted = !quoted;
      if (!quoted) out += fmt::format("\"{}\"", masked_text);
    } else if (!quoted) {
      out += c;
    }
  }
  // One that is not closed goes on to the end.
  return quoted ? out + std::string(masked_text) : out;
}

}  // namespace collector::postgres_store
