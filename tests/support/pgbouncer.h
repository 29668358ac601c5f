// A PgBouncer of the test's own in front of a PostgresServer, in transaction mode, as cloud databases have
// it: consecutive transactions of one client may run in different sessions of the server.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "tests/support/postgres_server.h"
#include "tests/support/process.h"
#include "tests/support/temporary_directory.h"

namespace collector::test {

class PgBouncer {
 public:
  explicit PgBouncer(const PostgresServer& server);
  ~PgBouncer();
  PgBouncer(const PgBouncer&) = delete;
  PgBouncer& operator=(const PgBouncer&) = delete;

  std::uint16_t port() const { return port_; }
  std::string url() const { return PostgresServer::url(port_); }  // the server's database, role and password
  std::string log() const;

 private:
  bool start(std::uint16_t port, std::uint16_t server);

  TemporaryDirectory directory_;
  std::uint16_t port_ = 0;
  std::unique_ptr<Process> process_;
};

}  // namespace collector::test
