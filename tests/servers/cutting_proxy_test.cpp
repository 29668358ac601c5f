// The proxy does what its tests rely on: it counts, delays, cuts where it is told to, and tells messages
// apart.
#include "tests/support/cutting_proxy.h"

#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <future>
#include <string>
#include <thread>

#include "tests/support/loopback.h"
#include "tests/support/pgbouncer.h"
#include "tests/support/postgres_messages.h"
#include "tests/support/postgres_server.h"

namespace collector::test {
namespace {

using std::chrono::milliseconds;

// Sends every byte back.
class Echo {
 public:
  Echo() {
    listener_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address = loopback(0);
    socklen_t size = sizeof address;
    if (bind(listener_, reinterpret_cast<const sockaddr*>(&address), size) != 0 || listen(listener_, 8) != 0)
      throw std::runtime_error("echo server");
    getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { run(); });
  }
  ~Echo() {
    shutdown(listener_, SHUT_RDWR);
    thread_.join();
    close(listener_);
  }
  std::uint16_t port() const { return port_; }
  std::size_t received() const { return received_; }

 private:
  void run() {
    char buffer[4096];
    while (true) {
      const int client = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
      if (client < 0) return;
      for (ssize_t got = 0; (got = recv(client, buffer, sizeof buffer, 0)) > 0;) {
        received_ += static_cast<std::size_t>(got);
        if (send(client, buffer, static_cast<std::size_t>(got), MSG_NOSIGNAL) != got) break;
      }
      close(client);
    }
  }

  int listener_ = -1;
  std::uint16_t port_ = 0;
  std::atomic<std::size_t> received_{0};
  std::thread thread_;
};

class Client {
 public:
  explicit Client(std::uint16_t port) : socket_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    const sockaddr_in address = loopback(port);
    if (connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
      throw std::runtime_error("connecting to the proxy");
  }
  ~Client() { close(socket_); }
  void say(const std::string& text) const { send(socket_, text.data(), text.size(), MSG_NOSIGNAL); }
  // Waits for so many bytes, or the end of the connection.
  std::string hear(std::size_t size) const {
    std::string heard;
    char buffer[4096];
    while (heard.size() < size) {
      const auto got = recv(socket_, buffer, std::min(sizeof buffer, size - heard.size()), 0);
      if (got <= 0) break;
      heard.append(buffer, static_cast<std::size_t>(got));
    }
    return heard;
  }
  bool hears_nothing() const {
    pollfd waiting{.fd = socket_, .events = POLLIN, .revents = 0};
    return poll(&waiting, 1, 200) == 0;
  }

 private:
  int socket_;
};

TEST(CuttingProxy, CountsWhatGoesThrough) {
  const Echo echo;
  const CuttingProxy proxy({.target = echo.port()});
  for (int i = 0; i < 3; ++i) {
    const Client client(proxy.port());
    for (int n = 0; n < 5; ++n) {
      client.say("hello");
      EXPECT_EQ(client.hear(5), "hello");
    }
  }
  const auto figures = proxy.figures();
  EXPECT_EQ(figures.connections, 3U);
  EXPECT_EQ(figures.ended, 0U);
  EXPECT_EQ(figures.bytes_up, 75U);
  EXPECT_EQ(figures.bytes_down, 75U);
  EXPECT_EQ(figures.round_trips, 15U);
}

TEST(CuttingProxy, TakesItsTimeBothWays) {
  const Echo echo;
  const CuttingProxy proxy({.target = echo.port(), .delay = milliseconds(20)});
  const Client client(proxy.port());
  const auto started = std::chrono::steady_clock::now();
  client.say("one");
  client.say("two");  // on its way before the answer to the first is there: no round trip of its own
  EXPECT_EQ(client.hear(6), "onetwo");
  EXPECT_GE(std::chrono::steady_clock::now() - started, milliseconds(40));
  EXPECT_EQ(proxy.figures().bytes_up, 6U);
}

TEST(CuttingProxy, CarriesMuch) {
  const Echo echo;
  const CuttingProxy proxy({.target = echo.port()});
  const Client client(proxy.port());
  const std::string much(20'000'000, 'x');
  std::thread sender([&] { client.say(much); });
  EXPECT_EQ(client.hear(much.size()), much);
  sender.join();
}

TEST(CuttingProxy, CutsAfterAByteUp) {
  const Echo echo;
  const CuttingProxy proxy({.target = echo.port(), .fate = [](auto) { return Fate{.bytes_up = 7}; }});
  const Client client(proxy.port());
  client.say("hello");
  EXPECT_EQ(client.hear(5), "hello");
  client.say("world");
  EXPECT_LE(client.hear(5).size(), 2U);
  EXPECT_EQ(proxy.figures().bytes_up, 7U);
  EXPECT_EQ(proxy.figures().ended, 1U);
}

TEST(CuttingProxy, CutsAfterAByteDown) {
  const Echo echo;
  CuttingProxy proxy({.target = echo.port(),
                      .fate = [](auto number) { return number == 1 ? Fate{.bytes_down = 3} : Fate{}; }});
  const Client first(proxy.port());
  first.say("hello");
  EXPECT_EQ(first.hear(5), "hel");
  EXPECT_EQ(echo.received(), 5U);
  const Client second(proxy.port());
  second.say("hello");
  EXPECT_EQ(second.hear(5), "hello");
  proxy.cut_all();
  EXPECT_EQ(second.hear(1), "");
}

TEST(CuttingProxy, CutsBeforeTheFirstByte) {
  const Echo echo;
  const CuttingProxy proxy({.target = echo.port(), .fate = [](auto) { return Fate{.bytes_up = 0}; }});
  EXPECT_EQ(Client(proxy.port()).hear(1), "");
  EXPECT_EQ(proxy.figures().ended, 1U);
}

TEST(CuttingProxy, NobodyIsToldOfAConnectionThatStalls) {
  const Echo echo;
  const CuttingProxy proxy(
      {.target = echo.port(), .fate = [](auto) { return Fate{.bytes_up = 2, .stall = true}; }});
  const Client client(proxy.port());
  client.say("hello");
  EXPECT_TRUE(client.hears_nothing());
  EXPECT_EQ(proxy.figures().bytes_up, 2U);
  EXPECT_EQ(proxy.figures().ended, 1U);
}

TEST(CuttingProxy, ATargetThatIsNotThereIsTheEndOfTheConnection) {
  CuttingProxy proxy({.target = 1});
  EXPECT_EQ(Client(proxy.port()).hear(1), "");
  const Echo echo;
  proxy.set_target(echo.port());
  const Client client(proxy.port());
  client.say("x");
  EXPECT_EQ(client.hear(1), "x");
}

// One session of psql through the proxy: what it printed, or "failed".
std::string psql(const PostgresServer& server, std::uint16_t port, const std::string& sql) {
  const Finished finished = run_process(
      {postgres_program("psql"), "-X", "-A", "-t", "-q", server.url(port) + "?sslmode=prefer", "-c", sql});
  return finished.exit_code == 0 ? finished.out : "failed";
}

TEST(CuttingProxy, TellsPostgresMessagesApart) {
  const PostgresServer server;
  std::promise<std::string> all;
  auto known = all.get_future();
  CuttingProxy proxy({.target = server.port(), .messages = true, .fate = [&](auto) {
                        return Fate{.lose = [&all, types = std::string()](const Passing& passing) mutable {
                          types += passing.type == 0 ? '-' : passing.type;
                          EXPECT_EQ(passing.number, types.size());
                          if (passing.type == 'X') all.set_value(types);
                          return false;
                        }};
                      }});
  EXPECT_EQ(psql(server, proxy.port(), "SELECT 1"), "1\n");
  ASSERT_EQ(known.wait_for(std::chrono::seconds(30)), std::future_status::ready);
  const std::string types = known.get();
  // SSLRequest, N, startup, SASL (R, p, R, p, R), authenticated, parameters, key, ready; query, description,
  // row, complete, ready; end.
  EXPECT_TRUE(types.starts_with("---RpRpRRS")) << types;
  EXPECT_TRUE(types.ends_with("KZQTDCZX")) << types;
  // TCP's own not counted: SSL, startup, twice SASL, query.
  EXPECT_EQ(proxy.figures().round_trips, 5U);
}

TEST(CuttingProxy, LosesTheReplyToACommit) {
  const PostgresServer server;
  server.query("CREATE TABLE t(a int); GRANT ALL ON t TO collector");
  const CuttingProxy proxy({.target = server.port(), .messages = true, .fate = [](auto) {
                              return Fate{.lose = [](const Passing& passing) {
                                return passing.way == Way::down && passing.type == 'C' &&
                                       passing.bytes.find("COMMIT") != std::string_view::npos;
                              }};
                            }});
  EXPECT_EQ(psql(server, proxy.port(), "BEGIN; INSERT INTO t VALUES (1); COMMIT"), "failed");
  EXPECT_EQ(server.query("SELECT count(*) FROM t"), "1");
}

TEST(CuttingProxy, CutsAtEachMessage) {
  const PostgresServer server;
  server.query("CREATE TABLE t(a int); GRANT ALL ON t TO collector");
  std::atomic<std::uint64_t> most = 0;
  CuttingProxy proxy({.target = server.port(), .messages = true, .fate = [&](std::uint64_t number) {
                        return Fate{.lose = [&most, number](const Passing& passing) {
                          most = std::max<std::uint64_t>(most, passing.number);
                          return passing.number > number;
                        }};
                      }});
  std::string said;
  for (int i = 0; i < 100 && said != "1\n"; ++i)
    said = psql(server, proxy.port(), "INSERT INTO t VALUES (1) RETURNING a");
  EXPECT_EQ(said, "1\n");
  const auto figures = proxy.figures();
  EXPECT_GE(figures.ended, figures.connections - 1);  // in the last one at most the farewell was lost
  EXPECT_GE(most, 25U);
  // Query, description, row, complete, ready: with the query at the server the row is in.
  EXPECT_GE(std::stoi(server.query("SELECT count(*) FROM t")), 4);
}

TEST(PostgresMessages, WaitForTheWholeOfOne) {
  PostgresMessages messages;
  const std::string startup("\0\0\0\x0a\0\3\0\0ab", 10);
  for (std::size_t i = 1; i < startup.size(); ++i)
    EXPECT_FALSE(messages.up(startup.substr(0, i)));
  EXPECT_EQ(messages.up(startup + "more"), 10U);
  EXPECT_FALSE(messages.up(std::string("Q\0\0\0\x05", 5)));
  EXPECT_EQ(messages.up(std::string("Q\0\0\0\x05;Q", 7)), 6U);
  EXPECT_EQ(messages.type(), 'Q');
}

TEST(PostgresMessages, EncryptedOnesHaveNoEnds) {
  PostgresMessages messages;
  EXPECT_EQ(messages.up(std::string("\0\0\0\x08\x04\xd2\x16\x2f", 8)), 8U);
  EXPECT_EQ(messages.down("S"), 1U);
  EXPECT_EQ(messages.up("anything"), 8U);
  EXPECT_EQ(messages.down("else"), 4U);
}

TEST(PgBouncer, MixesTransactionsOfItsClients) {
  const PostgresServer server;
  const PgBouncer bouncer(server);
  const Finished finished = run_process({postgres_program("psql"), "-X", "-A", "-t", "-q", bouncer.url(),
                                         "-c", "SELECT current_user", "-c", "SELECT 2"});
  EXPECT_EQ(finished.out, "collector\n2\n") << finished.err << bouncer.log();
}

}  // namespace
}  // namespace collector::test
