// Answers that are made while they are sent, and connections that are handed over.
#include <poll.h>
#include <sys/socket.h>

#include <atomic>
#include <condition_variable>
#include <thread>

#include "tests/http/server_fixture.h"

namespace collector::http {
namespace {

// Waits until it is so, for 20 s at most.
bool eventually(const std::function<bool()>& condition) {
  for (int i = 0; i < 2000 && !condition(); ++i)
    std::this_thread::sleep_for(10ms);
  return condition();
}

class StreamTest : public ServerTest {
 protected:
  void answer(const Request& request, Reply reply) override {
    if (request.path == "/parts")
      return reply({.type = "text/csv", .parts = parts({"one ", "two ", "three"})});
    if (request.path == "/broken") return reply({.parts = parts({"one ", std::nullopt})});
    if (request.path == "/endless") return reply({.parts = endless()});
    if (request.path == "/quiet")
      return reply({.parts = [this, held = std::make_shared<Held>(*this)](TakePart take) {
        const std::lock_guard lock(mutex_);
        waiting_.push_back(std::move(take));
      }});
    if (request.path == "/upgrade")
      return reply({.take_over = [this, asked = std::string(request.header("Upgrade"))](
                                     Descriptor connection, std::string received) {
        const std::lock_guard lock(mutex_);
        taken_.emplace_back(std::move(connection));
        received_ = asked + ": " + received;
      }});
    ServerTest::answer(request, std::move(reply));
  }

  // Each from a thread of its own.
  static MakePart parts(std::vector<std::optional<std::string>> all) {
    all.emplace_back("");
    return [all, next = std::size_t{0}](TakePart take) mutable {
      std::thread([part = all.at(next++), take = std::move(take)] { take(part); }).detach();
    };
  }
  // Counts what was asked for, and what is still held for it.
  struct Held {
    explicit Held(StreamTest& of) : test(of) { ++test.held_; }
    ~Held() { --test.held_; }
    Held(const Held&) = delete;
    Held& operator=(const Held&) = delete;
    StreamTest& test;
  };
  MakePart endless() {
    return [this, held = std::make_shared<Held>(*this)](const TakePart& take) {
      ++made_;
      take(std::string(16'384, 'x'));
    };
  }
  // Of the streams that wait for one.
  void give_part(const std::string& text) {
    std::vector<TakePart> waiting;
    {
      const std::lock_guard lock(mutex_);
      waiting.swap(waiting_);
    }
    for (const TakePart& take : waiting)
      take(text);
  }
  std::size_t waiting() {
    const std::lock_guard lock(mutex_);
    return waiting_.size();
  }

  std::atomic<int> made_ = 0;
  std::atomic<int> held_ = 0;
  std::vector<TakePart> waiting_;
  std::vector<RawClient> taken_;
  std::string received_;
};

TEST_F(StreamTest, PartsAreOneBody) {
  start();
  const auto whole = ask(socket(), "GET", "/parts", 20s);
  ASSERT_TRUE(whole) << whole.error().what;
  EXPECT_EQ(whole->body, "one two three");
  EXPECT_EQ(whole->type, "text/csv");
  const std::string got = raw("GET /parts HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  EXPECT_NE(got.find("Transfer-Encoding: chunked\r\n"), std::string::npos) << got;
  EXPECT_EQ(got.find("Content-Length"), std::string::npos) << got;
  EXPECT_TRUE(got.ends_with("\r\n\r\n4\r\none \r\n4\r\ntwo \r\n5\r\nthree\r\n0\r\n\r\n")) << got;
}

TEST_F(StreamTest, TheConnectionIsKeptBehindThem) {
  start();
  RawClient client(socket());
  client.send("GET /parts HTTP/1.1\r\nHost: x\r\n\r\nGET /hello HTTP/1.1\r\nConnection: close\r\n\r\n");
  EXPECT_TRUE(client.read_until().ends_with("hello"));
}

TEST_F(StreamTest, ToAnOldClientTheEndIsTheEndOfTheConnection) {
  start();
  const std::string got = raw("GET /parts HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  EXPECT_TRUE(got.ends_with("\r\n\r\none two three")) << got;
  EXPECT_EQ(got.find("chunked"), std::string::npos) << got;
}

TEST_F(StreamTest, HeadHasTheHeaderAloneAndMakesNothing) {
  start();
  const std::string got = raw("HEAD /endless HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  EXPECT_TRUE(got.starts_with("HTTP/1.1 200")) << got;
  EXPECT_TRUE(got.ends_with("\r\n\r\n")) << got;
  EXPECT_EQ(made_, 0);
}

TEST_F(StreamTest, OneThatCanNotBeFinishedIsNotTakenForWhole) {
  start();
  const std::string got = raw("GET /broken HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_TRUE(got.ends_with("4\r\none \r\n")) << got;
  EXPECT_FALSE(ask(socket(), "GET", "/broken", 20s));
}

TEST_F(StreamTest, NoMoreIsMadeThanIsTaken) {
  start();
  RawClient client(socket());
  client.send("GET /endless HTTP/1.1\r\nHost: x\r\n\r\n");
  int before = -1;
  ASSERT_TRUE(eventually([&] { return made_ > 0 && std::exchange(before, made_.load()) == made_; }));
  EXPECT_LT(made_, 1000) << "only what the kernel keeps";
  EXPECT_EQ(hello(), "hello") << "the others are served meanwhile";
  // It reads again: more is made.
  client.read(1'000'000);
  EXPECT_TRUE(eventually([&] { return made_ > before; }));
}

TEST_F(StreamTest, AClientThatHasGoneIsMadeNothingMore) {
  start();
  {
    RawClient client(socket());
    client.send("GET /endless HTTP/1.1\r\nHost: x\r\n\r\n");
    client.read_until("xxx");
    EXPECT_EQ(held_, 1);
  }
  EXPECT_TRUE(eventually([&] { return held_ == 0; })) << "and all it held is let go";
}

TEST_F(StreamTest, AClientThatTakesNothingIsClosed) {
  start(100ms);
  RawClient client(socket());
  client.send("GET /endless HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_TRUE(eventually([&] { return made_ > 0 && held_ == 0; }));
}

TEST_F(StreamTest, OneThatIsQuietMakesNoRoomForOthers) {
  ServerSettings settings = at(socket());
  settings.unmoved = 1ms;
  settings.connections = 4;
  start(std::move(settings));
  RawClient quiet(socket());
  quiet.send("GET /quiet HTTP/1.1\r\nHost: x\r\n\r\n");
  ASSERT_TRUE(eventually([&] { return waiting() == 1; }));
  give_part("first");
  quiet.read_until("first");
  std::vector<RawClient> others;
  for (int i = 0; i < 20; ++i) {
    others.emplace_back(socket());
    EXPECT_EQ(hello(), "hello");
  }
  ASSERT_TRUE(eventually([&] { return waiting() == 1; }));
  give_part("second");
  quiet.read_until("second");
  ASSERT_TRUE(eventually([&] { return waiting() == 1; }));
  give_part("");
  quiet.read_until("0\r\n\r\n");
}

TEST_F(StreamTest, NorDoesOneThatIsReadSlowly) {
  ServerSettings settings = at(socket());
  settings.unmoved = 1ms;
  settings.connections = 4;
  start(std::move(settings));
  RawClient slow(socket());
  slow.send("GET /endless HTTP/1.1\r\nHost: x\r\n\r\n");
  int before = -1;
  ASSERT_TRUE(eventually([&] { return made_ > 0 && std::exchange(before, made_.load()) == made_; }));
  std::vector<RawClient> others;
  for (int i = 0; i < 20; ++i) {
    others.emplace_back(socket());
    EXPECT_EQ(hello(), "hello");
  }
  EXPECT_EQ(held_, 1);
  EXPECT_GE(slow.read(3'000'000).size(), 3'000'000U);
}

TEST_F(StreamTest, ThereAreOnlySoMany) {
  ServerSettings settings = at(socket());
  settings.streams = 3;
  start(std::move(settings));
  std::vector<RawClient> clients;
  for (int i = 0; i < 3; ++i) {
    clients.emplace_back(socket());
    clients.back().send("GET /quiet HTTP/1.1\r\nHost: x\r\n\r\n");
  }
  ASSERT_TRUE(eventually([&] { return waiting() == 3; }));
  const std::string refused = raw("GET /quiet HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  EXPECT_TRUE(refused.starts_with("HTTP/1.1 503")) << refused;
  EXPECT_NE(refused.find("Retry-After: 5\r\n"), std::string::npos) << refused;
  EXPECT_EQ(hello(), "hello");
  clients.clear();
  give_part("nobody takes it");
  EXPECT_TRUE(eventually([&] { return ask(socket(), "GET", "/parts", 20s)->status == 200; }));
}

TEST_F(StreamTest, StopsWithOneUnderWay) {
  start();
  RawClient quiet(socket());
  quiet.send("GET /quiet HTTP/1.1\r\nHost: x\r\n\r\n");
  RawClient deaf(socket());
  deaf.send("GET /endless HTTP/1.1\r\nHost: x\r\n\r\n");
  ASSERT_TRUE(eventually([&] { return waiting() == 1 && made_ > 0; }));
  server_->stop();
  quiet.read_until();
  EXPECT_EQ(held_, 0);
  waiting_.clear();
  server_.reset();
}

TEST_F(StreamTest, AnUpgradedConnectionIsNotTheServersAnyMore) {
  ServerSettings settings = at(socket());
  settings.unmoved = 1ms;
  settings.connections = 2;
  settings.timeout = 100ms;
  start(std::move(settings));
  RawClient client(socket());
  client.send("GET /upgrade HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\nand more");
  ASSERT_TRUE(eventually([&] {
    const std::lock_guard lock(mutex_);
    return !taken_.empty();
  }));
  EXPECT_EQ(received_, "echo: and more");
  // Neither the server's timeout nor others who want in end it.
  std::vector<RawClient> others;
  for (int i = 0; i < 10; ++i) {
    others.emplace_back(socket());
    EXPECT_EQ(hello(), "hello");
  }
  std::this_thread::sleep_for(150ms);
  EXPECT_TRUE(taken_[0].send("HTTP/1.1 101 Switching Protocols\r\n\r\n"));
  client.read_until("101 Switching");
  EXPECT_TRUE(client.send("over here"));
  taken_[0].read_until("over here");
  server_->stop();
  EXPECT_TRUE(taken_[0].send("still open")) << "whoever took it over ends it";
  client.read_until("still open");
}

// One server hangs in its handler, as no handler may; another in the same process answers all the same.
TEST_F(StreamTest, SeveralServersDoNotHoldUpOneAnother) {
  std::mutex hanging;
  std::unique_lock lock(hanging);
  start();
  ServerSettings settings = at(directory_ / "web.sock");
  settings.name = "web";
  Server web(std::move(settings), [&](const Request& request, const Reply& reply) {
    if (request.path == "/hang") const std::lock_guard wait(hanging);
    reply({.body = "web"});
  });
  EXPECT_EQ(ask(directory_ / "web.sock", "GET", "/", 20s)->body, "web");
  RawClient hangs(directory_ / "web.sock");
  hangs.send("GET /hang HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  EXPECT_FALSE(ask(directory_ / "web.sock", "GET", "/", 100ms));
  for (int i = 0; i < 20; ++i)
    EXPECT_EQ(hello(), "hello");
  lock.unlock();
  EXPECT_TRUE(hangs.read_until().ends_with("web"));
  web.stop();
  EXPECT_FALSE(std::filesystem::exists(directory_ / "web.sock"));
  EXPECT_EQ(hello(), "hello");
}

}  // namespace
}  // namespace collector::http
