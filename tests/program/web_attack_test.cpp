// The web part under those who mean no good: they get no data, and hold up neither the loop nor `status`.

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <filesystem>
#include <random>

#include "tests/program/web_program.h"
#include "tests/support/long_run.h"
#include "tests/support/random_seed.h"

namespace collector::test {
namespace {

class WebAttack : public WebProgram {
 protected:
  const std::string& one_of(const std::vector<std::string>& all) { return all[random_() % all.size()]; }

  // Wrong in one way at least.
  std::string wrong_request() {
    std::string method = one_of({"GET", "GET", "HEAD", "POST", "DELETE", "PUT", "OPTIONS", "PATCH"});
    std::string host = own_host(), more, body;
    const std::string path =
        one_of({"/api/v1", "/api/v1?x=1", "/api/v1/", "/api/v1/config", "/api/v1/../v1", "//api/v1",
                "/api/v1/overview", "/api/v1/latest", "/api/v1/export?from=-1h", "/api/v1/stream",
                "/api/v1/session", "/api/v1/session/ticket", "/api/v1/tokens", "/metrics?measurements=yes",
                "/status", "/vnstat.json", "/api/v1/report/2026", "/graphite/render?target=constantLine(1)"});
    switch (random_() % 6) {
      case 0:
        host = one_of({"evil.example.com", "evil.example.com:" + std::to_string(port_), "127.0.0.1.evil.com",
                       "", "127.0.0.1@evil.com", "[evil]", "127.0.0.1:x"});
        break;
      case 1:
        more = "Origin: " + one_of({"http://evil.example.com", "null", "http://127.0.0.1:1", "file://"}) +
               "\r\n";
        break;
      case 2:
        more = "Authorization: " +
               one_of({"Bearer col_x_y", "Bearer ", "Basic YTpi", "Bearer \x01", "token",
                       "Bearer col_abcdefghij_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}) +
               "\r\n";
        break;
      case 3:
        method = one_of({"PUT", "PATCH", "TRACE", "CONNECT", "OPTIONS", "BREW", "get"});
        break;
      case 4:
        method = one_of({"POST", "DELETE"});
        more = "Content-Type: " +
               one_of({"application/json", "text/plain", "application/x-www-form-urlencoded"}) + "\r\n";
        body =
            one_of({"{", "[1]", "{\"name\":7}", std::string(random_() % 60'000 + 1, 'x'), "{\"code\":\"\"}"});
        break;
      default:
        more = "Sec-Fetch-Site: cross-site\r\n";
    }
    if (random_() % 4 == 0 || path == "/api/v1/stream")
      more +=
          "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
          "Sec-WebSocket-Protocol: collector.v1\r\n";
    if (!body.empty()) more += "Content-Length: " + std::to_string(body.size()) + "\r\n";
    std::string request = method + " " + path + " HTTP/1.1\r\nHost: " + host + "\r\n";
    request += more;
    return request + "Connection: close\r\n\r\n" + body;
  }

  std::mt19937_64 random_{random_seed()};
};

TEST_F(WebAttack, WrongRequestsGetNoData) {
  configure("");
  start();
  const std::string good = ask("GET /api/v1").all;
  ASSERT_NE(good.find("secret-host"), std::string::npos) << "what is to be kept: " << good;
  for (int i = 0; i < 1000; ++i) {
    const std::string wrong = wrong_request();
    const Descriptor socket = connected();
    say(socket, wrong);
    const std::string answer = rest(socket).all;
    EXPECT_EQ(answer.find("secret-host"), std::string::npos) << wrong << "\n" << answer;
    EXPECT_TRUE(answer.empty() || answer.starts_with("HTTP/1.1 4")) << wrong << "\n" << answer;
    if (HasFailure()) break;
  }
  end_collector();
}

// Who may open the file of the socket and is none of those whom it answers: everything is wrong, whatever it
// is.
TEST_F(WebAttack, StrangersGetNothingOverTheUnixSocketEither) {
  if (geteuid() != 0) GTEST_SKIP() << "another user can only be played by root";
  constexpr unsigned stranger = 61255;
  configure("");
  start();
  const auto socket = installation_.state() / "status.sock";
  for (const auto& directory : {installation_.state().parent_path(), installation_.state()})
    std::filesystem::permissions(directory, std::filesystem::perms(0755));
  std::filesystem::permissions(socket, std::filesystem::perms(0666));
  for (int i = 0; i < 200; ++i) {
    ASSERT_EQ(seteuid(stranger), 0);
    auto connection = http::connect_unix(socket);
    ASSERT_EQ(seteuid(0), 0);
    ASSERT_TRUE(connection) << connection.error();
    fcntl(connection->get(), F_SETFL, 0);
    const std::string wrong =
        i % 2 == 0 ? wrong_request()
                   : request("GET " + one_of({"/api/v1", "/status", "/metrics", "/live"}), {}, {}, {});
    say(*connection, wrong);
    const std::string answer = rest(*connection).all;
    EXPECT_EQ(answer.find("secret-host"), std::string::npos) << wrong << "\n" << answer;
    EXPECT_TRUE(answer.empty() || answer.starts_with("HTTP/1.1 4")) << wrong << "\n" << answer;
    if (HasFailure()) break;
  }
  EXPECT_NE(ask_unix("GET /api/v1").all.find("secret-host"), std::string::npos) << "the owner is answered";
  end_collector();
}

TEST_F(WebAttack, AnAddressHasItsShare) {
  configure("", "", "");
  start();
  std::vector<Descriptor> many;
  for (int i = 0; i < 30; ++i)
    many.push_back(connected());
  int closed = 0;
  for (const Descriptor& one : many) {
    char byte = 0;
    const timeval moment{0, 300'000};
    setsockopt(one.get(), SOL_SOCKET, SO_RCVTIMEO, &moment, sizeof moment);
    closed += recv(one.get(), &byte, 1, 0) == 0 ? 1 : 0;
  }
  EXPECT_TRUE(closed == 14 || closed == 15)
      << closed << " of 30: all but 16, with the one that start() tried";
  expect_unharmed();
  end_collector();
}

// Each a request of its own, most of them left open.
TEST_F(WebAttack, TenThousandConnections) {
  if (usual_or_long(0, 1) == 0) GTEST_SKIP() << "10,000 connections: scripts/test --full";
  rlimit files{};
  getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = std::min<rlim_t>(files.rlim_max, 12'000);
  setrlimit(RLIMIT_NOFILE, &files);
  configure("", "", "connections: 64, per_address: 64");
  start();
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
