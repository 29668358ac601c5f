#include "collector/samplers/internal/own_process.h"

#include <array>

#include "collector/core/numbers.h"
#include "collector/core/scanner.h"
#include "collector/samplers/text.h"

namespace collector {
namespace {

// Numbers of fields as in proc_pid_stat(5), which counts from 1.
constexpr std::size_t state_column = 3, utime = 14, stime = 15, num_threads = 20, starttime = 22, rss = 24,
                      last = 25;

}  // namespace

Result<OwnProcess> parse_own_process(std::string_view text) {
  // After the command name there are only numbers and one letter: the last bracket is the one that closes it.
  const auto bracket = text.rfind(')');
  if (bracket == std::string_view::npos) return fail("no command name in brackets: " + excerpt(text));
  std::string_view rest = text.substr(bracket + 1);
  std::array<std::uint64_t, last + 1> fields{};
  for (std::size_t i = state_column; i <= last; ++i) {
    const auto word = next_word(rest);
    // The last one may be cut off: it is not taken, only looked for.
    if (!word) return fail("fewer fields than any kernel writes: " + excerpt(text));
    if (i != utime && i != stime && i != num_threads && i != starttime && i != rss) continue;
    const auto number = parse_unsigned(*word);
    if (!number) return fail("not a whole number: " + excerpt(*word));
    fields[i] = *number;
  }
  return OwnProcess{fields[utime] + fields[stime], fields[num_threads], fields[starttime], fields[rss]};
}

}  // namespace collector
