// Clients that are slow on purpose, each in a way of its own: they cost nobody but themselves anything.

#include "tests/program/web_program.h"
#include "tests/support/certificates.h"
#include "tests/support/web_socket_client.h"

namespace collector::test {
namespace {

class WebSlow : public WebProgram {
 protected:
  static constexpr int many = 100;  // more than there is room for

  void start_with_room() {
    configure("", "", "connections: 64, per_address: 64, requests: 1000000, burst: 1000000");
    start();
  }
  // Sampling goes on, `status` answers, and whoever is quick gets in.
  void expect_others_served() const {
    expect_unharmed();
    EXPECT_TRUE(eventually([&] { return ask("GET /api/v1").all.find("secret-host") != std::string::npos; }));
  }
};

TEST_F(WebSlow, AHeaderByteByByte) {
  start_with_room();
  std::vector<Descriptor> slow;
  for (int i = 0; i < many; ++i) {
    slow.push_back(connected());
    say(slow.back(), "GET / HTTP/1.1\r\nX: ");
  }
  for (int i = 0; i < 5; ++i)
    for (const Descriptor& one : slow)
      say(one, "x");
  expect_others_served();
  end_collector();
}

TEST_F(WebSlow, ABodyByteByByte) {
  start_with_room();
  std::vector<Descriptor> slow;
  for (int i = 0; i < many; ++i) {
    slow.push_back(connected());
    say(slow.back(), "POST /api/v1/session HTTP/1.1\r\nHost: " + own_host() +
                         "\r\nContent-Type: application/json\r\nContent-Length: 4000\r\n\r\n{");
  }
  for (int i = 0; i < 5; ++i)
    for (const Descriptor& one : slow)
      say(one, " ");
  expect_others_served();
  end_collector();
}

// As much as is sent without being read fills what the kernel keeps; then the server waits for nobody.
TEST_F(WebSlow, AnswersThatAreNotTaken) {
  start_with_room();
  std::vector<Descriptor> slow;
  std::string requests;
  for (int i = 0; i < 400; ++i)
    requests += "GET /api/v1/openapi.json HTTP/1.1\r\nHost: " + own_host() + "\r\n\r\n";
  for (int i = 0; i < 20; ++i) {
    slow.push_back(connected());
    const int little = 4096;
    setsockopt(slow.back().get(), SOL_SOCKET, SO_RCVBUF, &little, sizeof little);
    (void)::send(slow.back().get(), requests.data(), requests.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
  }
  expect_others_served();
  end_collector();
}

TEST_F(WebSlow, HalfClosedConnections) {
  start_with_room();
  std::vector<Descriptor> slow;
  for (int i = 0; i < many; ++i) {
    slow.push_back(connected());
    say(slow.back(), "GET /api/v1 HT");
    shutdown(slow.back().get(), SHUT_WR);
  }
  const Descriptor whole = connected();
  say(whole, request("GET /api/v1", {}, {}, {}));
  shutdown(whole.get(), SHUT_WR);
  EXPECT_EQ(rest(whole).status(), 200) << "who has said all is answered";
  expect_others_served();
  end_collector();
}

TEST_F(WebSlow, HandshakesThatStall) {
  const TemporaryDirectory directory;
  const auto made = make_certificates(directory / "tls", "IP:127.0.0.1");
  configure(fmt::format("tls: {{certificate: {}, key: {}}}", made.certificate.native(), made.key.native()),
            "", "connections: 8, sockets: 1");
  start();
  std::vector<Descriptor> slow;
  for (int i = 0; i < many; ++i) {
    slow.push_back(connected());
    // The first bytes of a ClientHello.
    if (i % 2 == 0) say(slow.back(), std::string_view("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 11));
  }
  expect_unharmed();
  const auto quick =
      run_process({"/usr/bin/curl", "-sS", "--max-time", "8", "--cacert", made.authority.native(),
                   fmt::format("https://127.0.0.1:{}/api/v1", port_)});
  EXPECT_NE(quick.out.find("secret-host"), std::string::npos) << quick.err;
  end_collector();
}

TEST_F(WebSlow, IdleConnectionsOverTlsMakeRoom) {
  const TemporaryDirectory directory;
  const auto made = make_certificates(directory / "tls", "IP:127.0.0.1");
  configure(fmt::format("tls: {{certificate: {}, key: {}}}", made.certificate.native(), made.key.native()),
            "", "connections: 4, per_address: 64, sockets: 1");
  start();
  std::vector<std::unique_ptr<Process>> idle;
  for (int i = 0; i < 30; ++i)
    idle.push_back(std::make_unique<Process>(std::vector<std::string>{"/usr/bin/openssl", "s_client",
                                                                      "-quiet", "-connect", own_host(),
                                                                      "-CAfile", made.authority.native()}));
  const auto get = [&] {
    return run_process({"/usr/bin/curl", "-sS", "--max-time", "8", "--cacert", made.authority.native(),
                        fmt::format("https://127.0.0.1:{}/api/v1", port_)});
  };
  for (int i = 0; i < 5; ++i)
    EXPECT_TRUE(eventually([&] { return get().out.find("secret-host") != std::string::npos; })) << get().err;
  expect_unharmed();
  end_collector();
}

TEST_F(WebSlow, StreamsThatAreNotRead) {
  start_with_room();
  std::vector<std::unique_ptr<WebSocketClient>> deaf;
  for (int i = 0; i < 16; ++i) {
    deaf.push_back(std::make_unique<WebSocketClient>(port_));
    ASSERT_TRUE(deaf.back()->open().starts_with("HTTP/1.1 101"));
    for (int id = 1; id <= 200; ++id)
      deaf.back()->send(fmt::format(
          R"({{"type":"subscribe","id":{},"measurement":"net","fields":["bytes_recv","bytes_sent"],"back":3600}})",
          id % 8));
  }
  expect_others_served();
  EXPECT_EQ(open_stream({"Origin: http://" + own_host()}).status() % 402, 101) << "101 or 503";
  end_collector();
}

TEST_F(WebSlow, StreamsThatOnlyPing) {
  start_with_room();
  std::vector<std::unique_ptr<WebSocketClient>> chatty;
  for (int i = 0; i < 16; ++i) {
    chatty.push_back(std::make_unique<WebSocketClient>(port_));
    ASSERT_TRUE(chatty.back()->open().starts_with("HTTP/1.1 101"));
  }
  EXPECT_EQ(open_stream({"Origin: http://" + own_host()}).status(), 503);
  for (int n = 0; n < 200; ++n)
    for (const auto& one : chatty)
      one->send("x", 9);
  expect_others_served();
  chatty.clear();
  EXPECT_TRUE(eventually([&] { return open_stream({"Origin: http://" + own_host()}).status() == 101; }))
      << "their places are free again";
  end_collector();
}

}  // namespace
}  // namespace collector::test
