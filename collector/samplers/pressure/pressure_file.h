// What sampler `pressure` makes of a file below /proc/pressure.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "collector/core/error.h"

namespace collector {

struct PressureLine {
  double avg10 = 0, avg60 = 0, avg300 = 0;  // percent of the time
  std::uint64_t total = 0;                  // microseconds
};
struct PressureFile {
  std::optional<PressureLine> some;  // at least one task waited
  std::optional<PressureLine> full;  // all of them did; kernels before 5.13 have none for the processors
};
// Lines of another kind are passed over; an error when there is neither `some` nor `full`, or a part is
// wrong.
Result<PressureFile> parse_pressure(std::string_view text);

}  // namespace collector
