// What sampler `kernel` makes of /proc/stat and entropy_avail.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "collector/core/error.h"
#include "collector/core/remarks.h"

namespace collector {

struct KernelCounters {
  std::optional<std::uint64_t> interrupts;
  std::optional<std::uint64_t> context_switches;
  std::optional<std::int64_t> boot_time;  // Unix seconds
  std::optional<std::uint64_t> processes_forked;
};
// What the text lacks stays absent, and what can't be true is rejected; an error when it has nothing of it.
Result<KernelCounters> parse_kernel_counters(std::string_view stat, Remarks& remarks);

Result<std::int64_t> parse_entropy(std::string_view entropy_avail);  // bits

}  // namespace collector
