// The service manager's end of sd_notify: a datagram socket of the test's own.
#pragma once

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cstddef>
#include <cstring>
#include <optional>
#include <stdexcept>
#include <string>

namespace collector::test {

class NotifySocket {
 public:
  // A path, or `@name` for an abstract socket, as in $NOTIFY_SOCKET.
  explicit NotifySocket(std::string name)
      : name_(std::move(name)), descriptor_(socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, name_.data(), name_.size());
    const bool abstract = name_.front() == '@';
    if (abstract) address.sun_path[0] = '\0';
    const auto length = offsetof(sockaddr_un, sun_path) + name_.size() + (abstract ? 0U : 1U);
    if (bind(descriptor_, reinterpret_cast<const sockaddr*>(&address), static_cast<socklen_t>(length)) != 0)
      throw std::runtime_error("bind " + name_ + ": " + std::strerror(errno));
  }
  ~NotifySocket() { close(descriptor_); }
  NotifySocket(const NotifySocket&) = delete;
  NotifySocket& operator=(const NotifySocket&) = delete;

  const std::string& name() const { return name_; }

  // A message that has come; a datagram on one machine is there when it is sent.
  std::optional<std::string> next() const {
    std::array<char, 4096> buffer{};
    const ssize_t size = recv(descriptor_, buffer.data(), buffer.size(), MSG_DONTWAIT);
    if (size < 0) return std::nullopt;
    return std::string(buffer.data(), static_cast<std::size_t>(size));
  }

 private:
  std::string name_;
  int descriptor_;
};

}  // namespace collector::test
