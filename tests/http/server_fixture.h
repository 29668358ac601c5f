// A server with something to ask, and clients of it that can misbehave.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "collector/http/client.h"
#include "collector/http/server.h"
#include "tests/http/raw_client.h"
#include "tests/support/temporary_directory.h"

namespace collector::http {

using namespace std::chrono_literals;
using test::RawClient;

class ServerTest : public ::testing::Test {
 protected:
  void start(Duration timeout = 10s, const std::string& listen = {}) {
    ServerSettings settings = at(socket());
    if (!listen.empty()) settings.endpoints.emplace_back(TcpPort{listen, "status.listen"});
    settings.timeout = timeout;
    start(std::move(settings));
  }
  void start(ServerSettings settings) {
    settings.retry_every = 50ms;
    server_ = std::make_unique<Server>(std::move(settings), [this](const Request& request, Reply reply) {
      answer(request, std::move(reply));
    });
  }
  static ServerSettings at(const std::filesystem::path& file) {
    ServerSettings settings{.name = "status", .endpoints = {}};
    settings.endpoints.emplace_back(UnixSocket{.file = file});
    return settings;
  }
  virtual void answer(const Request& request, Reply reply) {
    if (request.path == "/big") return reply({.body = std::string(4'000'000, 'x')});
    if (request.path == "/later") {
      const std::lock_guard lock(mutex_);
      later_.push_back(std::move(reply));
      return;
    }
    if (request.path == "/where") return reply({.body = request.peer == Peer::owner ? "unix" : "tcp"});
    if (request.path != "/hello") return reply({.status = 404, .body = "no " + request.path + "\n"});
    if (request.method != "GET")
      return reply({.status = 405, .body = "no\n", .headers = {{"Allow", "GET, HEAD"}}});
    std::string body = "hello";
    for (const auto& [name, value] : request.query)
      body += " " + name + "=" + value;
    reply({.body = body});
  }
  std::filesystem::path socket() const { return directory_ / "status.sock"; }
  std::string hello(Duration timeout = 20s) const {
    const auto response = ask(socket(), "GET", "/hello", timeout);
    return response ? response->body : response.error().what;
  }
  // All that is answered until the server closes.
  std::string raw(std::string_view bytes) const {
    RawClient client(socket());
    client.send_all(bytes);
    return client.read_until();
  }
  // The reply to a request for /later, while others are served.
  Reply wait_for_later() {
    while (true) {
      EXPECT_EQ(hello(), "hello") << "the others are served meanwhile";
      const std::lock_guard lock(mutex_);
      if (!later_.empty()) return std::exchange(later_, {}).front();
    }
  }

  test::TemporaryDirectory directory_;
  std::mutex mutex_;
  std::vector<Reply> later_;
  std::unique_ptr<Server> server_;
};

}  // namespace collector::http
