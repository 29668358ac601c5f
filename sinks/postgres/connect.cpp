#include "sinks/postgres/connection.h"

#include <fmt/format.h>
#include <poll.h>

#include <algorithm>
#include <cctype>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <utility>
#include <vector>

#include "config/mask.h"
#include "sinks/postgres/conninfo.h"

namespace collector::postgres_store {
namespace {

using Steady = std::chrono::steady_clock;

// libpq 16 knows the word "system" for the roots that the operating system trusts; before, they are a file.
constexpr int knows_system_roots = 160000;
constexpr const char* system_roots = "/etc/ssl/certs/ca-certificates.crt";

struct Keywords {
  std::vector<const char*> names;
  std::vector<const char*> values;

  void add(const char* name, const char* value) {
    names.push_back(name);
    values.push_back(value);
  }
};

std::string one_line(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const auto end = text.find('\n');
    const auto line = text.substr(0, end);
    text = end == std::string_view::npos ? "" : text.substr(end + 1);
    // Its own advice is behind a tab; ours says more.
    if (line.empty() || line.starts_with('\t') || line.starts_with("LOCATION:")) continue;
    if (!out.empty()) out += "; ";
    out += line;
  }
  return out;
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
    for (const auto* option = options_; option != nullptr && option->keyword != nullptr; ++option)
      if (std::strcmp(option->keyword, keyword) == 0) return option->val == nullptr ? "" : option->val;
    return "";
  }

 private:
  const Libpq& pq_;
  PQconninfoOption* options_;
};

// The database's place, for messages ("database neondb on ep-x.neon.tech:5432"), of a conninfo that has been
// tried.
std::string where_of(const Libpq& pq, PGconn* connection) {
  const ConnectionOptions options(pq, connection);
  std::string host = options.of("host");
  if (host.empty()) host = options.of("hostaddr");
  if (host.empty()) host = "the local server";
  const std::string port = options.of("port");
  return fmt::format("database {} on {}{}{}", options.of("dbname"), host, port.empty() ? "" : ":", port);
}

// The passwords and keys that this connection uses.
std::vector<std::string> secrets_of(const Libpq& pq, PGconn* connection) {
  const ConnectionOptions options(pq, connection);
  std::vector<std::string> secrets;
  for (const char* keyword : {"password", "sslpassword", "scram_client_key", "scram_server_key"})
    if (auto secret = options.of(keyword); !secret.empty()) secrets.push_back(std::move(secret));
  return secrets;
}

PgError connect_error(const Libpq& pq, PGconn* connection) {
  const std::string message = pq.error_message(connection);
  PgError error{.sqlstate = sqlstate_in(message)};
  error.message = without_secrets(one_line(message), secrets_of(pq, connection));
  error.connecting = true;
  return error;
}

// Says whether the time was up.
bool poll_until_connected(const Libpq& pq, PGconn* connection, Steady::time_point until) {
  auto wanted = PGRES_POLLING_WRITING;
  while (pq.status(connection) != CONNECTION_BAD) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(until - Steady::now()).count();
    pollfd waiting{.fd = pq.socket(connection),
                   .events = static_cast<short>(wanted == PGRES_POLLING_READING ? POLLIN : POLLOUT),
                   .revents = 0};
    if (left <= 0 || poll(&waiting, 1, static_cast<int>(left)) == 0) return true;
    wanted = pq.connect_poll(connection);
    if (wanted == PGRES_POLLING_OK || wanted == PGRES_POLLING_FAILED) return false;
  }
  return false;
}

}  // namespace

std::string without_secrets(std::string text, const std::vector<std::string>& secrets) {
  for (const std::string& secret : secrets)
    mask_secret(text, secret);
  return mask_credentials(text);
}

std::string sqlstate_in(std::string_view message) {
  constexpr std::size_t length = 5;
  const auto is_code = [](char c) {
    return std::isdigit(static_cast<unsigned char>(c)) || (c >= 'A' && c <= 'Z');
  };
  for (std::size_t at = 0; (at = message.find(":  ", at)) != std::string_view::npos; ++at) {
    const auto code = message.substr(at + 3, length);
    const auto after = message.substr(std::min(message.size(), at + 3 + length), 2);
    if (code.size() == length && std::ranges::all_of(code, is_code) && after == ": ")
      return std::string(code);
  }
  return "";
}

PgResult<Connection> Connection::open(const Libpq& pq, const Options& options) {
  const auto words = parse_connection(options.conninfo);
  if (!words)
    return std::unexpected(
        PgError{.sqlstate = "", .message = "`url` can't be read: " + words.error().text()});

  Duration limit = options.connect_timeout;
  const std::string given = word(*words, "connect_timeout");
  const char* theirs = given.empty() ? std::getenv("PGCONNECT_TIMEOUT") : given.c_str();
  if (theirs != nullptr && std::atoi(theirs) > 0) limit = std::chrono::seconds(std::atoi(theirs));
  const std::string seconds = std::to_string(std::chrono::ceil<std::chrono::seconds>(limit).count());

  // Word by word: libpq reads no text that was not read here. Later ones go before earlier ones.
  Keywords keywords;
  keywords.add("fallback_application_name", "collector");
  for (const auto& [keyword, value] : *words)
    keywords.add(keyword.c_str(), value.c_str());
  keywords.add("connect_timeout", seconds.c_str());
  keywords.add("client_encoding", "UTF8");
  std::error_code ignored;
  // As later versions do by themselves: without it nobody looks at the certificate.
  if (word(*words, "sslrootcert") == "system" && word(*words, "sslmode").empty())
    keywords.add("sslmode", "verify-full");
  if (word(*words, "sslrootcert") == "system" && pq.lib_version() < knows_system_roots &&
      std::filesystem::exists(system_roots, ignored))
    keywords.add("sslrootcert", system_roots);
  keywords.add(nullptr, nullptr);

  Handle handle(pq.connect_start_params(keywords.names.data(), keywords.values.data(), 0), pq.finish);
  if (!handle)
    return std::unexpected(PgError{.sqlstate = "", .message = "not enough memory for a connection"});
  pq.set_notice_processor(handle.get(), [](void*, const char*) {}, nullptr);
  // So that a refused log-in says its SQLSTATE.
  pq.set_error_verbosity(handle.get(), PQERRORS_VERBOSE);
  const bool timed_out = poll_until_connected(pq, handle.get(), Steady::now() + limit);
  if (timed_out && pq.status(handle.get()) == CONNECTION_STARTED) {
    // No TCP connection: libpq goes on to a host's other addresses by itself only when it does the waiting.
    handle.reset(pq.connectdb_params(keywords.names.data(), keywords.values.data(), 0));
    if (handle) pq.set_notice_processor(handle.get(), [](void*, const char*) {}, nullptr);
  } else if (timed_out) {
    return std::unexpected(PgError{
        .sqlstate = "",
        .message = where_of(pq, handle.get()) + " did not answer within " + seconds + " s while connecting",
        .connecting = true,
        .timed_out = true});
  }
  if (!handle || pq.status(handle.get()) != CONNECTION_OK)
    return std::unexpected(connect_error(pq, handle.get()));
  pq.set_error_verbosity(handle.get(), PQERRORS_DEFAULT);
  if (pq.setnonblocking(handle.get(), 1) != 0) return std::unexpected(connect_error(pq, handle.get()));
  Connection connection(pq, std::move(handle), options.timeout);
  connection.where_ = where_of(pq, connection.handle_.get());
  return connection;
}

}  // namespace collector::postgres_store
