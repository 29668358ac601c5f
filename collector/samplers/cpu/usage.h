// From two readings of processor times to percentages.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "collector/samplers/cpu/times.h"

namespace collector {

struct CpuUsage {
  // By column. User and nice without the guests' part, so that all of them add up to 100. Absent: the
  // kernel's counter went further than time did, or far back.
  std::array<std::optional<double>, cpu_columns.size()> percent{};
  // All but idle. Absent where neither idle nor the busy columns are known.
  std::optional<double> active{};
};

// The time that `processors` processors have in `elapsed` seconds, in jiffies as /proc/stat counts them.
double jiffies_in(double elapsed, std::uint32_t processors);

// What a column's counter may advance by.
struct UsageBound {
  double seconds = 0;     // since `last`
  double per_second = 0;  // jiffies
  double lag_s = 0;       // Bound::lag
};
// By column, kept by the caller: see LeakyBound.
using JiffiesAhead = std::array<double, cpu_columns.size()>;

// The percentages since `last`, which moves on to `now`. Nothing when no time has passed, or the kernel's
// columns are not the same. Idle and iowait are known to step back a little: then the higher value is kept
// and no time is counted for that column. After a large one (a suspend, a counter that began anew) the column
// is followed from where it is, and what it has of these seconds can't be told. Such a column, and one that
// went further than its bound, judged as the spike filter judges the counter, is left out, and the others are
// shares of the time they have in all, at least of what `bound` has for these seconds.
std::optional<CpuUsage> usage_since(CpuTimes& last, const CpuTimes& now, JiffiesAhead& ahead,
                                    const UsageBound& bound);

}  // namespace collector
