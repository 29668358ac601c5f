// The ways to a server: compressed, over a Unix socket, with TLS, through a proxy; and what is sent of the
// rows.
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <thread>

#include "tests/sinks/influx/influx_fixture.h"
#include "tests/support/certificates.h"
#include "tests/support/free_port.h"
#include "tests/support/http_request.h"
#include "tests/support/http_stub.h"
#include "tests/support/influx_server.h"
#include "tests/support/victoria_server.h"

namespace collector::test {
namespace {

class TransportTest : public InfluxSinkTest {
 protected:
  void set_tls(const Certificates& certificates) {
    Settings tls;
    tls.set("ca", certificates.authority.string());
    tls.set("certificate", SettingValue{});
    tls.set("key", SettingValue{});
    settings_.set("tls", std::make_shared<const Settings>(tls));
  }
};

constexpr auto count_rows = "SELECT count(bytes_recv) FROM net";

TEST_F(TransportTest, CompressedRequestsAreUnderstood) {
  const InfluxServer server;
  settings_.set("url", server.url());
  settings_.set("compress", std::string("on"));
  deliver({maker_.window(0, 6'000, 1)});
  EXPECT_EQ(server.number(count_rows), 6'000);
  const VictoriaServer victoria;
  settings_.set("url", victoria.url());
  sink_.reset();
  deliver({maker_.window(30, 500, 1)});
  EXPECT_EQ(victoria.samples("{__name__=\"net_bytes_recv\"}").size(), 500U);
}

TEST_F(TransportTest, CompressedRequestsAreMuchSmaller) {
  HttpStub stub([](const StubRequest&) { return StubReply{}; });
  settings_.set("url", stub.url());
  for (const char* compress : {"on", "auto"}) {
    settings_.set("compress", std::string(compress));
    sink_.reset();
    deliver({maker_.window(0, 1'000, 1)});
  }
  std::vector<StubRequest> requests;
  for (StubRequest& request : stub.requests())
    if (!request.body.empty()) requests.push_back(std::move(request));
  ASSERT_EQ(requests.size(), 2U);
  EXPECT_EQ(requests[0].headers.at("content-encoding"), "gzip");
  EXPECT_LT(requests[0].body.size() * 5, requests[1].body.size());
  EXPECT_EQ(requests[1].headers.count("content-encoding"), 0U);  // auto: it is this machine
}

TEST_F(TransportTest, UnixSocket) {
  const InfluxServer server({.unix_socket = true});
  settings_.set("url", std::string("http://localhost"));
  settings_.set("unix_socket", server.socket().string());
  deliver({maker_.window(0, 3, 1)});
  EXPECT_EQ(server.number(count_rows), 3);
}

TEST_F(TransportTest, TlsWithAPrivateAuthority) {
  const auto certificates = make_certificates(state_ / "tls", "DNS:localhost,IP:127.0.0.1");
  const InfluxServer server({.certificates = certificates, .unix_socket = true});
  settings_.set("url", server.url());
  // Over the socket the test can talk to it without TLS.
  auto failure = fail_to_open();
  for (int i = 0; i < 500 && failure.what.find("refused") != std::string::npos; ++i) {
    usleep(10'000);
    failure = fail_to_open();
  }
  EXPECT_TRUE(failure.hold);
  EXPECT_NE(failure.remedy.find("tls: {ca: FILE}"), std::string::npos) << failure.what;
  set_tls(certificates);
  failure = fail_to_open();  // there is no database yet
  EXPECT_NE(failure.what.find("database"), std::string::npos) << failure.what;
}

TEST_F(TransportTest, LoginWithUserAndPassword) {
  InfluxServer server({.authentication = true});
  const auto query = [&](const std::string& text, const std::string& who) {
    return http_request(server.port(), "/query?" + who + "q=" + url_encoded(text), {}, "POST").status;
  };
  ASSERT_EQ(query("CREATE USER ada WITH PASSWORD 'lovelace' WITH ALL PRIVILEGES", ""), 200);
  ASSERT_EQ(query("CREATE DATABASE telegraf", "u=ada&p=lovelace&"), 200);
  ASSERT_EQ(query("CREATE USER eve WITH PASSWORD 'x'", "u=ada&p=lovelace&"), 200);
  settings_.set("url", server.url());
  EXPECT_NE(fail_to_open().what.find("401"), std::string::npos);
  settings_.set("user", std::string("eve"));
  settings_.set("password", std::string("x"));
  const auto failure = fail_to_open();
  EXPECT_TRUE(failure.hold);
  EXPECT_EQ(failure.remedy, "give the user the right to write to database telegraf");
  settings_.set("user", std::string("ada"));
  settings_.set("password", std::string("lovelace"));
  sink_.reset();
  deliver({maker_.window(0, 1, 1)});
}

// `openssl s_server` asks for a certificate and passes on what it decrypts; the test answers through it.
TEST_F(TransportTest, TlsWithAClientsCertificate) {
  const auto certificates = make_certificates(state_ / "tls", "DNS:localhost,IP:127.0.0.1");
  const std::uint16_t port = free_port();
  int to_server[2];
  int from_server[2];
  ASSERT_EQ(pipe(to_server), 0);
  ASSERT_EQ(pipe(from_server), 0);
  const std::string address = "127.0.0.1:" + std::to_string(port);
  const pid_t server = fork();
  ASSERT_GE(server, 0);
  if (server == 0) {
    dup2(to_server[0], STDIN_FILENO);
    dup2(from_server[1], STDOUT_FILENO);
    for (const int end : {to_server[0], to_server[1], from_server[0], from_server[1]})
      close(end);
    execl("/usr/bin/openssl", "openssl", "s_server", "-quiet", "-accept", address.c_str(), "-cert",
          certificates.certificate.c_str(), "-key", certificates.key.c_str(), "-CAfile",
          certificates.authority.c_str(), "-Verify", "1", "-verify_return_error", nullptr);
    _exit(127);
  }
  close(to_server[0]);
  close(from_server[1]);
  std::string heard;
  std::thread answers([&] {
    char buffer[4096];
    for (ssize_t got = 0; (got = read(from_server[0], buffer, sizeof buffer)) > 0;) {
      heard.append(buffer, static_cast<std::size_t>(got));
      const std::string reply = "HTTP/1.1 204 No Content\r\n\r\n";
      if (heard.ends_with("\r\n\r\n") || heard.ends_with("\n"))
        if (write(to_server[1], reply.data(), reply.size()) < 0) return;
    }
  });
  settings_.set("url", "https://" + address);
  settings_.set("version", std::string("1"));
  settings_.set("timeout", Duration(std::chrono::seconds(5)));
  set_tls(certificates);
  SinkFailure failure = fail_to_open();
  for (int i = 0; i < 500 && failure.what.find("refused") != std::string::npos; ++i) {
    usleep(10'000);
    failure = fail_to_open();
  }
  EXPECT_NE(failure.what, "");
  Settings tls = settings_.table("tls");
  tls.set("certificate", certificates.certificate.string());
  tls.set("key", certificates.key.string());
  settings_.set("tls", std::make_shared<const Settings>(tls));
  sink_.reset();
  deliver({maker_.window(0, 1, 1)});
  kill(server, SIGKILL);
  waitpid(server, nullptr, 0);
  answers.join();
  close(to_server[1]);
  close(from_server[0]);
  EXPECT_NE(heard.find("net,host=laptop,interface=eth0 bytes_recv=1i"), std::string::npos);
}

TEST_F(TransportTest, AProxyOfTheEnvironmentIsUsed) {
  HttpStub proxy([](const StubRequest&) { return StubReply{}; });
  setenv("http_proxy", proxy.url().c_str(), 1);
  unsetenv("no_proxy");
  settings_.set("url", std::string("http://influx.example:8086"));
  settings_.set("version", std::string("1"));
  deliver({maker_.window(0, 1, 1)});
  unsetenv("http_proxy");
  EXPECT_EQ(proxy.requests().front().target, "http://influx.example:8086/write?precision=ms&db=telegraf");
}

TEST_F(TransportTest, OneConnectionServesManyRequests) {
  HttpStub stub([](const StubRequest&) { return StubReply{}; });
  settings_.set("url", stub.url());
  settings_.set("max_lines", std::int64_t{10});
  deliver({maker_.window(0, 200, 1)});
  EXPECT_EQ(stub.connections(), 1U);
  EXPECT_GE(stub.requests().size(), 20U);
}

TEST_F(TransportTest, RequestsAreAsLargeAsTheyMayBe) {
  HttpStub stub([](const StubRequest&) { return StubReply{}; });
  settings_.set("url", stub.url());
  settings_.set("max_size", std::uint64_t{100'000});
  deliver({maker_.window(0, 2'000, 1)});
  std::vector<std::size_t> sizes;
  for (const StubRequest& request : stub.requests())
    if (!request.body.empty()) sizes.push_back(request.body.size());
  ASSERT_GE(sizes.size(), 3U);
  for (std::size_t i = 0; i + 1 < sizes.size(); ++i) {
    EXPECT_GE(sizes[i], 100'000U);
    EXPECT_LE(sizes[i], 101'000U);
  }
}

TEST_F(TransportTest, WhatIsLeftOutIsCounted) {
  const InfluxServer server;
  settings_.set("url", server.url());
  settings_.set("prefix", std::string("our_"));
  Settings include;
  include.set("measurements", std::vector<std::string>{"net"});
  include.set("tags", std::map<std::string, std::string>{{"interface", "eth[0-4]"}});
  include.set("fields", std::vector<std::string>{"net.bytes_*"});
  settings_.set("include", std::make_shared<const Settings>(include));
  deliver({maker_.window(0, 10, 1), maker_.begin().mem(0, 1).take()});
  EXPECT_EQ(server.number("SELECT count(bytes_recv) FROM our_net"), 5);
  EXPECT_EQ(server.query("SHOW FIELD KEYS").find("load"), std::string::npos);
  EXPECT_EQ(note("filter"), "6 rows were left out as include and exclude say");
}

TEST_F(TransportTest, SecondsOverwriteAndSaySo) {
  const InfluxServer server;
  settings_.set("url", server.url());
  settings_.set("precision", std::string("s"));
  deliver({maker_.begin().net("eth0", 0, 5).take()});
  EXPECT_FALSE(sink_->notes().at(0).warning);
  deliver({maker_.begin().net("eth0", 0, 7, flag::clock).take()});
  EXPECT_TRUE(sink_->notes().at(0).warning);
  EXPECT_EQ(server.number(count_rows), 1);
}

// libcurl sends a request again by itself when a kept connection turns out to be closed.
TEST_F(TransportTest, ConnectionThatTheServerHasClosedIsMadeAnew) {
  VictoriaServer victoria;
  settings_.set("url", victoria.url());
  sink_ = make_sink();
  ASSERT_TRUE(
      sink_->open({.source = maker_.source(), .epoch = maker_.epoch(), .state = {}, .keep_rejected = {}}));
  ASSERT_TRUE(sink_->write(std::vector{maker_.window(0, 3, 1)}));
  victoria.stop();
  victoria.start();
  const auto written = sink_->write(std::vector{maker_.window(30, 3, 1)});
  ASSERT_TRUE(written) << written.error().what;
  EXPECT_EQ(victoria.samples("{__name__=\"net_bytes_recv\"}").size(), 6U);
}

}  // namespace
}  // namespace collector::test
