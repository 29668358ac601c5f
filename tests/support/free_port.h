// A TCP port of the loopback interface that nobody listens on.
#pragma once

#include <cstdint>

namespace collector::test {

// At random from 20000 to 31999, below the ports that the kernel gives to outgoing connections: nothing but
// another test that draws the same number can take it before the caller's server does. A server that finds it
// taken is started again with another one.
std::uint16_t free_port();

}  // namespace collector::test
