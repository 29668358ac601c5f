// The web part under those who mean no good: they get no data, and hold up neither the loop nor `status`.

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include <csignal>
#include <optional>
#include <random>

#include "collector/core/descriptor.h"
#include "tests/program/program.h"
#include "tests/support/free_port.h"
#include "tests/support/long_run.h"
#include "tests/support/random_seed.h"

namespace collector::test {
namespace {

class WebAttack : public ::testing::Test {
 protected:
  void start(const std::string& limits) {
    installation_.configure(
        "interval: 100ms\nwindow: 1s\nflush: 1s\nhost: secret-host\n"
        "samplers: {default: off, net: on, mem: on}\nsinks: {local: {type: sqlite}}\n"
        "web: {listen: \"127.0.0.1:" +
        std::to_string(port_) + "\", limits: " + limits + "}\n");
    collector_.emplace(installation_.command({"run"}));
    ASSERT_TRUE(eventually([&] { return !collector_->running() || connected().get() >= 0; }))
        << collector_->err();
    ASSERT_TRUE(collector_->running()) << collector_->err();
  }
  void end_collector() {
    collector_->signal(SIGTERM);
    const auto finished = collector_->wait(std::chrono::seconds(20));
    ASSERT_TRUE(finished);
    EXPECT_EQ(finished->exit_code, 0) << finished->err;
  }
  // -1: refused.
  Descriptor connected() const {
    Descriptor socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port_);
    inet_pton(AF_INET, "127.0.0.1", &address.sin_addr);
    const timeval patience{5, 0};
    setsockopt(socket.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    if (connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
      return Descriptor();
    return socket;
  }
  static void say(const Descriptor& socket, const std::string& text) {
    (void)::send(socket.get(), text.data(), text.size(), MSG_NOSIGNAL);
  }
  // All that is answered until the end.
  std::string answer_to(const std::string& request) const {
    const Descriptor socket = connected();
    say(socket, request);
    std::string all;
    char part[4096];
    for (ssize_t count = 0; (count = recv(socket.get(), part, sizeof part, 0)) > 0;)
      all.append(part, static_cast<std::size_t>(count));
    return all;
  }
  std::int64_t ticks() const {
    const Finished status = installation_.run({"status", "--json"});
    const auto at = status.out.find("\"ticks\": ");
    return at == std::string::npos ? -1 : std::stoll(status.out.substr(at + 9));
  }
  // The loop goes on, and tells so.
  void expect_unharmed() const {
    const std::int64_t before = ticks();
    EXPECT_GE(before, 0) << "status answers";
    EXPECT_TRUE(eventually([&] { return ticks() > before + 5; })) << "the loop goes on";
  }

  const std::uint16_t port_ = free_port();
  Installation installation_{""};
  std::optional<Process> collector_;
};

// Each request is wrong in one way at least.
TEST_F(WebAttack, WrongRequestsGetNoData) {
  start("{requests: 1000000, burst: 1000000}");
  const std::string own = "127.0.0.1:" + std::to_string(port_);
  const std::string good =
      answer_to("GET /api/v1 HTTP/1.1\r\nHost: " + own + "\r\nConnection: close\r\n\r\n");
  ASSERT_NE(good.find("secret-host"), std::string::npos) << "what is to be kept: " << good;
  std::mt19937_64 random(random_seed());
  const auto one_of = [&](const std::vector<std::string>& all) { return all[random() % all.size()]; };
  for (int i = 0; i < 1000; ++i) {
    std::string method = one_of({"GET", "GET", "POST", "DELETE", "PUT", "OPTIONS", "PATCH"});
    std::string host = own, more, body;
    const std::string path =
        one_of({"/api/v1", "/api/v1?x=1", "/api/v1/", "/api/v1/config", "/api/v1/../v1", "//api/v1"});
    switch (random() % 5) {
      case 0:
        host = one_of(
            {"evil.example.com", "evil.example.com:" + std::to_string(port_), "127.0.0.1.evil.com", ""});
        break;
      case 1:
        more = "Origin: " + one_of({"http://evil.example.com", "null", "http://127.0.0.1:1", "file://"}) +
               "\r\n";
        break;
      case 2:
        more =
            "Authorization: " + one_of({"Bearer col_x_y", "Bearer ", "Basic YTpi", "Bearer \x01", "token"}) +
            "\r\n";
        break;
      case 3:
        method = one_of({"POST", "DELETE", "PUT", "PATCH", "TRACE", "CONNECT", "OPTIONS", "BREW"});
        body = std::string(random() % 3000, 'x');
        break;
      default:
        more = "Sec-Fetch-Site: cross-site\r\n";
    }
    if (!body.empty()) more += "Content-Length: " + std::to_string(body.size()) + "\r\n";
    std::string request = method + " " + path + " HTTP/1.1\r\nHost: " + host + "\r\n";
    request += more;
    request += "Connection: close\r\n\r\n" + body;
    const std::string answer = answer_to(request);
    EXPECT_EQ(answer.find("secret-host"), std::string::npos) << request << "\n" << answer;
    EXPECT_TRUE(answer.empty() || answer.starts_with("HTTP/1.1 4")) << request << "\n" << answer;
    if (HasFailure()) break;
  }
  end_collector();
}

// More connections than there is room for, each of which says a byte now and then.
TEST_F(WebAttack, SlowClientsHoldUpNobody) {
  start("{connections: 64, per_address: 64}");
  std::vector<Descriptor> slow;
  for (int i = 0; i < 200; ++i) {
    slow.push_back(connected());
    say(slow.back(), "GET / HTTP/1.1\r\nX: ");
  }
  for (int i = 0; i < 5; ++i)
    for (const Descriptor& one : slow)
      say(one, "x");
  expect_unharmed();
  const std::string request =
      "GET /api/v1 HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(port_) + "\r\nConnection: close\r\n\r\n";
  EXPECT_TRUE(eventually([&] { return answer_to(request).find("secret-host") != std::string::npos; }))
      << "one that is quick gets in";
  end_collector();
}

TEST_F(WebAttack, AnAddressHasItsShare) {
  start("{connections: 64, per_address: 4}");
  std::vector<Descriptor> many;
  for (int i = 0; i < 20; ++i)
    many.push_back(connected());
  int closed = 0;
  for (const Descriptor& one : many) {
    char byte = 0;
    const timeval moment{0, 300'000};
    setsockopt(one.get(), SOL_SOCKET, SO_RCVTIMEO, &moment, sizeof moment);
    closed += recv(one.get(), &byte, 1, 0) == 0 ? 1 : 0;
  }
  EXPECT_GE(closed, 15);
  expect_unharmed();
  end_collector();
}

TEST_F(WebAttack, TooManyRequestsAreToldToWait) {
  start("{requests: 1, burst: 5}");
  const std::string request =
      "GET /api/v1 HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(port_) + "\r\nConnection: close\r\n\r\n";
  std::string last;
  for (int i = 0; i < 20; ++i)
    last = answer_to(request);
  EXPECT_TRUE(last.starts_with("HTTP/1.1 429")) << last;
  EXPECT_NE(last.find("Retry-After: "), std::string::npos) << last;
  EXPECT_EQ(last.find("secret-host"), std::string::npos);
  end_collector();
}

// Each a request of its own, most of them left open.
TEST_F(WebAttack, TenThousandConnections) {
  if (usual_or_long(0, 1) == 0) GTEST_SKIP() << "10,000 connections: scripts/test --full";
  rlimit files{};
  getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = std::min<rlim_t>(files.rlim_max, 12'000);
  setrlimit(RLIMIT_NOFILE, &files);
  start("{connections: 64, per_address: 64}");
  std::vector<Descriptor> all;
  for (int i = 0; i < 10'000; ++i) {
    all.push_back(connected());
    if (all.back().get() >= 0 && i % 2 == 0) say(all.back(), "GET /api/v1 HTTP/1.1\r\n");
  }
  expect_unharmed();
  end_collector();
}

}  // namespace
}  // namespace collector::test
