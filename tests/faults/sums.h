// Bytes and packets in both directions: what the kernel counted, and what the rows add up to.
#pragma once

#include <cstdint>
#include <ostream>

#include "tests/support/network.h"

namespace collector::test {

struct Sums {
  std::int64_t bytes_recv = 0;
  std::int64_t packets_recv = 0;
  std::int64_t bytes_sent = 0;
  std::int64_t packets_sent = 0;

  static Sums of(const KernelCounters& counters) {
    const auto number = [](std::uint64_t value) { return static_cast<std::int64_t>(value); };
    return {number(counters.bytes_recv), number(counters.packets_recv), number(counters.bytes_sent),
            number(counters.packets_sent)};
  }
  Sums& operator+=(const Sums& other) { return add(other, 1); }
  Sums& operator-=(const Sums& other) { return add(other, -1); }
  friend Sums operator+(Sums a, const Sums& b) { return a += b; }
  friend Sums operator-(Sums a, const Sums& b) { return a -= b; }
  friend bool operator==(const Sums&, const Sums&) = default;
  // In every one of the four.
  bool at_most(const Sums& other) const {
    return bytes_recv <= other.bytes_recv && packets_recv <= other.packets_recv &&
           bytes_sent <= other.bytes_sent && packets_sent <= other.packets_sent;
  }

 private:
  Sums& add(const Sums& other, std::int64_t sign) {
    bytes_recv += sign * other.bytes_recv;
    packets_recv += sign * other.packets_recv;
    bytes_sent += sign * other.bytes_sent;
    packets_sent += sign * other.packets_sent;
    return *this;
  }
};

inline std::ostream& operator<<(std::ostream& out, const Sums& sums) {
  return out << sums.bytes_recv << " bytes in " << sums.packets_recv << " packets received, "
             << sums.bytes_sent << " bytes in " << sums.packets_sent << " packets sent";
}

}  // namespace collector::test
