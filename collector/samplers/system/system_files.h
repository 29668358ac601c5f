// What sampler `system` makes of /proc/loadavg, /proc/uptime and /sys/devices/system/cpu/online.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "collector/core/error.h"
#include "collector/core/remarks.h"

namespace collector {

// Over 1, 5 and 15 minutes: "0.27 0.17 0.07 1/94 18721\n". One that can't be true (there can't be as many
// tasks) is rejected and absent; an error when the text is empty or none of them is a number.
using Load = std::array<std::optional<double>, 3>;
Result<Load> parse_load(std::string_view loadavg, Remarks& remarks);

Result<std::int64_t> parse_uptime(std::string_view uptime);  // "1671.44 3224.29\n" → whole seconds

// How many numbers a list of ranges has: "0-3,5\n" → 5.
Result<std::int64_t> parse_cpu_count(std::string_view list);

}  // namespace collector
