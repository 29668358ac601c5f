#include "sinks/postgres/conninfo.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "config/mask.h"
#include "sinks/postgres/connection_words.h"

namespace collector::postgres_store {
namespace {

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

const char* value_of(const PQconninfoOption* options, const char* keyword) {
  for (const auto* option = options; option != nullptr && option->keyword != nullptr; ++option)
    if (std::strcmp(option->keyword, keyword) == 0) return option->val;
  return nullptr;
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
  for (const char* keyword : {"password", "sslpassword", "scram_client_key", "scram_server_key"})
    if (auto secret = options.of(keyword); !secret.empty()) secrets.push_back(std::move(secret));
  return secrets;
}

std::string without_secrets(std::string text, const std::vector<std::string>& secrets) {
  for (const std::string& secret : secrets)
    mask_secret(text, secret);
  return mask_credentials(text);
}

}  // namespace collector::postgres_store
