// Processor times as /proc/stat has them.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "collector/core/error.h"
#include "collector/core/remarks.h"

namespace collector {

// The columns of a "cpu" line, in the kernel's order. Time of guests is also part of user and nice.
inline constexpr auto cpu_columns = std::to_array<std::string_view>(
    {"user", "nice", "system", "idle", "iowait", "irq", "softirq", "steal", "guest", "guest_nice"});

struct CpuTimes {
  static constexpr int all_cores = -1;

  int core = all_cores;
  std::size_t columns = 0;  // how many of them the kernel has: 7 to 10 since Linux 2.6
  std::array<std::uint64_t, cpu_columns.size()> jiffies{};
  std::uint32_t void_columns =
      0;  // bit i: column i held no number and counts as 0; never one of the first four

  bool is_void(std::size_t column) const { return (void_columns >> column & 1U) != 0; }
};

// Reads the line of all cores and, if `per_core`, those of the cores that are online into `out` (cleared
// before). Stops where the "cpu" lines end. A column behind the fourth that is no number is rejected by
// itself, a line with a worse fault as a whole. An error when the first line is not that of all cores, or
// none is left.
Result<> parse_cpu_times(std::string_view stat, bool per_core, std::vector<CpuTimes>& out, Remarks& remarks);

// How many processors the text has a line for: those that are online. One at least.
std::uint32_t count_processors(std::string_view stat);

}  // namespace collector
