// The tests' own PostgreSQL: it starts, stops, recovers, and lets nobody in without the password.
#include "tests/support/postgres_server.h"

#include <gtest/gtest.h>

#include <stdexcept>

namespace collector::test {
namespace {

// As a user would: over TCP, with a URL. What psql printed, or what it complained about.
std::string psql(const std::string& url, const std::string& sql) {
  const Finished finished = run_process({postgres_program("psql"), "-X", "-A", "-t", "-q", url, "-c", sql},
                                        {{"PGCONNECT_TIMEOUT", "10"}});
  return finished.exit_code == 0 ? finished.out : finished.err;
}

TEST(PostgresServer, IsThereWithItsDatabaseAndRole) {
  const PostgresServer server;
  EXPECT_EQ(psql(server.url(), "CREATE TABLE t(a int); SELECT current_user, current_database()"),
            "collector|collector\n");
  EXPECT_EQ(server.query("INSERT INTO t VALUES (1), (NULL); SELECT * FROM t"), "1\n");
  EXPECT_THROW(server.query("SELECT nothing"), std::runtime_error);
}

TEST(PostgresServer, AsksForThePassword) {
  const PostgresServer server;
  std::string url = server.url();
  url.replace(url.find(PostgresServer::password), PostgresServer::password.size(), "wrong");
  EXPECT_NE(psql(url, "SELECT 1").find("password authentication failed"), std::string::npos);
}

TEST(PostgresServer, KeepsWhatWasCommittedThroughAnyStop) {
  PostgresServer server;
  server.query("CREATE TABLE t AS SELECT 1 AS a");
  server.stop_immediately();
  EXPECT_FALSE(server.is_running());
  EXPECT_THROW(server.query("SELECT 1"), std::runtime_error);
  server.start();
  EXPECT_EQ(server.query("SELECT a FROM t"), "1");
  server.restart();
  EXPECT_EQ(psql(server.url(), "SELECT 2"), "2\n");
}

TEST(PostgresServer, HasTlsThatVerifies) {
  const TemporaryDirectory directory;
  const auto certificates = make_certificates(directory / "ours", "DNS:localhost");
  const auto others = make_certificates(directory / "others", "DNS:localhost");
  const PostgresServer server({.certificates = certificates});
  const std::string url =
      server.url() + "?sslmode=verify-full&hostaddr=127.0.0.1&channel_binding=require&host=";
  const auto trusting = [](const Certificates& them) { return "&sslrootcert=" + them.authority.string(); };
  EXPECT_EQ(psql(url + "localhost" + trusting(certificates),
                 "SELECT ssl FROM pg_stat_ssl WHERE pid=pg_backend_pid()"),
            "t\n");
  EXPECT_NE(psql(url + "localhost" + trusting(others), "").find("certificate verify failed"),
            std::string::npos);
  EXPECT_NE(psql(url + "127.0.0.1" + trusting(certificates), "").find("does not match host name"),
            std::string::npos);
  EXPECT_NE(psql(server.url() + "?sslmode=disable", "").find("no encryption"), std::string::npos);
}

}  // namespace
}  // namespace collector::test
