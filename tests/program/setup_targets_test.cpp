// `collector setup` about sinks: those that answer, refuse us, and are not there; and their passwords.
#include "tests/program/setup_fixture.h"

#include "tests/support/free_port.h"
#include "tests/support/http_request.h"
#include "tests/support/http_stub.h"
#include "tests/support/influx_server.h"
#include "tests/support/postgres_server.h"

namespace collector::test {
namespace {

TEST_F(Setup, PasswordsLieInAFileOfTheirOwn) {
  const PostgresServer server;
  auto terminal = start();
  ASSERT_TRUE(answer(terminal, {plain[0],
                                {"Where to send it", "postgres"},
                                {"connection string", server.url()},
                                {"it answers", ""},
                                {"What starts the collector?", "none"},
                                {"A page in the browser?", ""}}))
      << terminal.screen();
  ASSERT_TRUE(terminal.shows("collector:***@127.0.0.1")) << terminal.screen();
  ASSERT_TRUE(answer(terminal, {{"Go ahead?", "y"}}));
  EXPECT_EQ(exit_code(terminal.wait()), 0) << terminal.screen();
  EXPECT_EQ(read_file(file()).find(PostgresServer::password), std::string::npos);
  EXPECT_EQ(mode_of(file().parent_path() / "postgres.url"), 0600U);
  const Finished once = run({"--once", "--sync"});
  EXPECT_EQ(once.exit_code, 0) << once.err;
  EXPECT_EQ(server.query("SELECT count(*) > 0 FROM collector.mem"), "t");
}

TEST_F(Setup, WhatCannotBeReachedIsExplained) {
  const InfluxServer server;
  const std::string nobody = "http://127.0.0.1:" + std::to_string(free_port());
  auto terminal = start();
  ASSERT_TRUE(answer(terminal, {plain[0],
                                {"Where to send it", "influx"},
                                {"Its address", "localhost"},
                                {"begins with http://", nobody},
                                {"Its database", ""},
                                {"It can't be reached", "again"},
                                {"Its address", server.url()},
                                {"Its database", ""},
                                {"it answers", "influx"},
                                {"Its address", nobody},
                                {"Its database", ""},
                                {"It can't be reached", "without"},
                                {"And where else?", "influx"},
                                {"Its address", nobody},
                                {"Its database", ""},
                                {"It can't be reached", "keep"},
                                {"And where else?", "none"},
                                {"What starts the collector?", "none"},
                                {"A page in the browser?", ""},
                                {"Go ahead?", "y"}}))
      << terminal.screen();
  EXPECT_NE(terminal.screen().find("onnect"), std::string::npos) << "says what fails: " << terminal.screen();
  EXPECT_EQ(exit_code(terminal.wait()), 0);
  const std::string yaml = read_file(file());
  EXPECT_NE(yaml.find("  influx:\n    type: influx\n    url: \"" + server.url()), std::string::npos) << yaml;
  EXPECT_NE(yaml.find("  influx2:\n    type: influx\n    url: \"" + nobody), std::string::npos) << yaml;
}

// Enter at every question about a server that is not there.
TEST_F(Setup, EnterIsNoWayIntoALoop) {
  const std::string nobody = "http://127.0.0.1:" + std::to_string(free_port());
  auto terminal = start();
  ASSERT_TRUE(answer(terminal, {plain[0],
                                {"Where to send it", "influx"},
                                {"Its address", nobody},
                                {"Its database", ""},
                                {"It can't be reached", ""},
                                {"Its address", ""},
                                {"Its database", ""},
                                {"It can't be reached", ""},
                                {"Its address", ""},
                                {"Its database", ""},
                                {"It can't be reached", ""},
                                {"And where else?", ""},
                                {"What starts the collector?", "none"},
                                {"A page in the browser?", ""},
                                {"Go ahead?", ""}}))
      << terminal.screen();
  EXPECT_EQ(exit_code(terminal.wait()), 0) << terminal.screen();
  EXPECT_EQ(read_file(file()).find("influx"), std::string::npos) << "left out after the third try";
}

TEST_F(Setup, InfluxThatRefusesUsIsAskedAsSomebodyElse) {
  const InfluxServer server({.authentication = true});
  const auto query = [&](const std::string& text, const std::string& who) {
    return http_request(server.port(), "/query?" + who + "q=" + url_encoded(text), {}, "POST").status;
  };
  ASSERT_EQ(query("CREATE USER writer WITH PASSWORD 'password' WITH ALL PRIVILEGES", ""), 200);
  ASSERT_EQ(query("CREATE DATABASE telegraf", "u=writer&p=password&"), 200);
  auto terminal = start();
  ASSERT_TRUE(answer(terminal, {{"What to measure?", "mem"},
                                {"Where to send it", "influx"},
                                {"Its address", server.url()},
                                {"Its database", "telegraf"},
                                {"It refuses us", "login"},
                                {"How do we log in?", "user"},
                                {"User", "writer"},
                                {"Password (not shown)", "wr0ngS3cret"},
                                {"It refuses us", ""},
                                {"How do we log in?", ""},
                                {"User [writer]", ""},
                                {"Password (not shown) [as before]", "password"},
                                {"it answers", "no"},
                                {"What starts the collector?", "none"},
                                {"A page in the browser?", ""},
                                {"Go ahead?", "y"}}))
      << terminal.screen();
  EXPECT_EQ(exit_code(terminal.wait()), 0) << terminal.screen();
  EXPECT_EQ(terminal.screen().find("S3cret"), std::string::npos) << "neither typed nor as a default";
  EXPECT_EQ(read_file(file().parent_path() / "influx.password"), "password\n");
  EXPECT_EQ(mode_of(file().parent_path() / "influx.password"), 0600U);
  const Finished once = run({"--once", "--sync", "--wait", "0s"});
  EXPECT_EQ(once.exit_code, 0) << once.err << once.out << read_file(file());
}

// InfluxDB 2 and 3 are not in Debian: what they are asked, and how they refuse.
TEST_F(Setup, InfluxTwoAndThreeTakeATokenAndABucket) {
  HttpStub server([](const StubRequest& request) -> StubReply {
    if (request.path() == "/ping") return {.headers = {{"X-Influxdb-Version", "v2.7.1"}}};
    const auto found = request.headers.find("authorization");
    if (found == request.headers.end() || found->second != "Token t0ken")
      return {.status = 401, .body = R"({"code":"unauthorized","message":"unauthorized access"})"};
    if (request.parameter("bucket") != "home" || request.parameter("org") != "family")
      return {.status = 404, .body = R"({"code":"not found","message":"bucket \"x\" not found"})"};
    return {};
  });
  auto terminal = start();
  ASSERT_TRUE(answer(terminal, {plain[0],
                                {"Where to send it", "influx"},
                                {"Its address", server.url()},
                                {"(in InfluxDB 2: the bucket)", "home"},
                                {"It refuses us", "login"},
                                {"How do we log in?", "token"},
                                {"Token (not shown)", "t0ken"},
                                {"Organization", "family"},
                                {"it answers", "no"},
                                {"What starts the collector?", "none"},
                                {"A page in the browser?", ""},
                                {"Go ahead?", "y"}}))
      << terminal.screen();
  EXPECT_EQ(exit_code(terminal.wait()), 0) << terminal.screen();
  const std::string yaml = read_file(file());
  EXPECT_NE(yaml.find("    database: \"home\"\n    token: \"${file:influx.token}\"\n    org: \"family\"\n"),
            std::string::npos)
      << yaml;
  EXPECT_EQ(read_file(file().parent_path() / "influx.token"), "t0ken\n");

  const Finished given = run({"setup", "--yes", "--service", "none", "--to",
                              "influx=" + server.url() + ",bucket=home,org=family,token=t0ken"});
  EXPECT_EQ(given.exit_code, 0) << given.err;
  EXPECT_EQ(given.out.find("refused"), std::string::npos) << given.out;
  EXPECT_EQ((given.out + given.err).find("t0ken"), std::string::npos);
  const Finished wrong = run({"setup", "--yes", "--service", "none", "--to",
                              "influx=" + server.url() + ",bucket=home,org=family,token=0ther"});
  EXPECT_EQ(wrong.exit_code, 0) << wrong.err;
  EXPECT_NE(wrong.out.find("refused"), std::string::npos) << "and not unreachable: " << wrong.out;
  EXPECT_EQ(wrong.out.find("not reached"), std::string::npos) << wrong.out;
}

// Nothing of a password is on the screen, also where it is not certain where it ends.
TEST_F(Setup, NoPartOfAPasswordIsShown) {
  for (const std::string& url :
       {std::string("postgresql://u:S3@cret@127.0.0.1:1/d"),
        std::string("postgresql://u:S3/cret@127.0.0.1:1/d"),
        std::string("postgresql://u:S3?cret@127.0.0.1:1/d"),
        std::string("postgresql://u:S3#cret@127.0.0.1:1/d"), std::string("u:S3cret@127.0.0.1:1/d"),
        std::string("mysql://u:S3cret@127.0.0.1/d")}) {
    const Finished finished = run({"setup", "--yes", "--service", "none", "--to", "postgres=" + url});
    EXPECT_EQ(finished.exit_code, 64) << url << finished.err;
    EXPECT_EQ((finished.out + finished.err).find("S3"), std::string::npos) << finished.err;
    EXPECT_EQ((finished.out + finished.err).find("cret"), std::string::npos) << finished.err;
    EXPECT_FALSE(std::filesystem::exists(file()));
  }
  auto terminal = start();
  ASSERT_TRUE(answer(terminal, {plain[0],
                                {"Where to send it", "postgres"},
                                {"connection string", "postgresql://foo:bar@127.0.0.1:1/d"},
                                {"It can't be reached", "again"}}));
  ASSERT_TRUE(terminal.shows("[postgresql://foo:***@127.0.0.1:1/d]: ")) << terminal.screen();
  terminal.type("q\n");
  EXPECT_EQ(exit_code(terminal.wait()), 1);
}

}  // namespace
}  // namespace collector::test
