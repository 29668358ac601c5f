// Who is let in to the page: `collector token`, `user` and `web`, and a running collector that serves it.

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <thread>

#include "collector/formats/json_reader.h"
#include "collector/http/client.h"
#include "tests/program/other_users.h"
#include "tests/program/program.h"
#include "tests/support/files.h"
#include "tests/support/free_port.h"
#include "tests/support/pseudo_terminal.h"
#include "tests/support/web_socket_client.h"

namespace collector::test {
namespace {

using namespace std::chrono_literals;

const std::string small =
    "interval: 100ms\nwindow: 1s\nflush: 1s\nsamplers: {default: off, mem: on}\nshutdown: {deadline: 1s}\n";

class AccessProgram : public testing::Test {
 protected:
  std::string listening(const std::string& more = "anonymous: never") const {
    return fmt::format("{}web: {{listen: \"127.0.0.1:{}\", {}}}\n", small, port_, more);
  }
  void start() {
    process_.emplace(installation_.command({"run"}));
    ASSERT_TRUE(eventually([&] { return curl("/api/v1").out != "000"; })) << process_->err();
  }
  // The body, and behind it the status.
  Finished curl(const std::string& target, const std::vector<std::string>& more = {}) const {
    std::vector<std::string> words{"/usr/bin/curl", "-s",         "--noproxy", "*", "-w",
                                   "%{http_code}",  "--max-time", "10"};
    words.insert(words.end(), more.begin(), more.end());
    words.push_back(fmt::format("http://127.0.0.1:{}{}", port_, target));
    return run_process(words);
  }
  std::string status(const std::string& target, const std::string& token = {}) const {
    std::vector<std::string> more{"-o", "/dev/null"};
    if (!token.empty()) more.insert(more.end(), {"-H", "Authorization: Bearer " + token});
    return curl(target, more).out;
  }
  // A session's token; empty: refused.
  std::string sign_in(const std::string& body) const {
    const std::string out =
        curl("/api/v1/session", {"-H", "Content-Type: application/json", "--data-raw", body}).out;
    const auto end = out.find('\n');
    const auto object =
        end == std::string::npos ? Result<JsonValue>(fail("")) : read_json_object(out.substr(0, end));
    const JsonValue* token = object ? object->member("token") : nullptr;
    return token == nullptr ? "" : token->text;
  }
  Finished piped(const std::string& input, const std::string& arguments) const {
    return run_process({"/bin/sh", "-c",
                        fmt::format("printf '%s\\n' '{}' | {} --config {} {}", input, binary(),
                                    installation_.config_file().native(), arguments)});
  }
  std::string token(const std::vector<std::string>& more) const {
    std::vector<std::string> words{"token", "add"};
    words.insert(words.end(), more.begin(), more.end());
    const Finished made = installation_.run(words);
    EXPECT_EQ(made.exit_code, 0) << made.err;
    EXPECT_EQ(made.out.find('\n'), made.out.size() - 1) << "nothing but the token: " << made.out;
    return made.out.substr(0, made.out.size() - 1);
  }

  const Installation installation_{small};
  const std::uint16_t port_ = free_port();
  std::optional<Process> process_;
};

TEST_F(AccessProgram, ATokenIsPrintedOnceAndLetsInUntilItIsRemoved) {
  installation_.configure(listening());
  const std::string phone = token({"phone", "--expires", "90d"});
  EXPECT_TRUE(phone.starts_with("col_")) << phone;
  struct stat file{};
  ASSERT_EQ(stat((installation_.state() / "access.json").c_str(), &file), 0);
  EXPECT_EQ(file.st_mode & 07777U, 0600U);
  EXPECT_EQ(read_file(installation_.state() / "access.json").find(phone.substr(phone.size() - 43)),
            std::string::npos);
  start();
  EXPECT_EQ(status("/api/v1/session/ticket"), "405");
  EXPECT_EQ(status("/api/v1/tokens"), "401");
  EXPECT_EQ(status("/api/v1/tokens", phone), "403") << "a viewer's";
  EXPECT_NE(curl("/api/v1", {"-H", "Authorization: Bearer " + phone}).out.find("\"name\":\"phone\""),
            std::string::npos);
  // Also while it runs, without a reload.
  const std::string boss = token({"boss", "--role", "admin"});
  EXPECT_EQ(status("/api/v1/tokens", boss), "200");
  const Finished list = installation_.run({"token", "list", "--json"});
  EXPECT_NE(list.out.find("\"name\":\"phone\""), std::string::npos) << list.out;
  EXPECT_EQ(list.out.find("\"used\":null"), std::string::npos)
      << "both, as the collector knows: " << list.out;
  EXPECT_EQ(list.out.find(boss.substr(boss.size() - 43)), std::string::npos);
  EXPECT_EQ(installation_.run({"token", "remove", "boss"}).exit_code, 0);
  EXPECT_EQ(status("/api/v1/tokens", boss), "401") << "on the next request";
  EXPECT_EQ(status("/api/v1", phone), "200");
  process_->end(SIGTERM);
  EXPECT_EQ(process_->err().find(phone), std::string::npos) << "tokens are in no log";
}

// Nothing that this machine measures belongs to a tenant.
TEST_F(AccessProgram, ATokenOfATenantSeesNothingOfOthers) {
  installation_.configure(listening());
  start();
  const std::string theirs = token({"theirs", "--tenant", "acme"});
  const std::string ours = token({"ours"});
  for (const char* target : {"/api/v1", "/api/v1/overview", "/api/v1/latest", "/metrics", "/status"}) {
    EXPECT_EQ(status(target, theirs), "403") << target;
    EXPECT_NE(status(target, ours), "403") << target;
  }
}

TEST_F(AccessProgram, PasswordsSignInAndTheirChangeSignsOut) {
  installation_.configure(listening());
  ASSERT_EQ(piped("correct horse", "user add anna --role admin").exit_code, 0);
  start();
  const std::string session = sign_in(R"({"user":"anna","password":"correct horse"})");
  ASSERT_NE(session, "");
  EXPECT_EQ(status("/api/v1/tokens", session), "200");
  ASSERT_EQ(piped("battery staple", "user password anna").exit_code, 0);
  EXPECT_EQ(status("/api/v1/tokens", session), "401");
  EXPECT_EQ(sign_in(R"({"user":"anna","password":"correct horse"})"), "");
  std::this_thread::sleep_for(1100ms);  // after a wrong one its address waits a second
  const std::string again = sign_in(R"({"user":"anna","password":"battery staple"})");
  EXPECT_EQ(status("/api/v1/tokens", again), "200");
  ASSERT_EQ(installation_.run({"user", "remove", "anna"}).exit_code, 0);
  EXPECT_EQ(status("/api/v1/tokens", again), "401");
}

TEST_F(AccessProgram, StreamsAreOpenedByATicketAndClosedWithTheirToken) {
  installation_.configure(listening());
  const std::string phone = token({"phone"});
  start();
  EXPECT_TRUE(WebSocketClient(port_).open().starts_with("HTTP/1.1 401"));
  const auto ticket = [&] {
    const std::string body = curl("/api/v1/session/ticket", {"-H", "Authorization: Bearer " + phone, "-H",
                                                             "Content-Type: application/json", "-d", "{}"})
                                 .out;
    const auto at = body.find("\"ticket\":\"");
    return at == std::string::npos ? "none: " + body : body.substr(at + 10, 43);
  };
  const std::string first = "Sec-WebSocket-Protocol: ticket." + ticket() + "\r\n";
  WebSocketClient watching(port_), again(port_);
  const std::string header = watching.open(first);
  ASSERT_TRUE(header.starts_with("HTTP/1.1 101")) << header;
  EXPECT_TRUE(again.open(first).starts_with("HTTP/1.1 401")) << "one use";
  watching.send(R"({"type":"subscribe","id":1,"measurement":"mem","fields":["used_percent"]})");
  ASSERT_NE(watching.next(), "");
  const Finished removed = installation_.run({"token", "remove", "phone"});
  ASSERT_EQ(removed.exit_code, 0) << removed.err;
  std::string last;
  for (std::string text = watching.next(); !text.empty(); text = watching.next())
    last = text;
  EXPECT_NE(last.find("\"bye\""), std::string::npos) << last;
}

TEST_F(AccessProgram, WebPrintsAWayInForOneUse) {
  installation_.configure(listening());
  start();
  const Finished web = installation_.run({"web"});
  ASSERT_EQ(web.exit_code, 0) << web.err;
  const std::string before = fmt::format("http://127.0.0.1:{}/#code=", port_);
  ASSERT_TRUE(web.out.starts_with(before)) << web.out;
  const std::string code = web.out.substr(before.size(), 43);
  const std::string session = sign_in(R"({"code":")" + code + R"("})");
  EXPECT_EQ(status("/api/v1/tokens", session), "200") << "root and the collector's user are admin";
  EXPECT_EQ(sign_in(R"({"code":")" + code + R"("})"), "") << "one use";
  const auto over_tcp = curl("/web-code", {"-X", "POST", "-H", "Content-Type: application/json", "-d", "{}"});
  EXPECT_EQ(over_tcp.out.find("code\":\""), std::string::npos) << over_tcp.out;
}

TEST_F(AccessProgram, WebSaysWhatIsMissing) {
  const Finished nothing_runs = installation_.run({"web"});
  EXPECT_EQ(nothing_runs.exit_code, 3);
  EXPECT_NE(nothing_runs.err.find("collector run"), std::string::npos) << nothing_runs.err;
  process_.emplace(installation_.command({"run"}));
  ASSERT_TRUE(eventually([&] { return installation_.run({"web"}).exit_code != 3; }));
  const Finished nothing_serves = installation_.run({"web"});
  EXPECT_EQ(nothing_serves.exit_code, 78);
  EXPECT_EQ(nothing_serves.out, "");
  EXPECT_NE(nothing_serves.err.find("web: {listen: 127.0.0.1:7373}"), std::string::npos)
      << nothing_serves.err;
  // The page comes and goes with a reload.
  installation_.configure(listening());
  ASSERT_EQ(installation_.run({"reload"}).exit_code, 0);
  EXPECT_EQ(installation_.run({"web"}).exit_code, 0);
  ASSERT_TRUE(eventually([&] { return status("/api/v1/tokens") == "401"; }));
  installation_.configure(listening("names: [other.example]"));
  ASSERT_EQ(installation_.run({"reload"}).exit_code, 0);
  EXPECT_EQ(status("/api/v1/tokens"), "403") << "anonymous viewers are let in again";
  installation_.configure(small);
  ASSERT_EQ(installation_.run({"reload"}).exit_code, 0);
  EXPECT_EQ(status("/api/v1/tokens"), "000");
  EXPECT_EQ(installation_.run({"web"}).exit_code, 78);
}

TEST_F(AccessProgram, WebOpensABrowserWithoutTheCodeAmongItsArguments) {
  if (geteuid() != 0) GTEST_SKIP() << "another user can only be played by root";
  constexpr unsigned user = 61241;
  const TemporaryDirectory folder;
  const OtherUsers others(folder.path());
  installation_.configure(listening());
  const auto file = folder / "collector.yaml";
  std::filesystem::copy_file(installation_.config_file(), file);
  others.own(installation_.state(), user);
  std::filesystem::permissions(installation_.state().parent_path(), std::filesystem::perms(0755));
  const auto runtime = others.own(folder / "runtime", user);
  write_file(folder / "bin/xdg-open", "#!/bin/sh\necho \"$@\" >" + (runtime / "opened").native() + "\n");
  std::filesystem::permissions(folder / "bin/xdg-open", std::filesystem::perms(0755));
  process_.emplace(others.as(user, {}, {"--config", file, "run"}));
  ASSERT_TRUE(eventually([&] { return curl("/api/v1").out != "000"; })) << process_->err();
  const std::vector<std::pair<std::string, std::string>> desktop{
      {"DISPLAY", ":7"},
      {"XDG_RUNTIME_DIR", runtime},
      {"SSH_CONNECTION", ""},
      {"PATH", (folder / "bin").native() + ":/usr/bin:/bin"}};
  for (const bool prints : {true, false}) {
    std::vector<std::string> words{"--config", file, "web"};
    if (prints) words.emplace_back("--print");
    PseudoTerminal terminal(others.as(user, {}, words), desktop);
    ASSERT_TRUE(terminal.shows("/#code=")) << terminal.screen();
    terminal.wait();
    EXPECT_EQ(std::filesystem::exists(runtime / "opened"), !prints);
  }
  const auto way = runtime / "collector-web.html";
  EXPECT_EQ(read_file(runtime / "opened"), way.native() + "\n");
  struct stat status{};
  ASSERT_EQ(stat(way.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777U, 0600U);
  EXPECT_NE(read_file(way).find(fmt::format("url=http://127.0.0.1:{}/#code=", port_)), std::string::npos);
}

TEST_F(AccessProgram, TheGroupGetsACodeThatLooks) {
  if (geteuid() != 0) GTEST_SKIP() << "other users can only be played by root";
  constexpr unsigned service = 61242, member = 61243, stranger = 61244;
  constexpr unsigned games = 60;  // of Debian's base-passwd: a group that is there by name
  const TemporaryDirectory folder;
  const OtherUsers others(folder.path());
  others.own(installation_.state(), service);
  std::filesystem::permissions(installation_.state().parent_path(), std::filesystem::perms(0755));
  installation_.configure(listening() + "status: {group: games}\n");
  const auto file = folder / "collector.yaml";
  std::filesystem::copy_file(installation_.config_file(), file);
  process_.emplace(others.as(service, {games}, {"--config", file, "run"}));
  ASSERT_TRUE(eventually([&] { return curl("/api/v1").out != "000"; })) << process_->err();
  const auto web_as = [&](unsigned user, const std::vector<unsigned>& groups) {
    return run_process(others.as(user, groups, {"--config", file, "web"}));
  };
  const auto role_of = [&](const Finished& web) {
    const auto at = web.out.find("#code=");
    if (at == std::string::npos) return std::string("none: ") + web.err;
    const std::string session = sign_in(R"({"code":")" + web.out.substr(at + 6, 43) + R"("})");
    return status("/api/v1/tokens", session);
  };
  EXPECT_EQ(role_of(web_as(service, {})), "200") << "the collector's own user";
  EXPECT_EQ(role_of(web_as(member, {games})), "403") << "viewer";
  const Finished refused = web_as(stranger, {});
  EXPECT_EQ(refused.exit_code, 73);
  EXPECT_EQ(refused.out, "");
}

TEST_F(AccessProgram, BeyondLoopbackNeedsSomebodyWhoCanSignIn) {
  const std::string open = small + fmt::format("web: {{listen: \"0.0.0.0:{}\"", port_);
  installation_.configure(open + "}\n");
  const Finished bare = installation_.run({"check"});
  EXPECT_EQ(bare.exit_code, 78);
  EXPECT_NE(bare.err.find("ssh -L"), std::string::npos) << bare.err;
  EXPECT_NE(bare.err.find("collector user add"), std::string::npos) << "all mistakes at once: " << bare.err;
  installation_.configure(open + ", behind: [127.0.0.1]}\n");
  EXPECT_EQ(installation_.run({"check"}).exit_code, 78);
  EXPECT_EQ(installation_.run({"run"}).exit_code, 78);
  token({"agent", "--role", "agent"});
  EXPECT_EQ(installation_.run({"check"}).exit_code, 78) << "one that only delivers can't look";
  token({"phone"});
  EXPECT_EQ(installation_.run({"check"}).exit_code, 0);
  const Finished removed = installation_.run({"token", "remove", "phone"});
  EXPECT_EQ(removed.exit_code, 0);
  EXPECT_NE(removed.err.find("nobody can sign in any more"), std::string::npos) << removed.err;
  // The same by a reload.
  installation_.configure(small);
  process_.emplace(installation_.command({"run"}));
  ASSERT_TRUE(eventually([&] { return installation_.run({"status"}).exit_code == 0; }));
  installation_.configure(open + ", behind: [127.0.0.1]}\n");
  const Finished reload = installation_.run({"reload"});
  EXPECT_EQ(reload.exit_code, 78);
  EXPECT_NE(reload.err.find("collector user add"), std::string::npos) << reload.err;
}

TEST_F(AccessProgram, PasswordsAreAskedForTwiceWithoutBeingShown) {
  PseudoTerminal terminal(installation_.command({"user", "add", "anna"}), {{"NO_COLOR", "1"}});
  ASSERT_TRUE(terminal.shows("A password for anna (not shown): "));
  terminal.type("short\n");
  ASSERT_TRUE(terminal.shows("fewer than 8"));
  terminal.type("correct horse\n");
  ASSERT_TRUE(terminal.shows("The same again (not shown): "));
  terminal.type("correct mouse\n");
  ASSERT_TRUE(terminal.shows("that is another one"));
  terminal.type("correct horse\n");
  const auto ended = terminal.wait();
  ASSERT_TRUE(ended && WIFEXITED(*ended));
  EXPECT_EQ(WEXITSTATUS(*ended), 0) << terminal.screen();
  EXPECT_EQ(terminal.screen().find("correct"), std::string::npos) << terminal.screen();
  EXPECT_NE(installation_.run({"user", "list"}).out.find("anna"), std::string::npos);
  PseudoTerminal given_up(installation_.command({"user", "add", "bert"}));
  ASSERT_TRUE(given_up.shows("not shown"));
  given_up.type("\x04");
  const auto cancelled = given_up.wait();
  EXPECT_TRUE(cancelled && WIFEXITED(*cancelled) && WEXITSTATUS(*cancelled) == 1);
  EXPECT_EQ(installation_.run({"user", "list"}).out.find("bert"), std::string::npos);
}

TEST_F(AccessProgram, WhatIsWrongIsSaidWithItsExitCode) {
  EXPECT_EQ(installation_.run({"token", "list"}).exit_code, 0);
  EXPECT_EQ(installation_.run({"token", "remove", "phone"}).exit_code, 1);
  token({"phone"});
  EXPECT_EQ(installation_.run({"token", "add", "phone"}).exit_code, 1);
  EXPECT_EQ(installation_.run({"token", "add", "x", "--host", "["}).exit_code, 64);
  EXPECT_EQ(installation_.run({"token", "add", "x", "--expires", "0s"}).exit_code, 64);
  EXPECT_EQ(installation_.run({"token", "add", "x", "--role", "root"}).exit_code, 64);
  EXPECT_EQ(installation_.run({"token", "add"}).exit_code, 64);
  EXPECT_EQ(installation_.run({"token", "list", "phone"}).exit_code, 64);
  EXPECT_EQ(installation_.run({"user", "password", "anna"}).exit_code, 1);
  EXPECT_EQ(piped("short", "user add anna").exit_code, 64);
  EXPECT_EQ(piped("", "user add anna").exit_code, 64);
  write_file(installation_.state() / "access.json", "{\"version\": 2}\n");
  for (const std::vector<std::string>& words :
       {std::vector<std::string>{"token", "list"}, {"token", "add", "x"}, {"user", "list"}}) {
    const Finished refused = installation_.run(words);
    EXPECT_EQ(refused.exit_code, 73);
    EXPECT_NE(refused.err.find("later collector"), std::string::npos) << refused.err;
  }
}

TEST_F(AccessProgram, RootWritesTheFileOfAService) {
  if (geteuid() != 0) GTEST_SKIP() << "another user can only be played by root";
  constexpr unsigned service = 61245;
  std::filesystem::create_directories(installation_.state());
  ASSERT_EQ(chown(installation_.state().c_str(), service, service), 0);
  token({"phone"});
  struct stat file{};
  ASSERT_EQ(stat((installation_.state() / "access.json").c_str(), &file), 0);
  EXPECT_EQ(file.st_uid, service);
  EXPECT_EQ(file.st_mode & 07777U, 0600U);
}

}  // namespace
}  // namespace collector::test
