#include "collector/samplers/processes/process_stat.h"

#include "collector/core/numbers.h"
#include "collector/core/scanner.h"

namespace collector {

std::optional<ProcessStat> parse_process_stat(std::string_view text) {
  // After the command name there are only numbers and one letter: the last bracket is the one that closes it.
  const auto bracket = text.rfind(')');
  if (bracket == std::string_view::npos) return std::nullopt;
  std::string_view rest = text.substr(bracket + 1);
  const auto state = next_word(rest);
  if (!state || state->size() != 1) return std::nullopt;

  constexpr int words_between = 16;  // fields 4 to 19
  for (int i = 0; i < words_between; ++i)
    if (!next_word(rest)) return std::nullopt;
  const auto word = next_word(rest);
  // A number at the very end may have been cut off: more fields follow it in every kernel.
  const auto threads = word && !rest.empty() ? parse_number<std::uint32_t>(*word) : std::nullopt;
  constexpr std::uint32_t most_tasks = 1 << 22;  // PID_MAX_LIMIT of 64-bit kernels
  if (!threads || *threads > most_tasks) return std::nullopt;
  return ProcessStat{state->front(), *threads};
}

}  // namespace collector
