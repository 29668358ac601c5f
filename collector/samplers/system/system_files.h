// What sampler `system` makes of /proc/loadavg, /proc/uptime and /sys/devices/system/cpu/online.
#pragma once

#include <cstdint>
#include <string_view>

#include "collector/core/error.h"

namespace collector {

struct Load {
  double load1 = 0, load5 = 0, load15 = 0;
};
Result<Load> parse_load(std::string_view loadavg);  // "0.27 0.17 0.07 1/94 18721\n"

Result<std::int64_t> parse_uptime(std::string_view uptime);  // "1671.44 3224.29\n" → whole seconds

// How many numbers a list of ranges has: "0-3,5\n" → 5.
Result<std::int64_t> parse_cpu_count(std::string_view list);

}  // namespace collector
