#include "tests/support/pgbouncer.h"

#include <chrono>
#include <csignal>
#include <stdexcept>
#include <thread>

#include "tests/support/files.h"
#include "tests/support/free_port.h"
#include "tests/support/unprivileged.h"

namespace collector::test {

PgBouncer::PgBouncer(const PostgresServer& server) {
  for (int tries = 0; port_ == 0; ++tries) {
    const std::uint16_t port = free_port();
    if (start(port, server.port()))
      port_ = port;
    else if (tries == 5)
      throw std::runtime_error("PgBouncer did not start: " + log());
  }
}

PgBouncer::~PgBouncer() {
  if (!process_) return;
  process_->signal(SIGTERM);
  process_->wait(std::chrono::seconds(10));
}

bool PgBouncer::start(std::uint16_t port, std::uint16_t server) {
  const std::string password(PostgresServer::password);
  write_file(directory_ / "users.txt", "\"collector\" \"" + password + "\"\n");
  // As Neon's, but for the size of the pool: two sessions are enough to mix transactions up.
  write_file(directory_ / "pgbouncer.ini",
             "[databases]\ncollector = host=127.0.0.1 port=" + std::to_string(server) +
                 "\n[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = " + std::to_string(port) +
                 "\nunix_socket_dir =\nauth_type = scram-sha-256\nauth_file = " +
                 (directory_ / "users.txt").string() +
                 "\npool_mode = transaction\ndefault_pool_size = 2\nmax_client_conn = 200\n"
                 "ignore_startup_parameters = extra_float_digits\nserver_login_retry = 1\n"
                 "server_round_robin = 1\n");
  give_to_unprivileged(directory_.path());
  process_ = std::make_unique<Process>(
      unprivileged({"/usr/sbin/pgbouncer", (directory_ / "pgbouncer.ini").string()}, "KILL"));
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  while (process_->running() && std::chrono::steady_clock::now() < until) {
    if (log().find("process up") != std::string::npos) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(3));
  }
  return false;
}

std::string PgBouncer::log() const {
  return process_ ? process_->err() : "";
}

}  // namespace collector::test
