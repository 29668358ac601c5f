#include "tests/support/free_port.h"

#include <sys/socket.h>
#include <unistd.h>

#include <random>
#include <stdexcept>

#include "tests/support/loopback.h"

namespace collector::test {

std::uint16_t free_port() {
  std::random_device random;
  for (int i = 0; i < 1000; ++i) {
    const auto port = static_cast<std::uint16_t>(20'000 + random() % 12'000);
    const int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const sockaddr_in address = loopback(port);
    const bool is_free =
        listener >= 0 && bind(listener, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
    if (listener >= 0) close(listener);
    if (is_free) return port;
  }
  throw std::runtime_error("no free port from 20000 to 31999 on 127.0.0.1");
}

}  // namespace collector::test
