// A client that can misbehave: sends any bytes, reads when it likes.
#pragma once

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <string_view>

#include "collector/http/sockets.h"

namespace collector::test {

class RawClient {
 public:
  explicit RawClient(const std::filesystem::path& socket) {
    auto connected = http::connect_unix(socket);
    if (!connected) throw std::runtime_error("connect: " + std::to_string(connected.error()));
    descriptor_ = std::move(*connected);
  }
  explicit RawClient(Descriptor connected) : descriptor_(std::move(connected)) {}

  // False: the server takes no more, or has closed.
  bool send(std::string_view bytes) const {
    return ::send(descriptor_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL) ==
           static_cast<ssize_t>(bytes.size());
  }
  // Waits for the server to take all of it; 20 s at most for each part. False: it has closed.
  bool send_all(std::string_view bytes) const {
    while (!bytes.empty()) {
      pollfd event{descriptor_.get(), POLLOUT, 0};
      if (poll(&event, 1, 20'000) <= 0) throw std::runtime_error("not taken");
      const ssize_t size = ::send(descriptor_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (size < 0 && errno != EAGAIN) return false;
      if (size > 0) bytes.remove_prefix(static_cast<std::size_t>(size));
    }
    return true;
  }
  void end_of_requests() const { shutdown(descriptor_.get(), SHUT_WR); }

  // Everything until the server closes, or until `text` has come; 20 s at most.
  std::string read_until(std::string_view text = {}) {
    return read_while([&] { return text.empty() || got_.find(text) == std::string::npos; });
  }
  // So many bytes, and what came with them.
  std::string read(std::size_t bytes) {
    return read_while([&] { return got_.size() < bytes; });
  }

 private:
  template <typename Condition>
  std::string read_while(Condition wanting) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    std::string block(4096, '\0');
    while (wanting()) {
      if (std::chrono::steady_clock::now() >= deadline) throw std::runtime_error("no end of: " + got_);
      pollfd event{descriptor_.get(), POLLIN, 0};
      if (poll(&event, 1, 100) <= 0) continue;
      const ssize_t size = recv(descriptor_.get(), block.data(), block.size(), 0);
      if (size <= 0) break;
      got_.append(block.data(), static_cast<std::size_t>(size));
    }
    return got_;
  }

  Descriptor descriptor_;
  std::string got_;
};

}  // namespace collector::test
