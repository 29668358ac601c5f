#include "collector/http/line_stream.h"

#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <utility>

#include "collector/core/numbers.h"
#include "collector/core/version.h"
#include "collector/http/sockets.h"

namespace collector::http {
namespace {

using Kind = ClientFailure::Kind;
using Deadline = std::chrono::steady_clock::time_point;

constexpr std::string_view end_of_header = "\r\n\r\n";
constexpr std::size_t longest_header = 8 * 1024;

// False: the deadline has come first.
bool wait_for(int descriptor, short events, Deadline deadline) {
  while (true) {
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now()).count();
    pollfd waited{descriptor, events, 0};
    const int ready = poll(&waited, 1, static_cast<int>(std::max<std::int64_t>(left, 0)));
    if (ready > 0) return true;
    if (ready == 0 || errno != EINTR) return false;
  }
}

// "HTTP/1.0 200 OK"; 0: it is none.
unsigned status_of(std::string_view header) {
  if (!header.starts_with("HTTP/1.") || header.size() < 12) return 0;
  return parse_number<unsigned>(header.substr(9, 3)).value_or(0);
}

}  // namespace

std::expected<LineStream, ClientFailure> LineStream::open(const std::filesystem::path& socket,
                                                          const std::string& target, Duration timeout) {
  const auto failed = [&](Kind kind, const std::string& why) {
    return std::unexpected(ClientFailure{kind, fmt::format("{}: {}", socket.native(), why)});
  };
  auto connected = connect_unix(socket);
  if (!connected) return failed(failure_to_connect(connected.error()), std::strerror(connected.error()));
  const Deadline deadline =
      std::chrono::steady_clock::now() + std::chrono::duration_cast<std::chrono::nanoseconds>(timeout);
  LineStream stream(*std::move(connected));
  // To a client of HTTP/1.0 the body is what comes until the end: nothing has to be taken apart.
  const std::string request =
      fmt::format("GET {} HTTP/1.0\r\nHost: localhost\r\nUser-Agent: {}\r\n\r\n", target, user_agent());
  if (!wait_for(stream.descriptor(), POLLOUT, deadline)) return failed(Kind::silent, "no answer");
  if (send(stream.descriptor(), request.data(), request.size(), MSG_NOSIGNAL) !=
      static_cast<ssize_t>(request.size()))
    return failed(Kind::broken, std::strerror(errno));
  std::size_t end = std::string::npos;
  unsigned status = 0;
  while (true) {
    end = stream.received_.find(end_of_header);
    status = end == std::string::npos ? 0 : status_of(stream.received_);
    // What is refused says why in its body.
    if (end != std::string::npos && (status == 200 || stream.over_)) break;
    if (stream.over_ || (end == std::string::npos && stream.received_.size() > longest_header))
      return failed(Kind::broken, "what came is no answer");
    if (!wait_for(stream.descriptor(), POLLIN, deadline)) return failed(Kind::silent, "no answer");
    stream.receive();
  }
  stream.received_.erase(0, end + end_of_header.size());
  if (status == 200) return stream;
  while (stream.received_.ends_with('\n'))
    stream.received_.pop_back();
  return std::unexpected(
      ClientFailure{status == 403 ? Kind::forbidden : Kind::broken, std::move(stream.received_)});
}

// False: there is nothing more for now.
bool LineStream::receive() {
  std::array<char, 16 * 1024> buffer{};
  const ssize_t size = recv(connection_.get(), buffer.data(), buffer.size(), 0);
  if (size > 0) received_.append(buffer.data(), static_cast<std::size_t>(size));
  if (size == 0 || (size < 0 && errno != EAGAIN && errno != EINTR)) over_ = true;
  return size > 0 || (size < 0 && errno == EINTR);
}

std::vector<std::string> LineStream::read() {
  while (!over_ && received_.size() <= longest_line && receive())
    continue;
  std::vector<std::string> lines;
  std::size_t start = 0;
  for (auto end = received_.find('\n'); end != std::string::npos; end = received_.find('\n', start)) {
    lines.push_back(received_.substr(start, end - start));
    start = end + 1;
  }
  received_.erase(0, start);
  if (received_.size() > longest_line) over_ = true;
  return lines;
}

}  // namespace collector::http
