#include "collector/app/service_manager.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <string>

#include "collector/core/log.h"
#include "collector/core/units.h"

namespace collector {
namespace {

std::string_view variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string_view{} : std::string_view(value);
}

// "STATUS=…\n": a line end would begin another assignment.
std::string status_line(std::string_view status) {
  std::string line = fmt::format("STATUS={}", status);
  std::ranges::replace(line, '\n', ' ');
  return line + "\n";
}

std::string more_time(Duration at_most) {
  return fmt::format("EXTEND_TIMEOUT_USEC={}\n",
                     std::chrono::ceil<std::chrono::microseconds>(at_most).count());
}

// The manager's clock, which is not the one that goes on through suspend.
std::string monotonic_now() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return fmt::format("MONOTONIC_USEC={}\n", now.tv_sec * 1'000'000LL + now.tv_nsec / 1'000);
}

// The period, when there is one and it is meant for this process.
std::optional<Duration> watchdog_of(const ServiceEnvironment& environment) {
  if (environment.watchdog_usec.empty()) return std::nullopt;
  if (!environment.watchdog_pid.empty() && environment.watchdog_pid != std::to_string(getpid()))
    return std::nullopt;
  constexpr std::int64_t longest = 365LL * 24 * 3600 * 1'000'000;
  const auto period = parse_integer(environment.watchdog_usec);
  if (period && *period > 0 && *period <= longest) return std::chrono::microseconds(*period);
  log::warning("service", "WATCHDOG_USEC={} is not a number of microseconds: the watchdog stays off",
               environment.watchdog_usec);
  return std::nullopt;
}

}  // namespace

ServiceEnvironment service_environment() {
  return {variable("NOTIFY_SOCKET"), variable("WATCHDOG_USEC"), variable("WATCHDOG_PID")};
}

ServiceManager::ServiceManager(const ServiceEnvironment& environment) {
  const std::string_view name = environment.notify_socket;
  if (name.empty()) return;
  const bool abstract = name.front() == '@';
  if ((!abstract && name.front() != '/') || name.size() >= sizeof address_.sun_path) {
    log::warning(
        "service",
        "NOTIFY_SOCKET={} is neither a path nor an abstract socket: the service manager gets no messages",
        name);
    return;
  }
  address_.sun_family = AF_UNIX;
  std::memcpy(address_.sun_path, name.data(), name.size());
  if (abstract) address_.sun_path[0] = '\0';
  // An abstract name ends with its length, a path with a zero.
  address_length_ =
      static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + name.size() + (abstract ? 0U : 1U));
  socket_ = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (socket_ < 0) {
    log::warning("service", "can't make a socket for the service manager: {}", std::strerror(errno));
    return;
  }
  watchdog_ = watchdog_of(environment);
}

ServiceManager::~ServiceManager() {
  if (socket_ >= 0) close(socket_);
}

void ServiceManager::ready(std::string_view status) const {
  if (present()) send("READY=1\n" + status_line(status));
}

void ServiceManager::reloading(std::string_view status) const {
  if (present()) send("RELOADING=1\n" + monotonic_now() + status_line(status));
}

void ServiceManager::starting(std::string_view status, Duration at_most) const {
  if (present()) send(more_time(at_most) + status_line(status));
}

void ServiceManager::stopping(std::string_view status, Duration at_most) const {
  if (present()) send("STOPPING=1\n" + more_time(at_most) + status_line(status));
}

bool ServiceManager::alive() const {
  return present() && send("WATCHDOG=1\n");
}

bool ServiceManager::send(std::string_view message) const {
  // By address each time: a manager that was replaced listens there again. A full queue is no reason to wait.
  return sendto(socket_, message.data(), message.size(), MSG_DONTWAIT | MSG_NOSIGNAL,
                reinterpret_cast<const sockaddr*>(&address_),
                address_length_) == static_cast<ssize_t>(message.size());
}

}  // namespace collector
