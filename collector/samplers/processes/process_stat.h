// What sampler `processes` makes of /proc/<pid>/stat.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace collector {

struct ProcessStat {
  char state = '?';  // R, S, D, …; see proc_pid_stat(5)
  std::uint32_t threads = 0;
};
// Nothing when the text is no such line. The command name within may hold anything: blanks, brackets,
// newlines.
std::optional<ProcessStat> parse_process_stat(std::string_view text);

}  // namespace collector
