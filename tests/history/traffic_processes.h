// The mechanisms that made-up traffic comes from: each gives the bytes of every hour of so many days.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "tests/history/chance.h"

namespace collector::test {

// Bytes per hour; day 0 begins at midnight on weekday `weekday` (0: Monday).
using Hours = std::vector<double>;
struct TrafficProcess {
  std::string_view name;
  Hours (*make)(int days, int weekday, Chance& chance);
};

// The first six are those of the known months; the last two only unseen ones have.
std::span<const TrafficProcess> traffic_processes();
inline constexpr std::size_t known_processes = 6;

}  // namespace collector::test
