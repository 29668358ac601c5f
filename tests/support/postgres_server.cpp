#include "tests/support/postgres_server.h"

#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <sstream>
#include <stdexcept>
#include <thread>

#include "tests/support/files.h"
#include "tests/support/free_port.h"
#include "tests/support/unprivileged.h"

namespace collector::test {
namespace {

namespace fs = std::filesystem;

// What a fresh cluster gets. In single-user mode a line is a statement.
std::string first_statements() {
  return "CREATE ROLE collector LOGIN PASSWORD '" + std::string(PostgresServer::password) +
         "'\nCREATE DATABASE collector OWNER collector\n";
}

void run_unprivileged(const std::vector<std::string>& command) {
  const Finished finished = run_process(unprivileged(command, "KILL"));
  if (finished.exit_code != 0)
    throw std::runtime_error(command.front() + " ended with " + std::to_string(finished.exit_code) + ": " +
                             finished.out + finished.err);
}

void initialise(const fs::path& directory, const fs::path& data) {
  // It can't make its directory where it may not write, and can fill one of its own.
  fs::create_directory(data);
  fs::permissions(data, fs::perms::owner_all);
  give_to_unprivileged(data);
  run_unprivileged({postgres_program("initdb"), "-D", data, "-U", "postgres", "--no-sync", "--encoding=UTF8",
                    "--locale=C.UTF-8", "--auth=trust", "--wal-segsize=1"});
  const fs::path statements = directory / "statements.sql";
  write_file(statements, first_statements());
  fs::permissions(statements, fs::perms(0644));
  run_unprivileged({"/bin/sh", "-c", R"(exec "$0" --single -F -D "$1" postgres <"$2")",
                    postgres_program("postgres"), data, statements});
}

// Making a cluster takes a second or two, copying one a tenth of that: the first test that has made one
// leaves a copy in the build directory. Whoever finds one there meanwhile leaves it.
void make_data_directory(const fs::path& directory, const fs::path& data) {
  const std::string recipe = postgres_program("initdb").string() + first_statements();
  const fs::path original =
      fs::path(COLLECTOR_BUILD_DIRECTORY) / ("postgres-" + std::to_string(std::hash<std::string>()(recipe)));
  std::error_code error;
  fs::copy(original, data, fs::copy_options::recursive, error);
  if (!error) {
    give_to_unprivileged(data);
    return;
  }
  fs::remove_all(data);
  initialise(directory, data);
  const fs::path unfinished = original.string() + "-" + std::to_string(getpid());
  fs::copy(data, unfinished, fs::copy_options::recursive, error);
  if (!error) fs::rename(unfinished, original, error);
  fs::remove_all(unfinished, error);
}

}  // namespace

fs::path postgres_program(std::string_view name) {
  int newest = 0;
  fs::path found;
  std::error_code none;
  for (const auto& entry : fs::directory_iterator("/usr/lib/postgresql", none)) {
    const int version = std::atoi(entry.path().filename().c_str());
    const fs::path program = entry.path() / "bin" / name;
    if (version <= newest || !fs::exists(program)) continue;
    newest = version;
    found = program;
  }
  if (newest == 0)
    throw std::runtime_error("no " + std::string(name) +
                             " in /usr/lib/postgresql/*/bin; run scripts/setup test");
  return found;
}

std::string PostgresServer::url(std::uint16_t port) {
  return "postgresql://collector:" + std::string(password) + "@127.0.0.1:" + std::to_string(port) +
         "/collector";
}

std::string PostgresServer::socket_url() const {
  return "postgresql://collector@/collector?host=" + directory_.path().string() +
         "&port=" + std::to_string(port_);
}

PostgresServer::PostgresServer() : PostgresServer(Options{}) {}

PostgresServer::PostgresServer(Options options) : options_(std::move(options)) {
  const fs::path data = directory_ / "data";
  give_to_unprivileged(directory_.path());
  make_data_directory(directory_.path(), data);
  const std::string kind = options_.certificates ? "hostssl" : "host";
  write_file(data / "pg_hba.conf", "local all all trust\n" + kind + " all all 127.0.0.1/32 scram-sha-256\n");
  give_to_unprivileged(data / "pg_hba.conf");
  if (options_.certificates) {
    fs::copy_file(options_.certificates->certificate, data / "server.crt");
    fs::copy_file(options_.certificates->key, data / "server.key");
    give_to_unprivileged(data / "server.crt");
    give_to_unprivileged(data / "server.key");
  }
  for (int tries = 1; port_ == 0; ++tries) {
    const std::uint16_t port = free_port();
    try {
      start_on(port);
      port_ = port;
    } catch (const std::runtime_error&) {
      if (tries == 5 || log().find("Address already in use") == std::string::npos) throw;
    }
  }
}

PostgresServer::~PostgresServer() {
  try {
    if (is_running()) stop_immediately();
  } catch (const std::runtime_error&) {
    process_.reset();  // kills it
  }
}

void PostgresServer::start_on(std::uint16_t port) {
  const fs::path data = directory_ / "data";
  const std::string fast = options_.durable ? "on" : "off";
  std::vector<std::string> settings{"listen_addresses=127.0.0.1",
                                    "port=" + std::to_string(port),
                                    "unix_socket_directories=" + directory_.path().string(),
                                    "max_connections=40",
                                    "shared_buffers=16MB",
                                    "fsync=" + fast,
                                    "full_page_writes=" + fast,
                                    "timezone=UTC",
                                    "log_timezone=UTC"};
  if (options_.certificates) settings.emplace_back("ssl=on");
  settings.insert(settings.end(), options_.settings.begin(), options_.settings.end());
  std::vector<std::string> command{postgres_program("postgres"), "-D", data};
  for (const std::string& setting : settings)
    command.insert(command.end(), {"-c", setting});
  process_ = std::make_unique<Process>(unprivileged(command, "QUIT"));
  // The server writes its state into the eighth line of its lock file.
  const auto until = std::chrono::steady_clock::now() + std::chrono::minutes(1);
  while (process_->running() && std::chrono::steady_clock::now() < until) {
    std::ifstream lock(data / "postmaster.pid");
    std::vector<std::string> lines;
    for (std::string line; std::getline(lock, line);)
      lines.push_back(line);
    if (lines.size() >= 8 && lines[0] == std::to_string(process_->pid()) && lines[7].starts_with("ready"))
      return;
    std::this_thread::sleep_for(std::chrono::milliseconds(3));
  }
  throw std::runtime_error("PostgreSQL did not start: " + log());
}

void PostgresServer::start() {
  start_on(port_);
}

void PostgresServer::stop() {
  process_->end(SIGINT);
}
void PostgresServer::stop_immediately() {
  process_->end(SIGQUIT);
}
void PostgresServer::restart() {
  stop();
  start();
}

bool PostgresServer::is_running() {
  return process_ && process_->running();
}

std::string PostgresServer::log() const {
  return process_ ? process_->err() : "";
}

std::string PostgresServer::query(const std::string& sql, const std::string& database) const {
  const Finished finished = run_process({postgres_program("psql"), "-X", "-A", "-t", "-q", "-v",
                                         "ON_ERROR_STOP=1", "-h", directory_.path(), "-p",
                                         std::to_string(port_), "-U", "postgres", "-d", database, "-c", sql});
  if (finished.exit_code != 0) throw std::runtime_error(sql + ": " + finished.err);
  std::string out = finished.out;
  if (out.ends_with('\n')) out.pop_back();
  return out;
}

}  // namespace collector::test
