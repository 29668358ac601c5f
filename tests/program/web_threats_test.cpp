// The table of threats, row by row: exposure, rebinding, other sites, forged requests, what browsers are
// told. Guessing, floods and leaks have files of their own.

#include "collector/web/security_headers.h"
#include "tests/program/web_program.h"
#include "tests/support/certificates.h"
#include "tests/support/files.h"

namespace collector::test {
namespace {

class WebThreats : public WebProgram {
 protected:
  static void expect_told(const RawAnswer& answer, const std::string& of) {
    const std::string head = answer.head();
    EXPECT_GT(answer.status(), 0) << of;
    for (const auto& [name, value] : web::all_security_headers())
      EXPECT_EQ(answer.header(name), value) << of << "\n" << head;
    EXPECT_EQ(answer.header("Server"), "") << of << "\n" << head;
    EXPECT_EQ(answer.header("X-Powered-By"), "") << of;
    EXPECT_EQ(answer.header("Set-Cookie"), "") << of;
    EXPECT_EQ(head.find("Access-Control-"), std::string::npos) << of << "\n" << head;
  }
  static void expect_problem(const RawAnswer& answer, int status) {
    EXPECT_EQ(answer.status(), status) << answer.all;
    EXPECT_EQ(answer.header("Content-Type"), "application/problem+json") << answer.all;
    EXPECT_NE(answer.body().find(fmt::format("\"status\":{}", status)), std::string::npos) << answer.all;
    EXPECT_NE(answer.body().find("\"title\":\""), std::string::npos) << answer.all;
    EXPECT_EQ(answer.body().find("secret-host"), std::string::npos) << answer.all;
    expect_told(answer, answer.all.substr(0, 60));
  }
  // TCP sockets that the collector's process listens on.
  int listening() const {
    int found = 0;
    const std::string all = run_process({"/usr/bin/ss", "-Hltnp"}).out;
    for (std::size_t at = 0;
         (at = all.find(fmt::format("pid={},", collector_->pid()), at)) != std::string::npos; ++at)
      ++found;
    return found;
  }
};

TEST_F(WebThreats, NothingListensBeyondWhatTheConfigurationSays) {
  const auto checked = [&](const std::string& listen, const std::string& more) {
    installation_.configure(std::string(small) +
                            fmt::format("web: {{listen: \"{}:{}\"{}}}\n", listen, port_, more));
    return installation_.run({"check"});
  };
  const TemporaryDirectory directory;
  const auto made = make_certificates(directory / "tls", "IP:127.0.0.1");
  const std::string tls =
      fmt::format(", tls: {{certificate: {}, key: {}}}", made.certificate.native(), made.key.native());
  // 1. None: nothing listens.
  installation_.configure(std::string(small));
  collector_.emplace(installation_.command({"run"}));
  ASSERT_TRUE(eventually([&] { return ticks() > 0; })) << collector_->err();
  EXPECT_EQ(listening(), 0);
  EXPECT_LT(connected().get(), 0);
  end_collector();
  // 2. This machine: as it is.
  EXPECT_EQ(checked("127.0.0.1", "").exit_code, 0);
  // 3. Beyond it, with nobody who may sign in.
  for (const std::string& how : {tls, std::string(", behind: [127.0.0.1]"), std::string()}) {
    EXPECT_EQ(checked("0.0.0.0", how).exit_code, 78) << how;
    EXPECT_EQ(installation_.run({"run"}).exit_code, 78) << how;
  }
  const std::string phone = token({"phone"});
  // 4. Somebody may, and what passes is not kept secret.
  EXPECT_EQ(checked("0.0.0.0", "").exit_code, 78);
  EXPECT_EQ(checked("[::]", "").exit_code, 78);
  EXPECT_EQ(installation_.run({"run"}).exit_code, 78);
  // 5. Both, one way and the other; and there nobody is anonymous.
  EXPECT_EQ(checked("0.0.0.0", tls).exit_code, 0);
  EXPECT_EQ(checked("0.0.0.0", ", behind: [127.0.0.1]").exit_code, 0);
  start();
  EXPECT_EQ(listening(), 1);
  EXPECT_EQ(ask("GET /api/v1").status(), 401);
  EXPECT_EQ(ask("GET /api/v1", {"Authorization: Bearer " + phone}).status(), 200);
  end_collector();
}

TEST_F(WebThreats, WhoAsksByAnotherNameIsAnsweredNothing) {
  configure("names: [nas.example.org]");
  start();
  for (const std::string host :
       {"evil.example.com", "evil.example.com:7373", "localhost.evil.com", "127.0.0.1.evil", "2130706433.x"})
    for (const char* what :
         {"GET /", "GET /api/v1", "HEAD /api/v1", "GET /assets/style.css", "GET /metrics",
          "POST /api/v1/session", "OPTIONS /api/v1", "DELETE /api/v1/tokens?name=x", "GET /nowhere"}) {
      expect_told(ask(what, {}, {}, host), what);
      EXPECT_EQ(ask(what, {}, {}, host).status(), 421) << what << " of " << host;
    }
  // Before a body is read, before a token is looked at, and for the stream as for the rest.
  const std::string token_line = "Authorization: Bearer " + token({"phone"});
  expect_problem(ask("GET /api/v1", {token_line}, {}, "evil.example.com"), 421);
  expect_problem(ask("POST /api/v1/session", {}, std::string(500'000, 'x'), "evil.example.com"), 421);
  expect_problem(open_stream({"Origin: http://evil.example.com"}, "evil.example.com"), 421);
  expect_problem(open_stream({"Origin: http://evil.example.com", token_line}, "evil.example.com"), 421);
  for (const std::string host : {"localhost", "LOCALHOST:1", "nas.localhost", "[::1]:7373"})
    EXPECT_EQ(ask("GET /api/v1", {}, {}, host).status(), 200) << host;
  // A name is what a proxy asks by: it needs a token.
  EXPECT_EQ(ask("GET /api/v1", {}, {}, "nas.example.org").status(), 401);
  EXPECT_EQ(ask("GET /api/v1", {token_line}, {}, "nas.example.org").status(), 200);
  end_collector();
}

TEST_F(WebThreats, OtherSitesReadNothing) {
  configure("");
  start();
  const std::string evil = "Origin: http://evil.example.com";
  const std::string own = "Origin: http://" + own_host();
  const std::string phone = "Authorization: Bearer " + token({"phone"});
  for (const char* what :
       {"GET /", "GET /api/v1", "HEAD /api/v1", "GET /api/v1/series", "GET /vnstat.json", "GET /metrics",
        "GET /api/v1/export", "GET /assets/style.css", "GET /api/v1/openapi.json"}) {
    for (const std::string& origin :
         {evil, std::string("Origin: null"), std::string("Origin: https://") + own_host() + ".evil.com"}) {
      expect_told(ask(what, {origin}), what);
      // The page's files tell nothing, and come through a proxy that changes Host; no other site reads them.
      if (std::string_view(what).contains("/assets/")) {
        EXPECT_EQ(ask(what, {origin}).header("Access-Control-Allow-Origin"), "");
        continue;
      }
      EXPECT_EQ(ask(what, {origin}).status(), 403) << what;
      EXPECT_EQ(ask(what, {origin, phone}).status(), 403) << what << ": not with a token, either";
    }
    for (const char* site : {"cross-site", "same-site"})
      EXPECT_EQ(ask(what, {std::string("Sec-Fetch-Site: ") + site}).status(), 403) << what;
    expect_told(ask(what, {own}), what);
  }
  // Somebody may follow a link to the page, and to nothing else.
  const std::vector<std::string> followed{"Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: navigate"};
  EXPECT_EQ(ask("GET /", followed).status(), 200);
  EXPECT_EQ(ask("GET /api/v1", followed).status(), 403);
  // The question before the question.
  expect_problem(ask("OPTIONS /api/v1", {evil, "Access-Control-Request-Method: GET"}), 403);
  expect_problem(ask("OPTIONS /api/v1", {own, "Access-Control-Request-Method: POST"}), 403);
  expect_problem(ask("OPTIONS /api/v1"), 405);
  // The stream is opened without a question.
  expect_problem(open_stream({evil}), 403);
  expect_problem(open_stream({evil, phone}), 403);
  expect_problem(open_stream({}), 403);
  expect_problem(open_stream({own, "Sec-Fetch-Site: cross-site"}), 403);
  EXPECT_EQ(open_stream({own}).status(), 101);
  EXPECT_EQ(open_stream({phone}).status(), 101) << "a program";
  end_collector();
}

TEST_F(WebThreats, NamedSitesReadWithATokenAlone) {
  configure("origins: [\"https://grafana.example.org\"]");
  start();
  const std::string grafana = "Origin: https://grafana.example.org";
  const std::string phone = "Authorization: Bearer " + token({"phone"});
  const RawAnswer read = ask("GET /api/v1", {grafana, phone, "Sec-Fetch-Site: cross-site"});
  EXPECT_EQ(read.status(), 200) << read.all;
  EXPECT_EQ(read.header("Access-Control-Allow-Origin"), "https://grafana.example.org");
  EXPECT_EQ(read.header("Access-Control-Allow-Credentials"), "");
  EXPECT_NE(read.header("Vary").find("Origin"), std::string::npos) << read.head();
  const RawAnswer bare = ask("GET /api/v1", {grafana, "Sec-Fetch-Site: cross-site"});
  EXPECT_EQ(bare.status(), 401) << "what whoever sits here may see is not for others' pages";
  EXPECT_EQ(bare.all.find("secret-host"), std::string::npos);
  EXPECT_EQ(post("/api/v1/session/ticket", "{}", {grafana, phone}).status(), 403);
  EXPECT_EQ(ask("DELETE /api/v1/session", {grafana, phone}).status(), 403);
  EXPECT_EQ(open_stream({grafana, phone}).status(), 403);
  const RawAnswer asked = ask("OPTIONS /api/v1/series", {grafana, "Access-Control-Request-Method: GET",
                                                         "Access-Control-Request-Headers: authorization"});
  EXPECT_EQ(asked.status(), 204);
  EXPECT_EQ(asked.header("Access-Control-Allow-Methods"), "GET");
  EXPECT_EQ(asked.header("Access-Control-Allow-Headers"), "Authorization");
  EXPECT_EQ(asked.header("Access-Control-Allow-Origin"), "https://grafana.example.org");
  EXPECT_EQ(ask("OPTIONS /api/v1/series", {grafana, "Access-Control-Request-Method: POST"}).status(), 403);
  EXPECT_EQ(ask("OPTIONS /api/v1", {"Origin: https://evil.example.com", "Access-Control-Request-Method: GET"})
                .status(),
            403);
  end_collector();
}

TEST_F(WebThreats, FormsChangeNothing) {
  configure("");
  start();
  const std::string boss = "Authorization: Bearer " + token({"boss", "--role", "admin"});
  for (const char* path :
       {"/api/v1/reload", "/api/v1/replay", "/api/v1/tokens", "/api/v1/session/ticket", "/api/v1/session"})
    for (const char* type :
         {"application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/plain"}) {
      const std::string what = std::string("POST ") + path;
      // Who may not do it at all is told that, whatever the form.
      const bool is_for_all = std::string_view(path).starts_with("/api/v1/session");
      expect_problem(ask(what, {std::string("Content-Type: ") + type, "Origin: http://" + own_host()},
                         "name=x&role=admin"),
                     is_for_all ? 415 : 403);
      expect_problem(ask(what, {std::string("Content-Type: ") + type, boss}, R"({"name":"x"})"), 415);
    }
  // As a page of another site would send it, with all that a browser adds; and one that JSON is forged in.
  expect_problem(
      ask("POST /api/v1/tokens",
          {"Content-Type: text/plain", "Origin: http://evil.example.com", "Sec-Fetch-Site: cross-site"},
          R"({"name":"x"})"),
      403);
  // A write needs a token, whoever is anonymous here.
  expect_problem(post("/api/v1/reload", "{}"), 403);
  expect_problem(post("/api/v1/tokens", R"({"name":"x"})"), 403);
  // Nothing that browsers attach by themselves lets anybody in.
  expect_problem(post("/api/v1/tokens", R"({"name":"x"})", {"Cookie: token=" + boss.substr(22)}), 403);
  expect_problem(post("/api/v1/tokens", R"({"name":"x"})", {"Authorization: Basic YTpi"}), 401);
  EXPECT_EQ(installation_.run({"token", "list"}).out.find("x "), std::string::npos);
  end_collector();
}

TEST_F(WebThreats, EveryAnswerTellsBrowsersWhatMayRun) {
  configure("");
  start();
  const std::string own = "Origin: http://" + own_host();
  for (const char* what : {"GET /", "HEAD /", "GET /assets/style.css", "HEAD /assets/js/app.js",
                           "GET /assets/none.js", "GET /api/v1", "HEAD /api/v1", "GET /api/v1/overview",
                           "GET /api/v1/openapi.json", "GET /metrics", "GET /nowhere", "PUT /api/v1",
                           "GET /api/v1/series?field=x", "GET /api/v1/config", "OPTIONS /api/v1", "TRACE /"})
    expect_told(ask(what), what);
  const std::string tag = ask("GET /").header("ETag");
  const RawAnswer same = ask("GET /", {"If-None-Match: " + tag});
  EXPECT_EQ(same.status(), 304);
  expect_told(same, "304");
  expect_told(ask("GET /api/v1/overview", {"Accept-Encoding: gzip"}), "gzip");
  // What the server refuses before anybody is asked.
  expect_problem(post("/api/v1/tokens", std::string(40'000, ' ')), 413);
  expect_problem(post("/api/v1/session", std::string(5000, ' ')), 413);
  expect_problem(ask("PUT /api/v1", {"Content-Type: application/json"}, std::string(5000, ' ')), 405);
  expect_problem(ask("POST /nowhere", {"Content-Type: application/json"}, std::string(5000, ' ')), 404);
  expect_problem(ask("GET /api/v1", {"X: " + std::string(9000, 'x')}), 431);
  expect_problem(ask("GET /%zz"), 400);
  expect_problem(ask("GET nowhere"), 400);
  // And streams.
  expect_problem(ask("GET /api/v1/stream", {own}), 426);
  expect_problem(open_stream({own, "Sec-WebSocket-Version: 12"}), 426);
  std::vector<std::string> lines = upgrade({own});
  lines.back() = "Sec-WebSocket-Protocol: other";
  std::string other = request("GET /api/v1/stream", lines, {}, {});
  other.replace(other.find("Connection: close"), 17, "Connection: Upgrade");
  const Descriptor socket = connected();
  say(socket, other);
  shutdown(socket.get(), SHUT_WR);
  expect_problem(rest(socket), 400);
  std::string head = request("HEAD /api/v1/stream", upgrade({own}), {}, {});
  head.replace(head.find("Connection: close"), 17, "Connection: Upgrade");
  const Descriptor other_socket = connected();
  say(other_socket, head);
  shutdown(other_socket.get(), SHUT_WR);
  const RawAnswer by_head = rest(other_socket);
  EXPECT_EQ(by_head.status(), 400);
  expect_told(by_head, "HEAD");
  expect_told(open_stream({own}), "101");
  end_collector();
}

}  // namespace
}  // namespace collector::test
