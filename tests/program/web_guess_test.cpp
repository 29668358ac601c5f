// Guessing, floods and leaks: how often may be tried and asked, and what is never told.

#include <functional>
#include <map>
#include <set>
#include <sstream>
#include <thread>

#include "tests/program/web_program.h"
#include "tests/support/files.h"
#include "tests/support/web_socket_client.h"

namespace collector::test {
namespace {

// A libcrypt that is the system's, and notes when each hash begins and ends.
constexpr std::string_view counting_libcrypt = R"c(#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>
static void *real(const char *name) {
  static void *library;
  if (!library) library = dlopen(getenv("REAL_LIBCRYPT"), RTLD_NOW | RTLD_LOCAL);
  return dlsym(library, name);
}
static void note(const char *what) {
  int file = open(getenv("HASH_LOG"), O_WRONLY | O_CREAT | O_APPEND, 0600);
  if (write(file, what, 1) != 1) abort();
  close(file);
}
char *crypt_r(const char *phrase, const char *setting, void *data) {
  char *(*hash)(const char *, const char *, void *) = real("crypt_r");
  note("(");
  usleep(20000);
  char *made = hash(phrase, setting, data);
  note(")");
  return made;
}
char *crypt_gensalt_rn(const char *prefix, unsigned long count, const char *bytes, int size, char *out, int room) {
  char *(*salt)(const char *, unsigned long, const char *, int, char *, int) = real("crypt_gensalt_rn");
  return salt(prefix, count, bytes, size, out, room);
}
)c";

class WebGuess : public WebProgram {
 protected:
  void start_counting() {
    write_file(directory_ / "crypt.c", std::string(counting_libcrypt));
    const Finished built =
        run_process({"/usr/bin/cc", "-x", "c", "-shared", "-fPIC", "-O1", "-o",
                     (directory_ / "libcrypt.so.1").native(), (directory_ / "crypt.c").native()});
    ASSERT_EQ(built.exit_code, 0) << built.err;
    const std::string all = run_process({"/sbin/ldconfig", "-p"}).out;
    const auto at = all.find("=> ", all.find("libcrypt.so.1 "));
    ASSERT_NE(at, std::string::npos);
    start({{"LD_LIBRARY_PATH", directory_.path().native()},
           {"REAL_LIBCRYPT", all.substr(at + 3, all.find('\n', at) - at - 3)},
           {"HASH_LOG", (directory_ / "hashes").native()}});
  }
  std::string hashes() const {
    return std::filesystem::exists(directory_ / "hashes") ? read_file(directory_ / "hashes") : "";
  }
  RawAnswer sign_in(const std::string& user, const std::string& password) const {
    return post("/api/v1/session", fmt::format(R"({{"user":"{}","password":"{}"}})", user, password));
  }
  // Through a proxy that says so.
  RawAnswer sign_in_from(const std::string& client, const std::string& user) const {
    return post("/api/v1/session", fmt::format(R"({{"user":"{}","password":"wrong wrong"}})", user),
                {"X-Forwarded-For: " + client});
  }

  const TemporaryDirectory directory_;
};

TEST_F(WebGuess, AnUnknownNameCostsWhatAKnownOneCosts) {
  configure("behind: [127.0.0.1]");
  ASSERT_EQ(piped("correct horse", {"user", "add", "anna"}), 0);
  start_counting();
  const RawAnswer known = sign_in_from("192.0.2.1", "anna");
  EXPECT_EQ(hashes(), "()");
  const RawAnswer unknown = sign_in_from("192.0.2.2", "nobody");
  EXPECT_EQ(hashes(), "()()") << "one hash for each";
  EXPECT_EQ(known.status(), 401);
  EXPECT_EQ(known.body(), unknown.body()) << "and the same answer";
  end_collector();
}

TEST_F(WebGuess, OneHashAtATimeFiveAMinuteFromAnAddressThirtyInAll) {
  configure("behind: [127.0.0.1]", "", "requests: 1000000, burst: 1000000, per_address: 64");
  ASSERT_EQ(piped("correct horse", {"user", "add", "anna"}), 0);
  start_counting();
  std::vector<std::thread> guessers;
  std::mutex mutex;
  std::map<int, int> answered;
  for (int i = 0; i < 8; ++i)
    guessers.emplace_back([&, i] {
      for (int n = 0; n < 6; ++n) {
        const RawAnswer answer =
            sign_in_from(fmt::format("198.51.{}.{}", i, n), n % 2 == 0 ? "anna" : "nobody");
        const std::lock_guard lock(mutex);
        ++answered[answer.status()];
        EXPECT_EQ(answer.status() == 429, std::stoi("0" + answer.header("Retry-After")) > 0) << answer.all;
      }
    });
  for (std::thread& one : guessers)
    one.join();
  std::string one_after_another;
  for (int i = 0; i < 30; ++i)
    one_after_another += "()";
  EXPECT_EQ(hashes(), one_after_another) << "from 48 addresses";
  EXPECT_EQ(answered[401], 30);
  EXPECT_EQ(answered[429], 18);
  EXPECT_EQ(sign_in("anna", "correct horse").status(), 429) << "nor the right one, until the minute is over";
  end_collector();
}

// Two tries in one breath: the second is there when the first has been answered.
TEST_F(WebGuess, AnAddressWaitsLongerEachTime) {
  configure("");
  ASSERT_EQ(piped("correct horse", {"user", "add", "anna"}), 0);
  start_counting();
  const auto tried = [&](const std::string& first, const std::string& second) {
    const Descriptor socket = connected();
    std::string both;
    for (const std::string& password : {first, second})
      both += request("POST /api/v1/session", {"Content-Type: application/json"},
                      fmt::format(R"({{"user":"anna","password":"{}"}})", password), {});
    both.replace(both.find("Connection: close"), 17, "X-Other: nothing");
    say(socket, both);
    const std::string all = rest(socket).all;
    const auto next = all.find("HTTP/1.1 ", 1);
    return std::pair(RawAnswer{all.substr(0, next)},
                     RawAnswer{next == std::string::npos ? "" : all.substr(next)});
  };
  const auto [wrong, at_once] = tried("wrong wrong", "correct horse");
  EXPECT_EQ(wrong.status(), 401);
  EXPECT_EQ(at_once.status(), 429) << "also the right one";
  EXPECT_EQ(at_once.header("Retry-After"), "1");
  EXPECT_EQ(hashes(), "()") << "and no hash is made for it";
  std::pair<RawAnswer, RawAnswer> later;
  EXPECT_TRUE(
      eventually([&] { return (later = tried("wrong wrong", "wrong wrong")).first.status() == 401; }));
  EXPECT_EQ(later.second.header("Retry-After"), "2");
  end_collector();
}

TEST_F(WebGuess, AFloodIsToldToWaitAndOthersAreAnswered) {
  configure("behind: [127.0.0.1]", "", "requests: 1");
  const std::string phone = "Authorization: Bearer " + token({"phone"});
  start();
  int answered = 0;
  RawAnswer last;
  for (int i = 0; i < 200 && last.status() != 429; ++i, ++answered)
    last = ask("GET /api/v1", {phone, "X-Forwarded-For: 192.0.2.1"});
  EXPECT_EQ(last.status(), 429);
  EXPECT_GE(answered, 60) << "a burst of 60 is what a page needs";
  EXPECT_EQ(last.header("Retry-After"), "1");
  EXPECT_EQ(last.header("Content-Type"), "application/problem+json");
  // Whoever is refused for another reason, asks before asking, or opens streams, is counted like the rest:
  // its share stays used up, but for what time gives back.
  const auto is_limited = [&](const std::function<RawAnswer()>& asked) {
    int tries = 0;
    while (tries < 20 && asked().status() != 429)
      ++tries;
    return tries < 20;
  };
  const std::string client = "X-Forwarded-For: 192.0.2.1";
  for (const char* what : {"GET /api/v1", "GET /", "GET /nowhere", "POST /api/v1/session/ticket"})
    EXPECT_TRUE(is_limited([&] { return ask(what, {client}); })) << what;
  EXPECT_TRUE(
      is_limited([&] { return ask("OPTIONS /api/v1", {client, "Access-Control-Request-Method: GET"}); }));
  EXPECT_TRUE(is_limited([&] { return ask("GET /api/v1", {client}, {}, "evil.example.com"); }));
  EXPECT_TRUE(is_limited([&] { return open_stream({client, phone}); }));
  EXPECT_EQ(ask("GET /api/v1", {phone, "X-Forwarded-For: 192.0.2.2"}).status(), 200);
  // The 64 bits of a network count as one client.
  answered = 0;
  for (last = {}; answered < 200 && last.status() != 429; ++answered)
    last = ask("GET /api/v1", {phone, fmt::format("X-Forwarded-For: 2001:db8::{:x}", answered + 1)});
  EXPECT_EQ(last.status(), 429) << "within " << answered;
  end_collector();
}

TEST_F(WebGuess, FilesOfThePageAreLimitedToo) {
  configure("", "", "requests: 1, burst: 5");
  start();
  RawAnswer last;
  int answered = 0;
  for (; answered < 500 && last.status() != 429; ++answered)
    last = ask("GET /assets/style.css");
  EXPECT_EQ(last.status(), 429);
  EXPECT_GT(answered, 40);
  end_collector();
}

// A whole session, with all that is secret in it; none of it is in what the collector says.
TEST_F(WebGuess, NothingSecretIsInTheLogNorInAProblem) {
  configure("", "log: {level: debug}\n");
  ASSERT_EQ(piped("correct horse", {"user", "add", "anna", "--role", "admin"}), 0);
  const std::string phone = token({"phone"});
  start();
  std::set<std::string> secrets{"correct horse", "wrong wrong", phone, phone.substr(phone.size() - 43)};
  const auto told = [&](const RawAnswer& answer, const std::string& name) {
    const std::string key = "\"" + name + "\":\"";
    const auto at = answer.all.find(key);
    const std::string value =
        at == std::string::npos
            ? ""
            : answer.all.substr(at + key.size(), answer.all.find('"', at + key.size()) - at - key.size());
    EXPECT_NE(value, "") << name << " in " << answer.all;
    secrets.insert(value.substr(value.size() - std::min<std::size_t>(value.size(), 43)));
    return value;
  };
  const std::string session = told(sign_in("anna", "correct horse"), "token");
  const std::string bearer = "Authorization: Bearer " + session;
  const std::string web = installation_.run({"web"}).out;
  const std::string code = web.substr(web.find("#code=") + 6, 43);
  secrets.insert(code);
  told(post("/api/v1/session", R"({"code":")" + code + R"("})"), "token");
  const std::string made = told(post("/api/v1/tokens", R"({"name":"made"})", {bearer}), "token");
  const std::string ticket = told(post("/api/v1/session/ticket", "{}", {bearer}), "ticket");
  WebSocketClient client(port_);
  EXPECT_TRUE(client.open("Sec-WebSocket-Protocol: ticket." + ticket + "\r\n").starts_with("HTTP/1.1 101"));
  client.send("{\"type\":\"" + ticket + "\"}");
  client.next();
  // Mistakes, with a secret wherever one can be put.
  std::vector<RawAnswer> refused;
  for (const std::string& secret : {phone, session, code, ticket}) {
    refused.push_back(ask("GET /api/v1/config", {"Authorization: Bearer " + secret + "x"}));
    refused.push_back(ask("GET /api/v1/config", {"Authorization: Basic " + secret}));
    refused.push_back(
        post("/api/v1/session", R"({"user":")" + secret + R"(","password":["correct horse"]})"));
    refused.push_back(post("/api/v1/session", R"({"code":")" + secret + R"(","password":"correct horse"})"));
    refused.push_back(post("/api/v1/session", R"({"passwort":"correct horse","user":"anna"})"));
    refused.push_back(post("/api/v1/session", R"({"user":"anna","password":"correct horse")"));
    refused.push_back(
        open_stream({"Origin: http://" + own_host(), "Sec-WebSocket-Protocol: ticket." + secret + "x"}));
  }
  refused.push_back(sign_in("anna", "wrong wrong"));
  for (const RawAnswer& answer : refused) {
    EXPECT_GE(answer.status(), 400) << answer.all;
    for (const std::string& secret : secrets)
      EXPECT_EQ(answer.all.find(secret), std::string::npos) << answer.all;
    EXPECT_EQ(answer.all.find(installation_.state().native()), std::string::npos) << answer.all;
    EXPECT_EQ(answer.all.find("SELECT"), std::string::npos) << answer.all;
  }
  // A token in an address lets nobody in.
  EXPECT_NE(ask("GET /api/v1/config?token=" + session).status(), 200);
  EXPECT_NE(ask("GET /api/v1/config?access_token=" + session).status(), 200);
  const std::string boss = "Authorization: Bearer " + made;
  EXPECT_EQ(ask("GET /api/v1/tokens", {bearer}).all.find(made.substr(made.size() - 43)), std::string::npos)
      << boss;
  EXPECT_EQ(ask("DELETE /api/v1/session", {bearer}).status(), 200);
  ASSERT_EQ(installation_.run({"token", "remove", "phone"}).exit_code, 0);
  end_collector();
  for (const std::string& secret : secrets) {
    EXPECT_EQ(collector_->err().find(secret), std::string::npos) << collector_->err();
    EXPECT_EQ(collector_->out().find(secret), std::string::npos);
  }
  for (const auto& file : std::filesystem::recursive_directory_iterator(installation_.state()))
    for (const std::string& secret : secrets)
      if (file.is_regular_file()) {
        EXPECT_EQ(read_file(file.path()).find(secret), std::string::npos) << file.path();
      }
}

}  // namespace
}  // namespace collector::test
