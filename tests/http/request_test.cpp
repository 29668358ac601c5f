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

// Wherever it is cut and however: the handler has a whole body, or is not called.
TEST_F(RequestTest, ACutBodyReachesNobody) {
  start_with_routes();
  const std::string lengthy = post("/small", 40) + std::string(40, 'x');
  const std::string chunked =
      "POST /small HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nabcd\r\n3\r\nend\r\n0\r\n\r\n";
  for (const std::string& whole : {lengthy, chunked})
    for (std::size_t size = 0; size < whole.size(); ++size) {
      {
        RawClient half_closed(socket());
        half_closed.send(whole.substr(0, size));
        half_closed.end_of_requests();
        EXPECT_EQ(half_closed.read_until(), "") << size;
      }
      RawClient(socket()).send(whole.substr(0, size));  // and is gone
    }
  EXPECT_EQ(hello(), "hello") << "all of them are over";
  EXPECT_EQ(answered_, 1) << "that of hello";
}

TEST_F(RequestTest, NoTimeAfterWhichACutBodyIsTakenForWhole) {
  start_with_routes(20ms);
  std::vector<RawClient> clients;
  const std::string request = post("/small", 40) + std::string(40, 'x');
  for (std::size_t size = 0; size < request.size(); ++size) {
    clients.emplace_back(socket());
    clients.back().send(request.substr(0, size));
  }
  for (RawClient& client : clients)
    EXPECT_EQ(client.read_until(), "");
  EXPECT_EQ(answered_, 0);
}

TEST_F(RequestTest, WhatTheServerRefusesIsToldAsItsUserTellsIt) {
  ServerSettings settings = at(socket());
  settings.tell_refusal = [](Response refusal, const Request& request) {
    refusal.type = "text/x-own";
    refusal.body = request.path + " " + std::to_string(refusal.status);
    return refusal;
  };
  start(std::move(settings));
  EXPECT_TRUE(raw(post("/small", small_body + 1)).ends_with("\r\n\r\n/small 413"));
  EXPECT_TRUE(raw("GET /%zz HTTP/1.1\r\n\r\n").ends_with(" 400"));
  EXPECT_TRUE(raw("nonsense\r\n\r\n").ends_with(" 400"));
  EXPECT_TRUE(raw("GET / HTTP/1.1\r\nX: " + std::string(9000, 'x') + "\r\n\r\n").ends_with(" 431"));
  EXPECT_NE(raw("nonsense\r\n\r\n").find("Content-Type: text/x-own\r\n"), std::string::npos);
}

}  // namespace
}  // namespace collector::http
