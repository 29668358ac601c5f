// What can be typed for `live`. Plain values.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "collector/core/time.h"

namespace collector {

// Rates as bit/s (and amounts in GB), as MB/s, or as MiB/s with amounts in GiB.
enum class LiveUnits : std::uint8_t { bit, si, iec };

struct LiveOptions {
  std::vector<std::string> interfaces;  // names or patterns; empty: those that count no byte twice
  LiveUnits units = LiveUnits::bit;
  bool json = false;
  std::uint64_t count = 0;  // ends after so many readings; 0: it does not
  Duration duration{};      // ends after this time; zero: it does not
};

}  // namespace collector
