// What is asked of the running collector's API in a way that it does not answer, and where else it is asked.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <csignal>
#include <optional>

#include "collector/http/client.h"
#include "tests/program/program.h"
#include "tests/support/free_port.h"

namespace collector::test {
namespace {

class WebRoutes : public ::testing::Test {
 protected:
  void SetUp() override {
    collector_.emplace(installation_.command({"run"}));
    ASSERT_TRUE(eventually([&] { return curl("/api/v1/catalog").starts_with("HTTP/1.1 200"); }))
        << collector_->err() << curl("/api/v1/catalog");
  }
  void TearDown() override {
    collector_->signal(SIGTERM);
    const auto finished = collector_->wait(std::chrono::seconds(20));
    ASSERT_TRUE(finished);
    EXPECT_EQ(finished->exit_code, 0) << finished->err;
  }
  // Header and body.
  std::string curl(const std::string& target, const std::vector<std::string>& more = {}) const {
    std::vector<std::string> words{"/usr/bin/curl", "-s", "-i", "--noproxy", "*", "--max-time", "10"};
    words.insert(words.end(), more.begin(), more.end());
    words.push_back(fmt::format("http://127.0.0.1:{}{}", port_, target));
    return run_process(words).out;
  }
  // Over the Unix socket.
  http::Response socket(const std::string& target) const {
    const auto response =
        http::ask(installation_.state() / "status.sock", "GET", target, std::chrono::seconds(10));
    return response ? *response : http::Response{.status = 0, .body = response.error().what};
  }

  const std::uint16_t port_ = free_port();
  Installation installation_{
      fmt::format("interval: 100ms\nwindow: 1s\nflush: 1s\nsamplers: {{default: off, net: {{interfaces: "
                  "{{include: [lo]}}}}}}\n"
                  "sinks: {{local: {{type: sqlite}}}}\nweb: {{listen: \"127.0.0.1:{}\", limits: {{requests: "
                  "1000, burst: 1000}}}}\n",
                  port_)};
  std::optional<Process> collector_;
};

// A method that there is not is said to be none, whatever else comes with it.
TEST_F(WebRoutes, WhatIsAskedInAnotherWayIsToldWhichThereAre) {
  const std::vector<std::string> json{"-H", "Content-Type: application/json", "--data-raw"};
  const auto with = [](std::vector<std::string> words, const std::vector<std::string>& more) {
    words.insert(words.end(), more.begin(), more.end());
    return words;
  };
  for (const auto& how :
       {with(json, {"{}"}), std::vector<std::string>{"--data-raw", std::string(3000, 'x')},
        std::vector<std::string>{"-X", "PUT"}, std::vector<std::string>{"-X", "BREW", "--data-raw", "x"},
        std::vector<std::string>{"-X", "OPTIONS"}, std::vector<std::string>{"-X", "POST"}}) {
    const std::string told = curl("/", how);
    EXPECT_TRUE(told.starts_with("HTTP/1.1 405")) << told;
    EXPECT_NE(told.find("Allow: GET, HEAD\r\n"), std::string::npos) << told;
    EXPECT_NE(told.find("application/problem+json"), std::string::npos) << told;
    EXPECT_NE(told.find("X-Content-Type-Options: nosniff"), std::string::npos) << told;
  }
  EXPECT_NE(curl("/api/v1/tokens", {"-X", "PATCH"}).find("Allow: GET, HEAD, POST, DELETE\r\n"),
            std::string::npos);
  EXPECT_TRUE(curl("/nothing", with(json, {std::string(5000, 'x')})).starts_with("HTTP/1.1 404"));
  // Who may not be told anything is not told that either.
  const std::string stranger = curl("/", {"-H", "Host: evil.example.com", "--data-raw", "x"});
  EXPECT_TRUE(stranger.starts_with("HTTP/1.1 421")) << stranger;
}

TEST_F(WebRoutes, ARouteWithoutABodyRefusesOne) {
  const std::string told = curl("/api/v1", {"-X", "GET", "--data-raw", "x"});
  EXPECT_TRUE(told.starts_with("HTTP/1.1 413")) << told;
  EXPECT_NE(told.find("/problems/body-too-large"), std::string::npos) << told;
  const std::string chunked =
      curl("/api/v1", {"-X", "GET", "-H", "Transfer-Encoding: chunked", "--data-raw", "x"});
  EXPECT_TRUE(chunked.starts_with("HTTP/1.1 413")) << chunked;
  const std::string form = curl("/api/v1/session", {"--data-raw", "user=a"});
  EXPECT_TRUE(form.starts_with("HTTP/1.1 415")) << form;
  const std::string other = curl("/api/v1/overview", {"-H", "Accept: image/png"});
  EXPECT_TRUE(other.starts_with("HTTP/1.1 406")) << other;
  EXPECT_NE(other.find("offers application/json, text/csv"), std::string::npos) << other;
}

TEST_F(WebRoutes, TheUnixSocketHasTheSameRoutes) {
  ASSERT_TRUE(eventually([&] { return socket("/vnstat.json").status == 200; }))
      << socket("/vnstat.json").body;
  EXPECT_TRUE(socket("/vnstat.json").body.starts_with("{\"vnstatversion\""));
  EXPECT_TRUE(eventually([&] {
    return socket("/metrics?measurements").body.find("collector_history_net_") != std::string::npos;
  })) << socket("/metrics?measurements").body;
  EXPECT_EQ(socket("/metrics").body.find("collector_history_"), std::string::npos);
  EXPECT_EQ(socket("/api/v1").status, 200U);
  EXPECT_EQ(socket("/assets/nothing").status, 404U);
}

TEST_F(WebRoutes, TheDocumentHasATagForEachOfItsForms) {
  const auto tag_of = [](const std::string& told) {
    const auto at = told.find("ETag: ");
    return at == std::string::npos ? "" : told.substr(at + 6, told.find('\r', at) - at - 6);
  };
  const std::string plain = curl("/api/v1/openapi.json");
  const std::string tag = tag_of(plain);
  EXPECT_TRUE(tag.starts_with('"')) << plain.substr(0, 800);
  const std::string same = curl("/api/v1/openapi.json", {"-H", "If-None-Match: " + tag});
  EXPECT_TRUE(same.starts_with("HTTP/1.1 304")) << same;
  const std::string packed =
      curl("/api/v1/openapi.json", {"-H", "Accept-Encoding: gzip", "-o", "/dev/null", "-D", "-"});
  EXPECT_NE(packed.find("Content-Encoding: gzip"), std::string::npos) << packed;
  EXPECT_NE(tag_of(packed), tag);
}

TEST_F(WebRoutes, TheZoneIsNamed) {
  const std::string about = curl("/api/v1");
  EXPECT_EQ(about.find(R"("timezone":"")"), std::string::npos) << about;
  EXPECT_NE(about.find(R"("timezone":")"), std::string::npos) << about;
}

TEST_F(WebRoutes, AnExportIsPackedAsItIsMade) {
  std::string told;
  EXPECT_TRUE(eventually([&] {
    told = curl("/api/v1/export?bucket=none&where=interface=lo", {"--compressed"});
    return told.find(",lo,") != std::string::npos;
  })) << told;
  EXPECT_NE(told.find("Content-Encoding: gzip"), std::string::npos) << told;
  EXPECT_NE(told.find("Transfer-Encoding: chunked"), std::string::npos) << told;
}

}  // namespace
}  // namespace collector::test
