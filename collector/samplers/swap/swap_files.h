// What sampler `swap` makes of /proc/meminfo and /proc/vmstat.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "collector/core/error.h"
#include "collector/core/remarks.h"

namespace collector {

struct SwapSpace {
  std::optional<std::int64_t> total;  // bytes; 0: no swap space
  std::optional<std::int64_t> free;   // never above total
};
// What can't be true is rejected and absent; an error when the text has neither SwapTotal nor SwapFree.
Result<SwapSpace> parse_swap_space(std::string_view meminfo, Remarks& remarks);

struct SwapTraffic {
  std::optional<std::uint64_t> pages_in;  // absent in kernels built without swap
  std::optional<std::uint64_t> pages_out;
};
SwapTraffic parse_swap_traffic(std::string_view vmstat, Remarks& remarks);

}  // namespace collector
