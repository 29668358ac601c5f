#include "tests/support/http_stub.h"

#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <optional>
#include <stdexcept>
#include <string_view>

#include "tests/support/loopback.h"

namespace collector::test {
namespace {

constexpr int a_second = 1000;

bool send_all(int connection, std::string_view text) {
  while (!text.empty()) {
    const ssize_t sent = send(connection, text.data(), text.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    text.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

// Takes one whole request off the front of `input`; nothing while it is not whole.
std::optional<StubRequest> take_request(std::string& input) {
  const auto end = input.find("\r\n\r\n");
  if (end == std::string::npos) return std::nullopt;
  StubRequest request;
  std::string_view head = std::string_view(input).substr(0, end);
  const auto first_line = head.substr(0, head.find("\r\n"));
  const auto space = first_line.find(' ');
  request.method = first_line.substr(0, space);
  request.target = first_line.substr(space + 1, first_line.rfind(' ') - space - 1);
  head.remove_prefix(std::min(first_line.size() + 2, head.size()));
  while (!head.empty()) {
    const auto line = head.substr(0, head.find("\r\n"));
    head.remove_prefix(std::min(line.size() + 2, head.size()));
    const auto colon = line.find(':');
    std::string name(line.substr(0, colon));
    std::ranges::transform(name, name.begin(),
                           [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    request.headers[name] = line.substr(std::min(line.find_first_not_of(' ', colon + 1), line.size()));
  }
  const auto length = request.headers.find("content-length");
  const std::size_t size = length == request.headers.end() ? 0 : std::stoul(length->second);
  if (input.size() < end + 4 + size) return std::nullopt;
  request.body = input.substr(end + 4, size);
  input.erase(0, end + 4 + size);
  return request;
}

std::string text_of(const StubReply& reply) {
  std::string text = fmt::format("HTTP/1.1 {} Stub\r\n", reply.status);
  for (const auto& [name, value] : reply.headers)
    text += fmt::format("{}: {}\r\n", name, value);
  if (reply.status != 204) text += fmt::format("Content-Length: {}\r\n", reply.body.size());
  return text + "\r\n" + reply.body;
}

}  // namespace

std::string StubRequest::parameter(const std::string& name) const {
  const std::string query = "&" + target.substr(std::min(target.find('?'), target.size() - 1) + 1);
  const auto begin = query.find("&" + name + "=");
  if (begin == std::string::npos) return {};
  const std::string rest = query.substr(begin + name.size() + 2);
  return rest.substr(0, rest.find('&'));
}

HttpStub::HttpStub(Answer answer) : answer_(std::move(answer)) {
  listener_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address = loopback(0);
  socklen_t size = sizeof address;
  if (listener_ < 0 || bind(listener_, reinterpret_cast<sockaddr*>(&address), size) != 0 ||
      listen(listener_, 16) != 0 ||
      getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) != 0 || pipe(stop_) != 0)
    throw std::runtime_error("no server on 127.0.0.1");
  port_ = ntohs(address.sin_port);
  acceptor_ = std::thread([this] { accept_all(); });
}

HttpStub::~HttpStub() {
  close(stop_[1]);
  acceptor_.join();
  for (std::thread& thread : threads_)
    thread.join();
  close(listener_);
  close(stop_[0]);
}

std::vector<StubRequest> HttpStub::requests() const {
  const std::lock_guard lock(mutex_);
  return requests_;
}

// False: the stub ends.
bool HttpStub::wait_for_data(int connection) const {
  pollfd both[2] = {{connection, POLLIN, 0}, {stop_[0], POLLIN, 0}};
  while (poll(both, 2, -1) < 0)
    continue;
  return both[1].revents == 0;
}

void HttpStub::accept_all() {
  while (wait_for_data(listener_)) {
    const int connection = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (connection < 0) continue;
    threads_.emplace_back([this, connection, number = connections_++] {
      serve(connection, number);
      close(connection);
    });
  }
}

void HttpStub::serve(int connection, std::size_t number) {
  std::string input;
  char buffer[16384];
  while (wait_for_data(connection)) {
    const ssize_t got = recv(connection, buffer, sizeof buffer, 0);
    if (got <= 0) return;
    input.append(buffer, static_cast<std::size_t>(got));
    while (auto request = take_request(input)) {
      request->connection = number;
      StubReply answer;
      {
        const std::lock_guard lock(mutex_);
        requests_.push_back(*request);
        answer = answer_(*request);
      }
      if (!reply(connection, answer)) return;
    }
  }
}

// False: the connection has ended.
bool HttpStub::reply(int connection, const StubReply& reply) {
  using Manner = StubReply::Manner;
  const std::string text = text_of(reply);
  switch (reply.manner) {
    case Manner::complete:
      return send_all(connection, text);
    case Manner::then_close:
      send_all(connection, text);
      return false;
    case Manner::never:
      wait_for_data(connection);  // until the other side has had enough
      return false;
    case Manner::dribble:
      break;
  }
  for (const char c : text) {
    pollfd stop{stop_[0], POLLIN, 0};
    if (!send_all(connection, {&c, 1}) || poll(&stop, 1, a_second) != 0) return false;
  }
  return true;
}

}  // namespace collector::test
