// The ways of connecting that libpq knows, TLS, and what is said when it does not work.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>

#include "tests/sinks/postgres/postgres_fixture.h"
#include "tests/sinks/postgres/postgres_settings.h"
#include "tests/support/certificates.h"
#include "tests/support/cutting_proxy.h"
#include "tests/support/files.h"
#include "tests/support/free_port.h"
#include "tests/support/pgbouncer.h"
#include "tests/support/temporary_directory.h"

namespace collector::test {
namespace {

class PostgresConnect : public PostgresSinkTest {
 protected:
  using PostgresSinkTest::PostgresSinkTest;
  void TearDown() override {
    for (const char* name :
         {"PGPASSFILE", "PGHOST", "PGPORT", "PGDATABASE", "PGUSER", "PGSERVICE", "PGSERVICEFILE"})
      unsetenv(name);
  }
  // The failure's text, which never holds the password.
  std::string connect(const std::string& url) {
    settings_ = postgres_settings(url);
    const auto text = write(*make_sink(), maker_, {maker_.begin().net("eth0", 0, 1).take()});
    EXPECT_EQ(text.find(PostgresServer::password), std::string::npos) << text;
    state_.clear();
    return text;
  }
  std::string place() const {
    return "host=127.0.0.1 dbname=collector user=collector port=" + std::to_string(server_.port());
  }
  static void protect(const std::filesystem::path& file) {
    std::filesystem::permissions(file,
                                 std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
  }

  BatchMaker maker_;
  TemporaryDirectory directory_;
};

TEST_F(PostgresConnect, ByPasswordFileServiceAndEnvironment) {
  const auto password = std::string(PostgresServer::password);
  write_file(directory_ / "pass", "127.0.0.1:*:collector:collector:" + password + "\n");
  protect(directory_ / "pass");
  setenv("PGPASSFILE", (directory_ / "pass").c_str(), 1);
  EXPECT_EQ(connect(place()), "");
  write_file(directory_ / "services", "[metrics]\nhost=127.0.0.1\ndbname=collector\nuser=collector\nport=" +
                                          std::to_string(server_.port()));
  setenv("PGSERVICEFILE", (directory_ / "services").c_str(), 1);
  setenv("PGSERVICE", "metrics", 1);
  EXPECT_EQ(connect(""), "");
  setenv("PGSERVICE", "nothing", 1);
  EXPECT_NE(connect("").find("PGSERVICEFILE"), std::string::npos);
  unsetenv("PGSERVICE");
}

TEST_F(PostgresConnect, PasswordsAreInNoMessage) {
  const auto password = std::string(PostgresServer::password);
  const auto wrong = connect(place() + " password=" + password + "x");
  EXPECT_NE(wrong.find("password authentication failed"), std::string::npos) << wrong;
  EXPECT_NE(wrong.find("pg_hba.conf"), std::string::npos) << wrong;
  EXPECT_NE(connect(place() + " password=" + password + " dbname=nowhere").find("create the database"),
            std::string::npos);
  EXPECT_NE(connect(place() + " " + password).find("can't be read"), std::string::npos);
  EXPECT_NE(connect("postgresql://collector:" + password + "@[::1/x").find("can't be read"),
            std::string::npos);
  EXPECT_NE(connect(place()).find("PGPASSFILE"), std::string::npos);
  EXPECT_NE(connect("postgresql://collector:" + password + "@nowhere.invalid/x").find("host"),
            std::string::npos);
}

TEST_F(PostgresConnect, WhatToDoIsSaidOnce) {
  const std::string text = connect("host=127.0.0.1 port=" + std::to_string(free_port()));
  EXPECT_NE(text.find("Connection refused"), std::string::npos) << text;
  const auto advice = text.find("the server running");
  ASSERT_NE(advice, std::string::npos) << text;
  EXPECT_EQ(text.find("the server running", advice + 1), std::string::npos) << text;
}

// Consecutive transactions of one connection may run in different sessions.
// SQLSTATE 22023 is about data elsewhere; here no row has been sent yet.
TEST_F(PostgresConnect, AParameterThatTheServerRefusesIsNoRowsFault) {
  const auto text = connect(place() + " password=" + std::string(PostgresServer::password) +
                            " options='-c TimeZone=Nowhere/At/All'");
  EXPECT_NE(text.find("TimeZone"), std::string::npos) << text;
  EXPECT_TRUE(failure_.hold) << text;
  EXPECT_NE(failure_.remedy.find("options="), std::string::npos) << failure_.remedy;
}

TEST_F(PostgresConnect, ThroughAPoolerInTransactionMode) {
  const PgBouncer pooler(server_);
  settings_ = postgres_settings(pooler.url());
  const auto sink = make_sink();
  ASSERT_EQ(write(*sink, maker_, {maker_.begin().net("eth0", 0, 1).take()}), "");
  ASSERT_EQ(write(*sink, maker_, {maker_.window(30, 10'500, 1)}), "") << "by COPY";
  sql("ALTER TABLE collector.net_data ADD CONSTRAINT no CHECK (bytes_recv <> 666)");
  ASSERT_EQ(write(*sink, maker_, {maker_.begin().net("eth0", 60, 666).net("eth1", 60, 5).take()}), "");
  EXPECT_EQ(written_.rejected.size(), 1U);
  EXPECT_EQ(sql("SELECT count(*) FROM collector.net"), "10502");
}

TEST_F(PostgresConnect, AServerThatIsSilentIsGivenUp) {
  ASSERT_EQ(connect(server_.url()), "");
  CuttingProxy proxy({.target = server_.port(),
                      .delay = {},
                      .messages = true,
                      // Not a word after the log-in.
                      .fate = [](std::uint64_t) {
                        return Fate{.lose = [](const Passing& passing) { return passing.type == 'P'; },
                                    .stall = true};
                      }});
  settings_ = postgres_settings(PostgresServer::url(proxy.port()) + "?sslmode=disable");
  settings_.set("timeout", Duration(std::chrono::seconds(1)));
  const auto sink = make_sink();
  const auto failure = write(*sink, maker_, {maker_.begin().net("eth0", 0, 1).take()});
  EXPECT_NE(failure.find("silent for 1 s"), std::string::npos) << failure;
}

TEST_F(PostgresConnect, AServerThatDoesNotLetInIsGivenUp) {
  CuttingProxy proxy({.target = server_.port(), .delay = {}, .messages = false, .fate = [](std::uint64_t) {
                        return Fate{.bytes_up = 1, .stall = true};
                      }});
  const auto failure = connect(PostgresServer::url(proxy.port()) + "?sslmode=disable&connect_timeout=2");
  EXPECT_NE(failure.find("2 s"), std::string::npos) << failure;
}

class PostgresTls : public PostgresConnect {
 protected:
  PostgresTls() : PostgresTls(std::make_shared<TemporaryDirectory>()) {}

  std::string with(const std::string& words) {
    return connect(place() + " password=" + std::string(PostgresServer::password) + " " + words);
  }
  std::string trusted() const { return " sslrootcert=" + certificates_.authority.string(); }

 private:
  explicit PostgresTls(const std::shared_ptr<TemporaryDirectory>& directory)
      : PostgresTls(make_certificates(directory->path() / "ours", "DNS:db.example.org,IP:127.0.0.1"),
                    directory) {}
  PostgresTls(const Certificates& certificates, std::shared_ptr<TemporaryDirectory> directory)
      : PostgresConnect({.settings = {}, .certificates = certificates}),
        certificate_directory_(std::move(directory)),
        certificates_(certificates) {}

  std::shared_ptr<TemporaryDirectory> certificate_directory_;

 protected:
  Certificates certificates_;
};

TEST_F(PostgresTls, IsChecked) {
  EXPECT_EQ(with("sslmode=verify-full" + trusted()), "");
  EXPECT_EQ(with("sslmode=verify-full channel_binding=require" + trusted()), "");
  EXPECT_EQ(with("sslmode=verify-full host=db.example.org hostaddr=127.0.0.1" + trusted()), "");

  const auto other_name = with("sslmode=verify-full host=localhost hostaddr=127.0.0.1" + trusted());
  EXPECT_NE(other_name.find("the certificate is for another name"), std::string::npos) << other_name;
  const auto strangers = make_certificates(directory_ / "strangers", "IP:127.0.0.1");
  const auto unknown = with("sslmode=verify-full sslrootcert=" + strangers.authority.string());
  EXPECT_NE(unknown.find("sslrootcert"), std::string::npos) << unknown;
  EXPECT_NE(unknown.find("certificate verify failed"), std::string::npos) << unknown;
  const auto none = with("sslmode=verify-full sslrootcert=" + (directory_ / "missing").string());
  EXPECT_NE(none.find("/etc/ssl/certs/ca-certificates.crt"), std::string::npos) << none;
  EXPECT_NE(with("sslmode=disable"), "");
}

TEST_F(PostgresTls, SystemRootsDoNotKnowATestsAuthority) {
  const auto failure = with("sslmode=verify-full sslrootcert=system");
  EXPECT_NE(failure.find("certificate verify failed"), std::string::npos) << failure;
}

TEST_F(PostgresConnect, ChannelBindingWithoutTlsIsExplained) {
  const auto failure = connect(server_.url() + "?sslmode=disable&channel_binding=require");
  EXPECT_NE(failure.find("leave it out or use the direct host"), std::string::npos) << failure;
}

}  // namespace
}  // namespace collector::test
