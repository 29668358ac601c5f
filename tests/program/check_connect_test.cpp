// `check --connect` before real targets: what it finds in a PostgreSQL server and in SQLite files, that it
// changes nothing there, and how long it waits for one that never answers.

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>

#include "collector/sqlite/database.h"
#include "tests/program/program.h"
#include "tests/support/files.h"
#include "tests/support/postgres_server.h"

namespace collector::test {
namespace {

namespace fs = std::filesystem;

class CheckConnect : public ::testing::Test {
 protected:
  void one_sink(const std::string& sink) const {
    installation_.configure("samplers: {default: off, mem: on}\nsinks: {s: " + sink + "}\n");
  }
  // All that is said, after a look at the exit code.
  std::string asked(int exit_code) const {
    const Finished finished = installation_.run({"check", "--connect"});
    EXPECT_EQ(finished.exit_code, exit_code) << finished.out << finished.err;
    EXPECT_EQ((finished.out + finished.err).find(PostgresServer::password), std::string::npos);
    return finished.out;
  }
  static void expect_in(const std::string& text, std::initializer_list<const char*> parts) {
    for (const char* part : parts)
      EXPECT_NE(text.find(part), std::string::npos) << part << "\nis not in\n" << text;
  }

  Installation installation_{"sinks: {}\n"};
};

class CheckConnectPostgres : public CheckConnect {
 protected:
  static std::string sink(const std::string& url, const std::string& more = "") {
    return "{type: postgres, url: '" + url + "'" + more + "}";
  }
  std::string with(const std::string& role, const std::string& word, const std::string& database) const {
    return "postgresql://" + role + ":" + word + "@127.0.0.1:" + std::to_string(server_.port()) + "/" +
           database;
  }

  PostgresServer server_;
};

TEST_F(CheckConnectPostgres, SaysWhatIsThereAndChangesNothing) {
  one_sink(sink(server_.url()));
  expect_in(asked(0), {"answers  s: database collector on 127.0.0.1:", "(PostgreSQL ",
                       "schema collector will be made"});
  EXPECT_EQ(server_.query("SELECT count(*) FROM pg_namespace WHERE nspname = 'collector'"), "0");
  server_.query("CREATE SCHEMA collector AUTHORIZATION collector");
  expect_in(asked(0), {"answers  s: ", "schema collector will be filled"});
  EXPECT_EQ(server_.query("SELECT count(*) FROM pg_class WHERE relnamespace = 'collector'::regnamespace"),
            "0");
  ASSERT_EQ(installation_.run({"--once", "--sync"}).exit_code, 0);
  const std::string rows = server_.query("SELECT count(*) FROM collector.mem");
  expect_in(asked(0), {"answers  s: ", "schema collector is there"});
  EXPECT_EQ(server_.query("SELECT count(*) FROM collector.mem"), rows);
}

TEST_F(CheckConnectPostgres, SaysWhatTheServerRefuses) {
  one_sink(sink(with("collector", "not-it", "collector")));
  expect_in(asked(75),
            {"fails    s: ", "password authentication failed", "check user and password in `url`"});
  one_sink(sink(with("collector", std::string(PostgresServer::password), "nowhere")));
  expect_in(asked(75), {"fails    s: ", "database \"nowhere\" does not exist", "create the database"});
  server_.stop();
  one_sink(sink(server_.url()));
  expect_in(asked(75), {"fails    s: ", "Connection refused", "is the server running"});
}

TEST_F(CheckConnectPostgres, SaysWhatTheRoleMayNot) {
  server_.query("CREATE ROLE reader LOGIN PASSWORD 'reader'");
  server_.query("REVOKE CREATE ON DATABASE collector FROM PUBLIC");
  one_sink(sink(with("reader", "reader", "collector")));
  expect_in(asked(75), {"this role may not create schema collector in database collector on 127.0.0.1:",
                        "collector config --sql"});
  one_sink(sink(with("reader", "reader", "collector"), ", create: false"));
  expect_in(asked(75), {"has no tables in schema collector for this role", "collector config --sql"});
  server_.query("CREATE SCHEMA collector AUTHORIZATION collector");
  one_sink(sink(with("reader", "reader", "collector")));
  expect_in(asked(75), {"this role may not create tables in schema collector of database collector"});
}

// Let in, and yet no row would be taken: who has set it is said, and how it is undone.
TEST_F(CheckConnectPostgres, SaysWhoMadeTheSessionReadOnly) {
  const auto refused = [&](const std::string& set, const std::string& reset,
                           std::initializer_list<const char*> parts) {
    server_.query(set);
    const std::string text = asked(75);
    expect_in(text, {"fails    s: database collector on 127.0.0.1:"});
    expect_in(text, parts);
    const Finished once = installation_.run({"--once", "--sync"});
    EXPECT_EQ(once.exit_code, 75) << once.err;
    expect_in(once.err, parts);
    EXPECT_EQ(once.err.find("target_session_attrs"), std::string::npos) << once.err;
    server_.query("SET transaction_read_only = off; " + reset);  // it may be set for this session too
  };
  one_sink(sink(server_.url()));
  refused("ALTER ROLE collector SET default_transaction_read_only = on",
          "ALTER ROLE collector RESET default_transaction_read_only",
          {"is on for role collector; ", "ALTER ROLE collector RESET default_transaction_read_only"});
  refused("ALTER DATABASE collector SET default_transaction_read_only = on",
          "ALTER DATABASE collector RESET default_transaction_read_only",
          {"is on for database collector; ", "ALTER DATABASE collector RESET default_transaction_read_only"});
  refused("ALTER ROLE collector IN DATABASE collector SET default_transaction_read_only = on",
          "ALTER ROLE collector IN DATABASE collector RESET default_transaction_read_only",
          {"is on for role collector in database collector; ",
           "ALTER ROLE collector IN DATABASE collector RESET default_transaction_read_only"});
  refused("ALTER ROLE ALL SET default_transaction_read_only = on",
          "ALTER ROLE ALL RESET default_transaction_read_only",
          {"is on for all roles; ", "ALTER ROLE ALL RESET default_transaction_read_only"});
  expect_in(asked(0), {"answers  s: "});
  // With everything there already, and rows to write.
  ASSERT_EQ(installation_.run({"--once", "--sync"}).exit_code, 0);
  refused("ALTER ROLE collector SET default_transaction_read_only = on",
          "ALTER ROLE collector RESET default_transaction_read_only", {"is on for role collector; "});
  ASSERT_EQ(installation_.run({"--once", "--sync"}).exit_code, 0);
}

TEST_F(CheckConnectPostgres, SaysThatTheWholeServerIsReadOnlyOrAStandby) {
  one_sink(sink(server_.url()));
  server_.query("ALTER SYSTEM SET default_transaction_read_only = on");
  server_.restart();
  expect_in(asked(75), {"is on for the whole server; ", "set it off in the server's configuration"});
  const std::string data = server_.query("SHOW data_directory");
  server_.stop();
  fs::remove(fs::path(data) / "postgresql.auto.conf");
  std::ofstream(fs::path(data) / "standby.signal").close();
  server_.start();
  expect_in(asked(75), {"is a standby, which accepts no rows; name the primary in `url`"});
}

class CheckConnectSqlite : public CheckConnect {
 protected:
  CheckConnectSqlite() { one_sink("{type: sqlite, path: history.db}"); }
  fs::path file() const { return installation_.state() / "history.db"; }
};

TEST_F(CheckConnectSqlite, SaysWhatIsThereAndChangesNothing) {
  expect_in(asked(0), {"answers  s: ", "history.db will be created"});
  EXPECT_FALSE(fs::exists(file()));
  ASSERT_EQ(installation_.run({"--once"}).exit_code, 0);
  const std::string before = read_file(file());
  expect_in(asked(0), {"answers  s: ", "history.db exists, and can be written to"});
  EXPECT_EQ(read_file(file()), before);
}

TEST_F(CheckConnectSqlite, SaysWhenTheFileIsSomebodyElses) {
  fs::create_directories(installation_.state());
  {
    auto other = sqlite::Database::open(file(), {.vfs = {}});
    ASSERT_TRUE(other);
    ASSERT_TRUE(other->execute("CREATE TABLE theirs(a)"));
  }
  const std::string before = read_file(file());
  expect_in(asked(75), {"fails    s: ", "history.db"});
  EXPECT_EQ(read_file(file()), before);
}

TEST_F(CheckConnectSqlite, SaysWhenTheDirectoryIsMissing) {
  one_sink("{type: sqlite, path: missing/below/history.db}");
  expect_in(asked(75),
            {"fails    s: can't write to ", "missing/below: No such file", "create the directory"});
}

// The kernel takes connections to it, and nobody ever reads them.
class SilentPort {
 public:
  SilentPort() : socket_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{
        .sin_family = AF_INET, .sin_port = 0, .sin_addr = {htonl(INADDR_LOOPBACK)}, .sin_zero = {}};
    auto* const generic = reinterpret_cast<sockaddr*>(&address);
    socklen_t length = sizeof address;
    EXPECT_EQ(bind(socket_, generic, length), 0);
    EXPECT_EQ(listen(socket_, 16), 0);
    EXPECT_EQ(getsockname(socket_, generic, &length), 0);
    text_ = "127.0.0.1:" + std::to_string(ntohs(address.sin_port));
  }
  ~SilentPort() { close(socket_); }
  SilentPort(const SilentPort&) = delete;
  SilentPort& operator=(const SilentPort&) = delete;
  const std::string& text() const { return text_; }

 private:
  int socket_;
  std::string text_;
};

// run_process() throws after a minute: that is the bound. Sinks with a shorter timeout of their own say that
// one.
TEST_F(CheckConnect, ATargetThatNeverAnswersIsWaitedForAFewSecondsOnly) {
  const SilentPort port;
  installation_.configure(
      "samplers: {default: off, mem: on}\nsinks:\n  local: {type: sqlite}\n  short: {type: postgres, url: "
      "'postgresql://u@" +
      port.text() + "/short?connect_timeout=2'}\n  long: {type: postgres, url: 'postgresql://u@" +
      port.text() + "/long?connect_timeout=3000'}\n  http: {type: influx, url: 'http://" + port.text() +
      "', timeout: 10m}\n");
  expect_in(asked(75), {"answers  local: ", "fails    short: ", "did not answer within 2 s",
                        "fails    long: no answer within 20s; check the address and the network",
                        "fails    http: no answer within 20s; check the address and the network"});
}

}  // namespace
}  // namespace collector::test
