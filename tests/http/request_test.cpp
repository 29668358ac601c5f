// What a request carries: headers, and a body as large as whoever answers admits.
#include <atomic>

#include "tests/http/server_fixture.h"

namespace collector::http {
namespace {

constexpr std::size_t large = 300'000;

// POST /large takes 300 KB, /secret nothing from nobody, everything else as much as a server takes by itself.
class RequestTest : public ServerTest {
 protected:
  void start_with_routes(Duration timeout = 10s) {
    ServerSettings settings = at(socket());
    settings.timeout = timeout;
    settings.admit = [](const Request& head) -> std::expected<std::size_t, Response> {
      if (head.path == "/secret" && head.header("Authorization").empty())
        return std::unexpected(Response{.status = 401, .body = "who are you?\n"});
      return head.path == "/large" ? large : small_body;
    };
    start(std::move(settings));
  }
  void answer(const Request& request, Reply reply) override {
    ++answered_;
    if (request.path == "/host" || request.path == "/") {
      std::string body = "[" + std::string(request.host()) + "] " + request.path;
      for (const auto& [name, value] : request.query)
        body += " " + name + "=" + value;
      return reply({.body = std::move(body)});
    }
    if (request.path == "/header") return reply({.body = "[" + std::string(request.header("x-TEST")) + "]"});
    if (request.method == "POST")
      return reply(
          {.body = std::to_string(request.body.size()) + " " +
                   request.body.substr(request.body.size() - std::min<std::size_t>(3, request.body.size()))});
    ServerTest::answer(request, std::move(reply));
  }
  static std::string post(const std::string& path, std::size_t size, const std::string& more = {}) {
    return "POST " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n" + more +
           "Content-Length: " + std::to_string(size) + "\r\n\r\n";
  }

  std::atomic<int> answered_ = 0;
};

TEST_F(RequestTest, HasItsHeadersWhateverTheirCase) {
  start();
  EXPECT_TRUE(
      raw("GET /header HTTP/1.1\r\nHost: x\r\nX-Other: 1\r\nX-Test: a b \r\nConnection: close\r\n\r\n")
          .ends_with("\r\n\r\n[a b]"));
  EXPECT_TRUE(raw("GET /header HTTP/1.1\r\nConnection: close\r\n\r\n").ends_with("\r\n\r\n[]"));
}

TEST_F(RequestTest, ABodyComesWholeUpToWhatTheRouteTakes) {
  start_with_routes();
  const std::string body = std::string(large - 3, 'x') + "end";
  EXPECT_TRUE(raw(post("/large", large) + body).ends_with("300000 end"));
  EXPECT_TRUE(raw(post("/small", small_body) + std::string(small_body, 'y')).ends_with("1024 yyy"));
  EXPECT_TRUE(raw("POST /large HTTP/1.1\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
                  "4\r\nabcd\r\n3\r\nend\r\n0\r\n\r\n")
                  .ends_with("7 end"));
  EXPECT_EQ(answered_, 3);
}

TEST_F(RequestTest, ALargerBodyIsRefusedUnread) {
  start_with_routes();
  EXPECT_TRUE(raw(post("/large", large + 1)).starts_with("HTTP/1.1 413"));
  EXPECT_TRUE(raw(post("/small", small_body + 1)).starts_with("HTTP/1.1 413"));
  const std::string chunk = "1000\r\n" + std::string(0x1000, 'x') + "\r\n";
  EXPECT_TRUE(raw("POST /small HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n" + chunk + "0\r\n\r\n")
                  .starts_with("HTTP/1.1 413"));
  EXPECT_EQ(answered_, 0);
  EXPECT_EQ(hello(), "hello");
}

TEST_F(RequestTest, WhoIsRefusedByTheHeaderNeedNotSendTheBody) {
  start_with_routes();
  const std::string refused = raw(post("/secret", 500));
  EXPECT_TRUE(refused.starts_with("HTTP/1.1 401")) << refused;
  EXPECT_EQ(answered_, 0);
  EXPECT_TRUE(raw(post("/secret", 5, "Authorization: me\r\n") + "abend").ends_with("5 end"));
  // All that was sent is taken, and so the answer is not lost; what follows it is not a request.
  RawClient eager(socket());
  eager.send("POST /secret HTTP/1.1\r\nContent-Length: 900\r\n\r\n" + std::string(900, 'x') +
             "GET /hello HTTP/1.1\r\n\r\n");
  eager.end_of_requests();
  EXPECT_TRUE(eager.read_until().ends_with("who are you?\n"));
}

TEST_F(RequestTest, ABodyIsSentWhenItIsAskedFor) {
  start_with_routes();
  RawClient client(socket());
  client.send(post("/large", 6, "Expect: 100-continue\r\n"));
  EXPECT_EQ(client.read_until("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
  client.send("theend");
  EXPECT_TRUE(client.read_until().ends_with("6 end"));
  EXPECT_TRUE(raw(post("/large", large + 1, "Expect: 100-continue\r\n")).starts_with("HTTP/1.1 413"));
}

TEST_F(RequestTest, ABodyIsAskedForWhateverTheCaseAndOnlyWhereThatIsKnown) {
  start_with_routes();
  RawClient client(socket());
  client.send(post("/large", 6, "Expect: 100-Continue\r\n"));
  EXPECT_EQ(client.read_until("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
  client.send("theend");
  EXPECT_TRUE(client.read_until().ends_with("6 end"));
  EXPECT_TRUE(raw("POST /large HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\nend")
                  .starts_with("HTTP/1.0 200"))
      << "HTTP/1.0 has no such answer (RFC 9110, 10.1.1)";
}

// RFC 9112, 3.2.2: every server takes the form that clients send to a proxy.
TEST_F(RequestTest, ATargetMayHaveAnAuthority) {
  start();
  const auto asked = [&](const std::string& target) {
    return raw("GET " + target + " HTTP/1.1\r\nHost: other\r\nConnection: close\r\n\r\n");
  };
  EXPECT_TRUE(asked("http://127.0.0.1:8125/host").ends_with("\r\n\r\n[127.0.0.1:8125] /host"));
  EXPECT_TRUE(asked("HTTP://a.example?a=/b").ends_with("\r\n\r\n[a.example] / a=/b"));
  EXPECT_TRUE(asked("http://a.example").ends_with("\r\n\r\n[a.example] /"));
  EXPECT_TRUE(asked("/host").ends_with("\r\n\r\n[other] /host"));
  for (const char* bad :
       {"http://", "http:///host", "http://?a", "https://a.example/host", "ftp://a.example/"})
    EXPECT_TRUE(asked(bad).starts_with("HTTP/1.1 400")) << bad;
}

TEST_F(RequestTest, TheConnectionIsKeptBehindABody) {
  start_with_routes();
  RawClient client(socket());
  client.send(
      "POST /large HTTP/1.1\r\nContent-Length: 3\r\n\r\nendGET /hello HTTP/1.1\r\nConnection: close\r\n\r\n");
  const std::string got = client.read_until();
  EXPECT_NE(got.find("3 end"), std::string::npos) << got;
  EXPECT_TRUE(got.ends_with("hello")) << got;
}

TEST_F(RequestTest, ABodyThatDoesNotComeIsNotWaitedForForEver) {
  start_with_routes(100ms);
  RawClient client(socket());
  client.send(post("/small", 500) + "half");
  EXPECT_EQ(client.read_until(), "");
  EXPECT_EQ(answered_, 0);
}

}  // namespace
}  // namespace collector::http
