// What sampler `internal` makes of /proc/self/stat.
#pragma once

#include <cstdint>
#include <string_view>

#include "collector/core/error.h"

namespace collector {

struct OwnProcess {
  std::uint64_t cpu_ticks = 0;  // user and system, in units of sysconf(_SC_CLK_TCK)
  std::uint64_t threads = 0;
  std::uint64_t start_ticks = 0;  // since the boot
  std::uint64_t resident_pages = 0;
};
// The command name within may hold anything: blanks, brackets, newlines.
Result<OwnProcess> parse_own_process(std::string_view text);

}  // namespace collector
