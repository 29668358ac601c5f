// What sampler `pressure` makes of a file below /proc/pressure.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "collector/core/error.h"
#include "collector/core/remarks.h"

namespace collector {

struct PressureLine {
  std::optional<double> avg10, avg60, avg300;  // percent of the time
  std::optional<std::uint64_t> total;          // microseconds
};
struct PressureFile {
  std::optional<PressureLine> some;  // at least one task waited
  std::optional<PressureLine> full;  // all of them did; kernels before 5.13 have none for the processors
};
// Lines of another kind are passed over, and what can't be true (no number, an average beyond 100 %) is
// rejected; an error when there is neither `some` nor `full`.
Result<PressureFile> parse_pressure(std::string_view text, Remarks& remarks);

}  // namespace collector
