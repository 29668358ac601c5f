#include "tests/support/http_request.h"

#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <stdexcept>
#include <thread>

#include "tests/support/loopback.h"

namespace collector::test {
namespace {

// Of "4\r\nWiki\r\n0\r\n\r\n".
std::string unchunked(std::string_view text) {
  std::string out;
  for (;;) {
    std::size_t size = 0;
    const auto line = text.find("\r\n");
    if (line == std::string_view::npos) return out;
    std::from_chars(text.data(), text.data() + line, size, 16);
    if (size == 0) return out;
    out += text.substr(line + 2, size);
    text.remove_prefix(std::min(line + 2 + size + 2, text.size()));
  }
}

}  // namespace

HttpResponse http_request(std::uint16_t port, const std::string& target, std::string_view body,
                          std::string_view method) {
  HttpResponse response;
  const int connection = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const sockaddr_in address = loopback(port);
  const timeval timeout{10, 0};
  setsockopt(connection, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof timeout);
  if (method.empty()) method = body.empty() ? "GET" : "POST";
  const std::string request =
      fmt::format("{} {} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{}",
                  method, target, body.size(), body);
  std::string answer;
  if (connect(connection, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0 &&
      send(connection, request.data(), request.size(), MSG_NOSIGNAL) ==
          static_cast<ssize_t>(request.size())) {
    char buffer[16384];
    for (ssize_t got = 0; (got = recv(connection, buffer, sizeof buffer, 0)) > 0;)
      answer.append(buffer, static_cast<std::size_t>(got));
  }
  close(connection);
  const auto end = answer.find("\r\n\r\n");
  if (end == std::string::npos || answer.size() < 12) return response;
  std::from_chars(answer.data() + 9, answer.data() + 12, response.status);
  response.body = answer.substr(end + 4);
  if (answer.find("Transfer-Encoding: chunked") < end) response.body = unchunked(response.body);
  return response;
}

std::string url_encoded(std::string_view text) {
  std::string out;
  for (const char c : text)
    out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
  return out;
}

bool wait_for_http(std::uint16_t port, const std::string& target, Process& server) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (http_request(port, target).status / 100 != 2) {
    if (!server.running()) return false;
    if (std::chrono::steady_clock::now() >= end)
      throw std::runtime_error(
          fmt::format("no answer from http://127.0.0.1:{}{}: {}", port, target, server.err()));
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return true;
}

}  // namespace collector::test
