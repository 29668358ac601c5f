// ServiceManager: what systemd, or whatever else set $NOTIFY_SOCKET, is told about this process. One
// datagram per message, never waiting for it to be read. Without $NOTIFY_SOCKET every call does nothing.
#pragma once

#include <sys/socket.h>
#include <sys/un.h>

#include <optional>
#include <string_view>

#include "collector/core/time.h"

namespace collector {

// As the environment has them; the views must outlive the call they are given to only.
struct ServiceEnvironment {
  std::string_view notify_socket;  // a path, or `@name` for an abstract socket; empty: no service manager
  std::string_view watchdog_usec;  // WATCHDOG=1 is wanted at least so often; empty: never
  std::string_view watchdog_pid;   // by this process; empty: by any
};
ServiceEnvironment service_environment();  // of this process

// Owned and called by one thread.
class ServiceManager {
 public:
  explicit ServiceManager(const ServiceEnvironment& environment);
  ~ServiceManager();
  ServiceManager(const ServiceManager&) = delete;
  ServiceManager& operator=(const ServiceManager&) = delete;

  bool present() const { return socket_ >= 0; }

  // `status` is one line for `systemctl status`, without secrets; line ends in it become spaces.
  void ready(std::string_view status) const;      // also after reloading()
  void reloading(std::string_view status) const;  // ready() has to follow
  // Not ready yet, or not stopped yet, and that is in order: the manager should wait so much longer.
  void starting(std::string_view status, Duration at_most) const;
  void stopping(std::string_view status, Duration at_most) const;

  // How often the manager wants a sign of life; nothing: it does not.
  std::optional<Duration> watchdog_period() const { return watchdog_; }
  bool alive() const;  // the sign; false: not sent, try again

 private:
  bool send(std::string_view message) const;

  int socket_ = -1;
  sockaddr_un address_{};
  socklen_t address_length_ = 0;
  std::optional<Duration> watchdog_;
};

}  // namespace collector
