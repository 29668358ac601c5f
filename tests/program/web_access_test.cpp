// Who is let in, sentence by sentence, with the program: anonymity, proxies, the Unix socket, what a token is
// limited to, and what ends it.

#include <sys/stat.h>

#include <filesystem>
#include <map>

#include "tests/program/other_users.h"
#include "tests/program/web_program.h"
#include "tests/support/certificates.h"
#include "tests/support/files.h"
#include "tests/support/web_socket_client.h"

namespace collector::test {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view subscription =
    R"({"type":"subscribe","id":1,"measurement":"mem","fields":["used_percent"]})";

class WebAccess : public WebProgram {
 protected:
  static std::string bearer(const std::string& token) { return "Authorization: Bearer " + token; }
  static std::string member(const RawAnswer& answer, const std::string& name) {
    const std::string key = "\"" + name + "\":\"";
    const std::string body = answer.body();
    const auto at = body.find(key);
    return at == std::string::npos
               ? ""
               : body.substr(at + key.size(), body.find('"', at + key.size()) - at - key.size());
  }
  std::string session(const std::string& user, const std::string& password) const {
    return member(post("/api/v1/session", fmt::format(R"({{"user":"{}","password":"{}"}})", user, password)),
                  "token");
  }
  // A stream that has told something already.
  void watch(WebSocketClient& client, const std::string& token) const {
    const std::string header = client.open(bearer(token) + "\r\n");
    ASSERT_TRUE(header.starts_with("HTTP/1.1 101")) << header;
    client.send(subscription);
    ASSERT_NE(client.next().find("\"hello\""), std::string::npos);
  }
  static void expect_bye(WebSocketClient& client) {
    std::string last;
    for (std::string text = client.next(); !text.empty(); text = client.next())
      last = text;
    EXPECT_NE(last.find("\"bye\""), std::string::npos) << last;
  }
};

TEST_F(WebAccess, AnonymousOnlyWhereNothingButThisMachineReaches) {
  const std::string phone = token({"phone"});
  configure("");
  start();
  EXPECT_EQ(ask("GET /api/v1").status(), 200);
  for (const char* line : {"Forwarded: for=192.0.2.1", "X-Forwarded-For: 192.0.2.1", "X-Forwarded-Host: x",
                           "X-Forwarded-Proto: https", "x-forwarded-anything: 1"}) {
    EXPECT_EQ(ask("GET /api/v1", {line}).status(), 401) << line;
    EXPECT_EQ(open_stream({"Origin: http://" + own_host(), line}).status(), 401) << line;
    EXPECT_EQ(ask("GET /api/v1", {line, bearer(phone)}).status(), 200) << line;
  }
  EXPECT_EQ(ask("GET /").status(), 200) << "the page is for everybody: it asks who they are";
  const auto reloaded = [&](const std::string& web) {
    configure(web);
    EXPECT_EQ(installation_.run({"reload"}).exit_code, 0);
    EXPECT_TRUE(eventually([&] { return connected().get() >= 0; }));
  };
  for (const char* web : {"anonymous: never", "behind: [127.0.0.1]", "behind: [192.0.2.0/24]"}) {
    reloaded("");
    EXPECT_TRUE(eventually([&] { return ask("GET /api/v1").status() == 200; }));
    const std::string ticket = member(post("/api/v1/session/ticket", "{}"), "ticket");
    ASSERT_NE(ticket, "");
    WebSocketClient open(port_);
    ASSERT_TRUE(open.open().starts_with("HTTP/1.1 101"));
    reloaded(web);
    EXPECT_TRUE(eventually([&] { return ask("GET /api/v1").status() == 401; })) << web;
    EXPECT_EQ(ask("GET /api/v1", {bearer(phone)}).status(), 200) << web;
    EXPECT_TRUE(WebSocketClient(port_)
                    .open("Sec-WebSocket-Protocol: ticket." + ticket + "\r\n")
                    .starts_with("HTTP/1.1 401"))
        << "nor with a ticket from before";
    const std::string bye = open.next();
    EXPECT_NE(bye.find(R"("type":"bye")"), std::string::npos) << bye;
    EXPECT_EQ(open.next(), "") << "and what was open is closed";
  }
  end_collector();
}

// Interfaces are what the machine does; whom it is about, and how it is set up, is for those who sign in.
TEST_F(WebAccess, AnonymousViewersSeeNoConfiguration) {
  configure("");
  start();
  for (const char* what : {"GET /api/v1/config", "GET /api/v1/tokens"}) {
    EXPECT_EQ(ask(what).status(), 403) << what;
    EXPECT_EQ(ask(what, {bearer(token({std::string(what).substr(12), "--role", "admin"}))}).status(), 200)
        << what;
  }
  for (const char* what : {"GET /status", "GET /api/v1", "GET /api/v1/overview", "GET /api/v1/catalog",
                           "GET /api/v1/latest", "GET /metrics"})
    EXPECT_EQ(ask(what).all.find(installation_.state().native()), std::string::npos)
        << what << " tells no path";
  end_collector();
}

TEST_F(WebAccess, BehindAProxyEveryRequestNeedsATokenAndIsTheClientsOwn) {
  configure("behind: [127.0.0.2]", "", "requests: 1, burst: 5");
  const std::string phone = token({"phone"});
  start();
  const auto through = [&](const std::string& from, const std::vector<std::string>& lines) {
    const Descriptor socket = connected("127.0.0.1", from);
    say(socket, request("GET /api/v1", lines, {}, {}));
    return rest(socket).status();
  };
  EXPECT_EQ(through("127.0.0.2", {}), 401);
  EXPECT_EQ(through("127.0.0.2", {"X-Forwarded-For: 192.0.2.1"}), 401);
  EXPECT_EQ(through("127.0.0.2", {"X-Forwarded-For: 192.0.2.1", bearer(phone)}), 200);
  const auto until_too_many = [&](const std::string& from, const std::string& client) {
    int answered = 0;
    while (answered < 100 && through(from, {client, bearer(phone)}) != 429)
      ++answered;
    return answered;
  };
  // Each client has its own share, by what the named proxy says …
  EXPECT_GE(until_too_many("127.0.0.2", "X-Forwarded-For: 192.0.2.2"), 5);
  EXPECT_EQ(through("127.0.0.2", {"X-Forwarded-For: 192.0.2.3", bearer(phone)}), 200);
  // … what the client itself says before it is not heard …
  EXPECT_LT(until_too_many("127.0.0.2", "X-Forwarded-For: 9.9.9.9, 192.0.2.2"), 5) << "it is the same";
  EXPECT_GE(until_too_many("127.0.0.2", "X-Forwarded-For: 192.0.2.9, 9.9.9.9"), 5) << "another";
  // … nor what anybody else says.
  EXPECT_GE(until_too_many("127.0.0.3", "X-Forwarded-For: 192.0.2.4"), 5);
  EXPECT_LT(until_too_many("127.0.0.3", "X-Forwarded-For: 192.0.2.5"), 5) << "it is the same";
  EXPECT_EQ(through("127.0.0.2", {"X-Forwarded-For: 192.0.2.4", bearer(phone)}), 200);
  end_collector();
}

TEST_F(WebAccess, TheUnixSocketKnowsWhoAsks) {
  if (geteuid() != 0) GTEST_SKIP() << "other users can only be played by root";
  constexpr unsigned service = 61252, member_of = 61253, stranger = 61254;
  constexpr unsigned games = 60;  // of Debian's base-passwd: a group that is there by name
  const TemporaryDirectory folder;
  const OtherUsers others(folder.path());
  others.own(installation_.state(), service);
  std::filesystem::permissions(installation_.state().parent_path(), std::filesystem::perms(0755));
  configure("anonymous: never", "status: {group: games}\n");
  const auto file = folder / "collector.yaml";
  std::filesystem::copy_file(installation_.config_file(), file);
  collector_.emplace(others.as(service, {games}, {"--config", file, "run"}));
  const auto socket = installation_.state() / "status.sock";
  const auto code = [&](unsigned user, const std::vector<unsigned>& groups, const std::string& target,
                        const std::vector<std::string>& more = {}) {
    std::vector<std::string> words{"-s",
                                   "-o",
                                   "/dev/null",
                                   "-w",
                                   "%{http_code}",
                                   "--unix-socket",
                                   socket.native(),
                                   "http://localhost" + target};
    words.insert(words.end(), more.begin(), more.end());
    return run_process(others.as(user, groups, "/usr/bin/curl", words)).out;
  };
  ASSERT_TRUE(eventually([&] { return code(service, {}, "/api/v1") == "200"; })) << collector_->err();
  EXPECT_EQ(code(0, {}, "/api/v1/tokens"), "200") << "root";
  EXPECT_EQ(code(service, {}, "/api/v1/tokens"), "200") << "the service's own user";
  EXPECT_EQ(code(service, {}, "/api/v1/config"), "200");
  EXPECT_EQ(code(member_of, {games}, "/api/v1"), "200") << "the group looks";
  EXPECT_EQ(code(member_of, {games}, "/api/v1/tokens"), "403");
  EXPECT_EQ(code(member_of, {games}, "/api/v1/config"), "403");
  EXPECT_EQ(code(member_of, {games}, "/api/v1/reload", {"-X", "POST", "-d", "{}"}), "403");
  // Whose connection it is counts, whatever they say.
  EXPECT_EQ(code(member_of, {games}, "/api/v1/tokens", {"-H", "Authorization: Bearer x"}), "403");
  const std::string outside = code(stranger, {}, "/api/v1");
  EXPECT_TRUE(outside == "000" || outside == "403") << outside;
  EXPECT_EQ(run_process(others.as(stranger, {}, {"--config", file, "web"})).exit_code, 73);
  end_collector();
}

TEST_F(WebAccess, ATokenSeesItsHostsAndItsTenantAlone) {
  configure("anonymous: never");
  start();
  const std::string here = token({"here", "--host", "secret-*"});
  const std::string elsewhere = token({"elsewhere", "--host", "nas"});
  const std::string tenant = token({"tenant", "--tenant", "acme"});
  WebSocketClient ours(port_);
  watch(ours, here);
  const RawAnswer refused = open_stream({bearer(elsewhere)});
  EXPECT_EQ(refused.status(), 403) << refused.all;
  EXPECT_EQ(refused.all.find("secret-host"), std::string::npos);
  EXPECT_EQ(open_stream({bearer(tenant)}).status(), 403);
  const std::string ticket = member(post("/api/v1/session/ticket", "{}", {bearer(elsewhere)}), "ticket");
  ASSERT_NE(ticket, "");
  EXPECT_EQ(
      open_stream({"Origin: http://" + own_host(), "Sec-WebSocket-Protocol: ticket." + ticket}).status(), 403)
      << "a ticket has the limits of its token";
  for (const char* what :
       {"GET /api/v1/latest", "GET /api/v1/devices", "GET /api/v1/overview", "GET /api/v1/catalog"})
    EXPECT_EQ(ask(what, {bearer(elsewhere)}).body().find("secret-host"), std::string::npos) << what;
  end_collector();
}

TEST_F(WebAccess, RolesOpenStreamsAsTheTableSays) {
  configure("anonymous: never");
  start();
  for (const auto& [role, status] : std::map<std::string, int>{{"viewer", 101},
                                                               {"operator", 101},
                                                               {"admin", 101},
                                                               {"agent", 403},
                                                               {"forwarder", 403},
                                                               {"ingest", 403}}) {
    const std::string one = token({role, "--role", role});
    EXPECT_EQ(open_stream({bearer(one)}).status(), status) << role;
    EXPECT_EQ(post("/api/v1/session/ticket", "{}", {bearer(one)}).status(), status == 101 ? 200 : 403)
        << role;
    EXPECT_EQ(ask("GET /api/v1", {bearer(one)}).status(), status == 101 ? 200 : 403) << role;
    EXPECT_EQ(ask("GET /api/v1/tokens", {bearer(one)}).status(), role == "admin" ? 200 : 403) << role;
  }
  end_collector();
}

TEST_F(WebAccess, ExpiryClosesStreamsAndIsFeltByTheNextRequest) {
  configure("anonymous: never");
  const std::string brief = token({"brief", "--expires", "3s"});
  start();
  WebSocketClient client(port_);
  watch(client, brief);
  expect_bye(client);
  EXPECT_EQ(ask("GET /api/v1", {bearer(brief)}).status(), 401);
  end_collector();
}

TEST_F(WebAccess, AnotherPasswordClosesStreamsAndIsFeltByTheNextRequest) {
  configure("anonymous: never");
  ASSERT_EQ(piped("correct horse", {"user", "add", "anna"}), 0);
  start();
  const std::string first = session("anna", "correct horse");
  ASSERT_NE(first, "");
  WebSocketClient client(port_);
  watch(client, first);
  ASSERT_EQ(piped("battery staple", {"user", "password", "anna"}), 0);
  EXPECT_EQ(ask("GET /api/v1", {bearer(first)}).status(), 401);
  expect_bye(client);
  end_collector();
}

TEST_F(WebAccess, RemovalClosesStreamsAndIsFeltByTheNextRequest) {
  configure("anonymous: never");
  ASSERT_EQ(piped("correct horse", {"user", "add", "anna"}), 0);
  const std::string phone = token({"phone"});
  start();
  const std::string signed_in = session("anna", "correct horse");
  WebSocketClient by_token(port_), by_session(port_), by_sign_out(port_);
  watch(by_token, phone);
  watch(by_session, signed_in);
  const std::string other = session("anna", "correct horse");
  watch(by_sign_out, other);
  EXPECT_EQ(ask("DELETE /api/v1/session", {bearer(other)}).status(), 200);
  expect_bye(by_sign_out);
  ASSERT_EQ(installation_.run({"token", "remove", "phone"}).exit_code, 0);
  EXPECT_EQ(ask("GET /api/v1", {bearer(phone)}).status(), 401);
  expect_bye(by_token);
  ASSERT_EQ(installation_.run({"user", "remove", "anna"}).exit_code, 0);
  EXPECT_EQ(ask("GET /api/v1", {bearer(signed_in)}).status(), 401);
  expect_bye(by_session);
  end_collector();
}

}  // namespace
}  // namespace collector::test
