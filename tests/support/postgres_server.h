// A PostgreSQL cluster of the test's own, on a free loopback port, gone at its end.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tests/support/certificates.h"
#include "tests/support/process.h"
#include "tests/support/temporary_directory.h"

namespace collector::test {

// The newest Debian has installed; throws when there is none.
std::filesystem::path postgres_program(std::string_view name);

class PostgresServer {
 public:
  struct Options {
    std::vector<std::string> settings{};         // "log_statement=all", as in postgresql.conf
    std::optional<Certificates> certificates{};  // TLS, and nothing else over TCP
    bool durable = false;                        // fsync, for tests of crashes of the machine
  };

  // Starts with database `collector`, owned by role `collector` with `password` (scram-sha-256).
  PostgresServer();
  explicit PostgresServer(Options options);
  ~PostgresServer();
  PostgresServer(const PostgresServer&) = delete;
  PostgresServer& operator=(const PostgresServer&) = delete;

  static constexpr std::string_view password = "Not-For-Anybodys-Eyes-7";

  std::uint16_t port() const { return port_; }
  // postgresql://collector:…@127.0.0.1:PORT/collector; `port` for one that goes through a proxy.
  std::string url() const { return url(port_); }
  static std::string url(std::uint16_t port);
  // Through its Unix socket, which needs no password and is there in other network namespaces too.
  std::string socket_url() const;

  // As the superuser `postgres`. One row per line, columns by "|", NULL empty; throws what the server said.
  std::string query(const std::string& sql, const std::string& database = "collector") const;

  void start();
  void stop();              // sessions are ended, everything is written
  void stop_immediately();  // as a crash: recovers at the next start
  void restart();
  bool is_running();

  std::string log() const;  // what the server has said since it was started

 private:
  void start_on(std::uint16_t port);

  Options options_;
  TemporaryDirectory directory_;
  std::uint16_t port_ = 0;
  std::unique_ptr<Process> process_;
};

}  // namespace collector::test
