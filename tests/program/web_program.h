// A running collector with its page, and clients that say to it whatever they like, byte by byte.
#pragma once

#include <arpa/inet.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <cctype>
#include <csignal>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "collector/core/descriptor.h"
#include "collector/http/sockets.h"
#include "tests/program/program.h"
#include "tests/support/free_port.h"

namespace collector::test {

// An answer as it came.
struct RawAnswer {
  std::string all;

  int status() const {
    return all.starts_with("HTTP/1.1 ") ? std::stoi(all.substr(9, 3)) : 0;  // 0: it was closed
  }
  std::string head() const { return all.substr(0, std::min(all.find("\r\n\r\n"), all.size())); }
  std::string body() const {
    const auto end = all.find("\r\n\r\n");
    return end == std::string::npos ? "" : all.substr(end + 4);
  }
  // Empty: there is none.
  std::string header(std::string name) const {
    const auto lower = [](std::string text) {
      std::ranges::transform(text, text.begin(), [](unsigned char c) { return std::tolower(c); });
      return text;
    };
    name = "\r\n" + lower(std::move(name)) + ": ";
    const std::string lines = lower(head());
    const auto at = lines.find(name);
    if (at == std::string::npos) return {};
    const auto begin = at + name.size();
    return head().substr(begin, std::min(lines.find("\r\n", begin), lines.size()) - begin);
  }
};

class WebProgram : public ::testing::Test {
 protected:
  static constexpr std::string_view small =
      "interval: 100ms\nwindow: 1s\nflush: 1s\nhost: secret-host\nsamplers: {default: off, net: on, mem: "
      "on}\n"
      "sinks: {local: {type: sqlite}}\nshutdown: {deadline: 1s}\n";

  // `web`: what stands beside `listen`; `limits`: of those in web.limits.
  void configure(const std::string& web, const std::string& more = {},
                 const std::string& limits = "requests: 1000000, burst: 1000000") const {
    installation_.configure(std::string(small) + more +
                            fmt::format("web: {{listen: \"127.0.0.1:{}\"{}{}, limits: {{{}}}}}\n", port_,
                                        web.empty() ? "" : ", ", web, limits));
  }
  void start(const std::vector<std::pair<std::string, std::string>>& environment = {}) {
    collector_.emplace(installation_.command({"run"}), environment);
    ASSERT_TRUE(eventually([&] { return !collector_->running() || connected().get() >= 0; }))
        << collector_->err();
    ASSERT_TRUE(collector_->running()) << collector_->err();
  }
  void end_collector() {
    collector_->signal(SIGTERM);
    const auto finished = collector_->wait(std::chrono::seconds(20));
    ASSERT_TRUE(finished);
    EXPECT_EQ(finished->exit_code, 0) << finished->err;
  }
  std::string token(const std::vector<std::string>& more) const {
    std::vector<std::string> words{"token", "add"};
    words.insert(words.end(), more.begin(), more.end());
    const Finished made = installation_.run(words);
    EXPECT_EQ(made.exit_code, 0) << made.err;
    return made.out.substr(0, made.out.find('\n'));
  }

  // The exit code of a command that is given a password.
  int piped(const std::string& password, const std::vector<std::string>& arguments) const {
    std::string words;
    for (const std::string& word : installation_.command(arguments))
      words += " '" + word + "'";
    return run_process({"/bin/sh", "-c", "printf '%s\\n' '" + password + "' |" + words}).exit_code;
  }

  // -1: refused. A byte is waited for at most twenty seconds.
  Descriptor connected(const std::string& address = "127.0.0.1", const std::string& from = {}) const {
    Descriptor socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    const timeval patience{20, 0};
    setsockopt(socket.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    const auto place = [](const std::string& text, std::uint16_t port) {
      sockaddr_in out{};
      out.sin_family = AF_INET;
      out.sin_port = htons(port);
      inet_pton(AF_INET, text.c_str(), &out.sin_addr);
      return out;
    };
    const sockaddr_in own = place(from.empty() ? "0.0.0.0" : from, 0);
    if (!from.empty() && bind(socket.get(), reinterpret_cast<const sockaddr*>(&own), sizeof own) != 0)
      return Descriptor();
    const sockaddr_in there = place(address, port_);
    if (connect(socket.get(), reinterpret_cast<const sockaddr*>(&there), sizeof there) != 0)
      return Descriptor();
    return socket;
  }
  static void say(const Descriptor& socket, std::string_view text) {
    (void)::send(socket.get(), text.data(), text.size(), MSG_NOSIGNAL);
  }
  // Until the end.
  static RawAnswer rest(const Descriptor& socket) {
    RawAnswer answer;
    char part[4096];
    for (ssize_t count = 0; (count = recv(socket.get(), part, sizeof part, 0)) > 0;)
      answer.all.append(part, static_cast<std::size_t>(count));
    return answer;
  }
  // "GET /api/v1", with Host and these lines ("Origin: x"), and a body.
  RawAnswer ask(const std::string& what, const std::vector<std::string>& lines = {},
                const std::string& body = {}, const std::string& host = {}) const {
    const Descriptor socket = connected();
    say(socket, request(what, lines, body, host));
    return rest(socket);
  }
  std::string request(const std::string& what, const std::vector<std::string>& lines, const std::string& body,
                      const std::string& host) const {
    std::string text = what + " HTTP/1.1\r\nHost: " + (host.empty() ? own_host() : host) + "\r\n";
    for (const std::string& line : lines)
      text += line + "\r\n";
    if (!body.empty()) text += fmt::format("Content-Length: {}\r\n", body.size());
    return text + "Connection: close\r\n\r\n" + body;
  }
  // The same over the Unix socket.
  RawAnswer ask_unix(const std::string& what, const std::vector<std::string>& lines = {},
                     const std::string& body = {}) const {
    auto socket = http::connect_unix(installation_.state() / "status.sock");
    if (!socket) return {};
    int flags = fcntl(socket->get(), F_GETFL);
    fcntl(socket->get(), F_SETFL, flags & ~O_NONBLOCK);
    say(*socket, request(what, lines, body, {}));
    return rest(*socket);
  }
  RawAnswer post(const std::string& path, const std::string& json,
                 std::vector<std::string> lines = {}) const {
    lines.emplace_back("Content-Type: application/json");
    return ask("POST " + path, lines, json);
  }
  std::string own_host() const { return "127.0.0.1:" + std::to_string(port_); }
  static std::vector<std::string> upgrade(std::vector<std::string> lines) {
    lines.insert(lines.end(),
                 {"Upgrade: websocket", "Sec-WebSocket-Version: 13",
                  "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", "Sec-WebSocket-Protocol: collector.v1"});
    return lines;
  }
  // What a request to open a stream is answered with, before anything is streamed.
  RawAnswer open_stream(std::vector<std::string> lines, const std::string& host = {}) const {
    const Descriptor socket = connected();
    std::string text = request("GET /api/v1/stream", upgrade(std::move(lines)), {}, host);
    text.replace(text.find("Connection: close"), 17, "Connection: Upgrade");
    say(socket, text);
    RawAnswer answer;
    char byte = 0;
    while (!answer.all.ends_with("\r\n\r\n") && recv(socket.get(), &byte, 1, 0) == 1)
      answer.all += byte;
    const std::size_t size = answer.status() == 101 ? 0 : std::stoul("0" + answer.header("Content-Length"));
    for (std::size_t i = 0; i < size && recv(socket.get(), &byte, 1, 0) == 1; ++i)
      answer.all += byte;
    return answer;
  }
  std::int64_t ticks() const {
    const Finished status = installation_.run({"status", "--json"});
    const auto at = status.out.find("\"ticks\": ");
    return at == std::string::npos ? -1 : std::stoll(status.out.substr(at + 9));
  }
  // The loop goes on, and tells so.
  void expect_unharmed() const {
    const std::int64_t before = ticks();
    EXPECT_GE(before, 0) << "status answers";
    EXPECT_TRUE(eventually([&] { return ticks() > before + 5; })) << "the loop goes on";
  }

  const std::uint16_t port_ = free_port();
  const Installation installation_{""};
  std::optional<Process> collector_;
};

}  // namespace collector::test
