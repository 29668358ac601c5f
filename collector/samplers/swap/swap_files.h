// What sampler `swap` makes of /proc/meminfo and /proc/vmstat.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "collector/core/error.h"

namespace collector {

struct SwapSpace {
  std::uint64_t total = 0;  // bytes; 0: no swap space
  std::uint64_t free = 0;   // never above total
};
// An error when SwapTotal or SwapFree is missing or no number of bytes below 2^63.
Result<SwapSpace> parse_swap_space(std::string_view meminfo);

struct SwapTraffic {
  std::optional<std::uint64_t> pages_in;  // absent in kernels built without swap
  std::optional<std::uint64_t> pages_out;
};
Result<SwapTraffic> parse_swap_traffic(std::string_view vmstat);

}  // namespace collector
