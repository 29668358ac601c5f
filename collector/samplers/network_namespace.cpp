#include "collector/samplers/network_namespace.h"

#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "collector/core/resources.h"

namespace collector {

std::expected<std::uint64_t, std::string> network_namespace_id() {
  std::uint64_t cookie = 0;
  if (const int descriptor = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0); descriptor >= 0) {
    socklen_t size = sizeof cookie;
    const bool found = ::getsockopt(descriptor, SOL_SOCKET, SO_NETNS_COOKIE, &cookie, &size) == 0;
    const int error = errno;
    ::close(descriptor);
    if (found) return cookie;
    // Only a kernel that has no cookies is asked for less: the same namespace must not get two numbers.
    if (error != ENOPROTOOPT && error != EOPNOTSUPP)
      return std::unexpected("getsockopt(SO_NETNS_COOKIE): " + std::string(std::strerror(error)));
  } else if (lacks_resources(errno)) {
    return std::unexpected("socket(AF_UNIX): " + std::string(std::strerror(errno)));
  }
  struct stat status{};
  return ::stat("/proc/thread-self/ns/net", &status) == 0 ? status.st_ino : 0;
}

}  // namespace collector
