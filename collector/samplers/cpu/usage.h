// From two readings of processor times to percentages.
#pragma once

#include <array>
#include <optional>

#include "collector/samplers/cpu/times.h"

namespace collector {

struct CpuUsage {
  // By column. User and nice without the guests' part, so that all of them add up to 100.
  std::array<double, cpu_columns.size()> percent{};
  double active = 0;  // all but idle
};

// The percentages since `last`, which moves on to `now`. Nothing when no time has passed, or the kernel's
// columns are not the same. Idle and iowait are known to step back a little: then the higher value is kept
// and no time is counted for that column; a large step back is a counter that began anew.
std::optional<CpuUsage> usage_since(CpuTimes& last, const CpuTimes& now);

}  // namespace collector
