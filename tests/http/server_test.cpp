// The service answers whoever asks properly, whatever the others do.
#include "collector/http/server.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <sys/stat.h>

#include <future>
#include <thread>

#include "tests/http/server_fixture.h"
#include "tests/support/files.h"
#include "tests/support/loopback.h"
#include "tests/support/no_descriptors.h"

namespace collector::http {
namespace {

constexpr const char* get_hello = "GET /hello HTTP/1.1\r\nHost: x\r\n\r\n";

TEST_F(ServerTest, AnswersAndIsTheOwnersAlone) {
  start();
  EXPECT_EQ(hello(), "hello");
  struct stat status{};
  ASSERT_EQ(stat(socket().c_str(), &status), 0);
  EXPECT_TRUE(S_ISSOCK(status.st_mode));
  EXPECT_EQ(status.st_mode & 0777, 0600U);
  server_->stop();
  EXPECT_FALSE(std::filesystem::exists(socket())) << "removed at the end";
  const auto response = ask(socket(), "GET", "/hello", 1s);
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().kind, ClientFailure::Kind::nobody);
}

TEST_F(ServerTest, TellsMethodPathAndQuery) {
  start();
  EXPECT_EQ(ask(socket(), "GET", "/hello?b=2&a=1%202&b=3", 20s)->body, "hello a=1 2 b=3");
  EXPECT_EQ(ask(socket(), "GET", "/%68ello?a&", 20s)->body, "hello a=");
  EXPECT_EQ(ask(socket(), "GET", "/other", 20s)->status, 404U);
  EXPECT_EQ(ask(socket(), "POST", "/hello", 20s)->status, 405U);
  EXPECT_EQ(ask(socket(), "GET", "/%zz", 20s)->status, 400U);
  EXPECT_EQ(ask(socket(), "GET", "/hello?%2", 20s)->status, 400U);
  EXPECT_NE(raw("POST /hello HTTP/1.0\r\n\r\n").find("Allow: GET, HEAD"), std::string::npos);
}

TEST_F(ServerTest, HeadHasTheHeaderAlone) {
  start();
  const std::string got = raw("HEAD /hello HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  EXPECT_TRUE(got.starts_with("HTTP/1.1 200 OK\r\n")) << got;
  EXPECT_NE(got.find("Content-Length: 5\r\n"), std::string::npos) << got;
  EXPECT_TRUE(got.ends_with("\r\n\r\n")) << got;
}

TEST_F(ServerTest, ConnectionsAreKeptWhereTheClientLikes) {
  start();
  RawClient client(socket());
  // Two at once, then one more.
  client.send(std::string(get_hello) + "GET /hello?n=2 HTTP/1.1\r\nHost: x\r\n\r\n");
  client.read_until("hello n=2");
  client.send("GET /hello?n=3 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  EXPECT_TRUE(client.read_until().ends_with("hello n=3"));
}

TEST_F(ServerTest, GarbageIsRefused) {
  start();
  for (const std::string& garbage :
       {std::string("\x16\x03\x01\x02\x00\x01garbage\r\n\r\n", 17), std::string("hello\r\n\r\n"),
        std::string("GET /hello HTTP/9.9\r\n\r\n"), std::string("GET  HTTP/1.1\r\n\r\n"),
        std::string("GET hello HTTP/1.1\r\n\r\n"), std::string("GET /hello HTTP/1.1\r\nno colon\r\n\r\n"),
        std::string("POST /hello HTTP/1.1\r\nContent-Length: x\r\n\r\n")})
    EXPECT_TRUE(raw(garbage).starts_with("HTTP/1.1 400")) << garbage << " → " << raw(garbage);
  EXPECT_EQ(hello(), "hello");
}

TEST_F(ServerTest, WhatIsTooLargeIsRefused) {
  start();
  const std::string much(9000, 'x');
  EXPECT_TRUE(raw("GET /" + much + " HTTP/1.1\r\n\r\n").starts_with("HTTP/1.1 431"));
  EXPECT_TRUE(raw("GET /hello HTTP/1.1\r\nX: " + much + "\r\n\r\n").starts_with("HTTP/1.1 431"));
  EXPECT_TRUE(raw("POST /hello HTTP/1.1\r\nContent-Length: 2000\r\n\r\n").starts_with("HTTP/1.1 413"));
  EXPECT_EQ(hello(), "hello");
}

TEST_F(ServerTest, ClientsThatSendNothingHoldUpNobody) {
  start();
  std::vector<RawClient> silent;
  for (int i = 0; i < 100; ++i)
    silent.emplace_back(socket());
  for (const RawClient& client : silent)
    client.send("GET /hel");
  EXPECT_EQ(hello(), "hello") << "although there are more than 64 of them";
}

TEST_F(ServerTest, ClientsThatReadNothingHoldUpNobody) {
  start();
  std::vector<RawClient> deaf;
  for (int i = 0; i < 70; ++i) {
    deaf.emplace_back(socket());
    deaf.back().send("GET /big HTTP/1.1\r\nHost: x\r\n\r\n");
  }
  EXPECT_EQ(hello(), "hello");
}

TEST_F(ServerTest, ASilentConnectionIsClosedAfterAWhile) {
  start(100ms);
  RawClient nothing(socket());
  EXPECT_EQ(nothing.read_until(), "");
  RawClient half(socket());
  half.send("GET /hello HTTP/1.1\r\nHo");
  EXPECT_EQ(half.read_until(), "");
}

TEST_F(ServerTest, AKeptConnectionHasItsOwnTimeBetweenTwoRequests) {
  start(100ms);
  RawClient client(socket());
  client.send(get_hello);
  client.read_until("hello");
  std::this_thread::sleep_for(300ms);  // a pause of three times what a request may take
  client.send("GET /hello?n=2 HTTP/1.1\r\nHost: x\r\n\r\n");
  client.read_until("hello n=2");
  // The next one has begun, and does not go on.
  client.send("GET /hel");
  EXPECT_TRUE(client.read_until().ends_with("hello n=2")) << "and then the end";
}

TEST_F(ServerTest, AKeptConnectionIsNotKeptForEver) {
  ServerSettings settings = at(socket());
  settings.timeout = 1h;
  settings.kept = 100ms;
  start(std::move(settings));
  RawClient client(socket());
  client.send(get_hello);
  EXPECT_TRUE(client.read_until().ends_with("hello")) << "and then the end";
}

TEST_F(ServerTest, ManyClientsAreAllServed) {
  start();
  std::vector<std::future<std::string>> answers;
  for (int i = 0; i < 8; ++i)
    answers.push_back(std::async(std::launch::async, [this] {
      std::string all;
      for (int n = 0; n < 50; ++n)
        all += hello() == "hello" ? "" : "missing ";
      return all;
    }));
  for (auto& answer : answers)
    EXPECT_EQ(answer.get(), "");
}

TEST_F(ServerTest, AnAnswerMayComeLaterFromAnotherThread) {
  start();
  RawClient client(socket());
  client.send("GET /later HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  wait_for_later()({.body = "at last"});
  EXPECT_TRUE(client.read_until().ends_with("at last"));
}

TEST_F(ServerTest, AnAnswerToAClientThatHasGoneIsNoTrouble) {
  start();
  {
    RawClient client(socket());
    client.send("GET /later HTTP/1.1\r\nHost: x\r\n\r\n");
  }
  wait_for_later()({.body = "at last"});
  EXPECT_EQ(hello(), "hello");
}

TEST_F(ServerTest, StopsWhateverIsOpen) {
  start();
  RawClient silent(socket());
  RawClient waiting(socket());
  waiting.send("GET /later HTTP/1.1\r\nHost: x\r\n\r\n");
  RawClient deaf(socket());
  deaf.send("GET /big HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_EQ(hello(), "hello");
  server_->stop();
  server_->stop();
  EXPECT_EQ(silent.read_until(), "");
  later_.clear();
  server_.reset();
}

TEST_F(ServerTest, TheSocketOfADeadProcessIsReplaced) {
  {
    const auto left = listen_unix({.file = socket()});
  }  // closed, but its file stays
  ASSERT_TRUE(std::filesystem::exists(socket()));
  EXPECT_EQ(ask(socket(), "GET", "/hello", 1s).error().kind, ClientFailure::Kind::nobody);
  start();
  EXPECT_EQ(hello(), "hello");
}

TEST_F(ServerTest, ASocketWhoseFileWasRemovedComesBack) {
  start();
  EXPECT_EQ(hello(), "hello");
  std::filesystem::remove(socket());
  for (int i = 0; i < 400 && hello() != "hello"; ++i)
    std::this_thread::sleep_for(50ms);
  EXPECT_EQ(hello(), "hello");
}

TEST_F(ServerTest, APathThatIsTooLongForASocketIsReachedAllTheSame) {
  const auto deep = directory_ / std::string(120, 'd');
  std::filesystem::create_directory(deep);
  const auto file = deep / "status.sock";
  const Server server(at(file), [](const Request&, const Reply& reply) { reply({.body = "deep"}); });
  const auto response = ask(file, "GET", "/", 20s);
  ASSERT_TRUE(response) << response.error().what;
  EXPECT_EQ(response->body, "deep");
}

TEST_F(ServerTest, ADirectoryThatIsNotThereIsSaidAndTriedAgain) {
  const auto file = directory_ / "later/status.sock";
  ServerSettings settings = at(file);
  settings.retry_every = 50ms;
  const Server server(std::move(settings),
                      [](const Request&, const Reply& reply) { reply({.body = "there"}); });
  std::filesystem::create_directory(directory_ / "later");
  std::string body;
  for (int i = 0; i < 400 && body != "there"; ++i) {
    if (const auto response = ask(file, "GET", "/", 20s)) body = response->body;
    std::this_thread::sleep_for(50ms);
  }
  EXPECT_EQ(body, "there");
}

// Connects to a TCP port of this machine; nothing when nobody listens.
std::optional<RawClient> tcp_client(std::uint16_t port) {
  Descriptor connected(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const sockaddr_in address = test::loopback(port);
  if (connect(connected.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) return {};
  return RawClient(std::move(connected));
}

// A port that is free; held by a listener that is closed when it goes.
std::pair<Descriptor, std::uint16_t> free_port() {
  auto listener = listen_tcp({"127.0.0.1:0", "status.listen"});
  sockaddr_in address{};
  socklen_t size = sizeof address;
  getsockname(listener->get(), reinterpret_cast<sockaddr*>(&address), &size);
  return {std::move(*listener), ntohs(address.sin_port)};
}

TEST_F(ServerTest, ListensOnTcpWhereAskedForAndTellsItFromTheSocket) {
  auto [held, port] = free_port();
  const std::string address = "127.0.0.1:" + std::to_string(port);
  start(10s, address);  // the port is taken: tried again until it is free
  EXPECT_EQ(ask(socket(), "GET", "/where", 20s)->body, "unix");
  held = Descriptor();
  std::string got;
  for (int i = 0; i < 400 && got.empty(); ++i) {
    if (auto client = tcp_client(port)) {
      client->send("GET /where HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
      got = client->read_until();
    }
    std::this_thread::sleep_for(20ms);
  }
  EXPECT_TRUE(got.ends_with("tcp")) << got;
  server_->adopt({UnixSocket{.file = socket()}});
  for (int i = 0; i < 400 && tcp_client(port); ++i)
    std::this_thread::sleep_for(20ms);
  EXPECT_FALSE(tcp_client(port)) << "a reload can take it away";
  EXPECT_EQ(hello(), "hello");
}

TEST_F(ServerTest, ConnectionsOverWhatAReloadTakesAwayAreClosed) {
  auto [held, port] = free_port();
  held = Descriptor();
  start(10s, "127.0.0.1:" + std::to_string(port));
  RawClient own(socket());
  own.send(get_hello);
  own.read_until("hello");
  auto remote = tcp_client(port);
  ASSERT_TRUE(remote);
  remote->send(get_hello);
  remote->read_until("hello");
  server_->adopt({UnixSocket{.file = socket()}});
  EXPECT_TRUE(remote->read_until().ends_with("hello")) << "and then the end";
  // The owner's stays, even where its endpoint is another one from now on: it may be what asked for that.
  server_->adopt({UnixSocket{.file = directory_ / "other.sock"}});
  for (int i = 0; i < 400 && std::filesystem::exists(socket()); ++i)
    std::this_thread::sleep_for(20ms);
  EXPECT_FALSE(std::filesystem::exists(socket()));
  own.send("GET /hello?n=2 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  EXPECT_TRUE(own.read_until().ends_with("hello n=2"));
}

TEST_F(ServerTest, WithoutDescriptorsItSaysSo) {
  if (test::exceptions_need_descriptors) GTEST_SKIP() << "no exception without a descriptor here";
  const test::NoDescriptors none;
  EXPECT_THROW(start(), std::system_error);
}

TEST(TcpAddress, IsAnAddressAndAPort) {
  EXPECT_TRUE(listen_tcp({"127.0.0.1:0", "status.listen"}));
  for (const char* bad : {"127.0.0.1", "localhost:80", "127.0.0.1:x", "300.0.0.1:80", "", ":"})
    EXPECT_FALSE(listen_tcp({bad, "status.listen"})) << bad;
}

TEST(Client, SaysWhatIsWrong) {
  const test::TemporaryDirectory directory;
  const auto file = directory / "s";
  EXPECT_EQ(ask(file, "GET", "/", 1s).error().kind, ClientFailure::Kind::nobody);
  const auto listener = listen_unix({.file = file});  // accepts nobody
  const auto silent = ask(file, "GET", "/", 100ms);
  ASSERT_FALSE(silent);
  EXPECT_EQ(silent.error().kind, ClientFailure::Kind::silent) << silent.error().what;
  const auto next_client = [&] {
    pollfd event{listener->get(), POLLIN, 0};
    EXPECT_EQ(poll(&event, 1, 20'000), 1);
    return RawClient(Descriptor(accept4(listener->get(), nullptr, nullptr, SOCK_CLOEXEC)));
  };
  next_client();  // the silent one's
  auto noise = std::async(std::launch::async, [&] {
    RawClient client = next_client();
    client.read_until("\r\n\r\n");
    client.send("noise\r\n\r\n");
  });
  const auto broken = ask(file, "GET", "/", 20s);
  ASSERT_FALSE(broken);
  EXPECT_EQ(broken.error().kind, ClientFailure::Kind::broken) << broken.error().what;
  noise.get();
}

}  // namespace
}  // namespace collector::http
