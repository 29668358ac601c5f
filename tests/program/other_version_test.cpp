// A collector runs that is older or newer than the command that asks it, as after an upgrade without a
// restart: which is which is said, and what to do.

#include <gtest/gtest.h>

#include <optional>

#include "collector/core/version.h"
#include "collector/http/server.h"
#include "tests/program/program.h"

namespace collector::test {
namespace {

// What answers at the socket of an installation that has no history of its own to read.
class OtherVersion : public ::testing::Test {
 protected:
  // `answer`: to everything but GET /status and /healthz.
  void listen(std::string version, http::Response answer) {
    std::filesystem::create_directories(installation_.state());
    server_.emplace(
        http::ServerSettings{.name = "other",
                             .endpoints = {http::UnixSocket{.file = installation_.state() / "status.sock"}},
                             .admit = [](const http::Request&) { return std::size_t{1} << 20; }},
        [version = std::move(version), answer = std::move(answer)](const http::Request& request,
                                                                   const http::Reply& reply) {
          if (request.path == "/status")
            reply({.type = "application/json", .body = R"({"version": ")" + version + R"("})"});
          else
            reply(request.path == "/healthz" ? http::Response{.body = "healthy\n"} : answer);
        });
    ASSERT_TRUE(eventually([&] { return exists(installation_.state() / "status.sock"); }));
  }
  std::string said(const std::vector<std::string>& arguments, int exit_code) const {
    const Finished finished = installation_.run(arguments);
    EXPECT_EQ(finished.exit_code, exit_code) << finished.err;
    EXPECT_EQ(finished.out, "");
    return finished.err;
  }

  Installation installation_{"interval: 1s\n"};
  std::optional<http::Server> server_;
  const std::string this_one_ = ", and this is " + std::string(version());
};

TEST_F(OtherVersion, AnOlderOneThatHasNoSuchAnswers) {
  listen("0.0.9", {.status = 404, .body = "there is no /history; there are /status, /healthz\n"});
  const std::string older =
      "the collector that runs is version 0.0.9" + this_one_ + "; restart it: systemctl restart collector\n";
  EXPECT_EQ(said({"month"}, 66),
            "collector: " + (installation_.state() / "collector.db").native() +
                ": there is no history yet; and the collector that runs: it tells nobody "
                "of its history; " +
                older);
  EXPECT_EQ(said({"live"}, 1), "collector: there is no /history; there are /status, /healthz; " + older);
}

TEST_F(OtherVersion, AnOlderOneThatDoesNotUnderstandTheQuestion) {
  listen("0.0.9", {.status = 400, .body = "column 9: there is no \"locale\"\n"});
  EXPECT_EQ(said({"today"}, 66),
            "collector: the running collector: column 9: there is no \"locale\"; the collector that runs is "
            "version 0.0.9" +
                this_one_ + "; restart it: systemctl restart collector\n");
}

TEST_F(OtherVersion, AnOlderOneThatDoesNotKnowTheWords) {
  listen("0.0.9",
         {.body = "{\"exit_code\":64,\"said\":\"collector: 2026-10: this word is not expected here\\n\"}\n"});
  EXPECT_EQ(
      said({"month", "2026-10"}, 64),
      "collector: 2026-10: this word is not expected here\ncollector: the collector that runs is version "
      "0.0.9" +
          this_one_ + "; restart it: systemctl restart collector\n");
}

TEST_F(OtherVersion, ANewerOneIsAskedByTheNewerProgram) {
  listen("99.0.0", {.body = "an answer in a form of later\n"});
  const std::string told = said({"today"}, 66);
  EXPECT_TRUE(told.ends_with("; the collector that runs is version 99.0.0" + this_one_ +
                             "; use the newer program, or start that one anew with this\n"))
      << told;
}

TEST_F(OtherVersion, TheSameVersionIsNotBlamed) {
  listen(
      std::string(version()),
      {.body = "{\"exit_code\":64,\"said\":\"collector: 'wlan9': the history has no such interface\\n\"}\n"});
  EXPECT_EQ(said({"today", "--interface", "wlan9"}, 64),
            "collector: 'wlan9': the history has no such interface\n");
}

}  // namespace
}  // namespace collector::test
