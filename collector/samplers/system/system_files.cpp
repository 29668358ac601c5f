#include "collector/samplers/system/system_files.h"

#include <cmath>
#include <optional>
#include <string>

#include "collector/core/numbers.h"
#include "collector/core/scanner.h"
#include "collector/samplers/text.h"

namespace collector {
namespace {

// "nan" and "inf" are numbers to from_chars, but never to the kernel.
std::optional<double> parse_level(std::string_view word) {
  const auto number = parse_real(word);
  return number && std::isfinite(*number) && *number >= 0 ? number : std::nullopt;
}

std::unexpected<Error> not_understood(std::string_view text) {
  return text.empty() ? fail("empty, or cut off before the end of its line")
                      : fail("not understood: " + excerpt(text));
}

}  // namespace

Result<Load> parse_load(std::string_view loadavg, Remarks& remarks) {
  static constexpr std::array<std::string_view, 3> names{"load1", "load5", "load15"};
  constexpr double most_tasks = 1 << 22;  // PID_MAX_LIMIT of 64-bit kernels
  const std::string_view text = whole_lines(loadavg);
  std::string_view rest = text;
  auto line = next_line(rest).value_or("");
  Load load;
  std::array<std::string_view, names.size()> words;
  for (std::size_t i = 0; i < names.size(); ++i) {
    words[i] = next_word(line).value_or("");
    load[i] = parse_level(words[i]);
  }
  if (!load[0] && !load[1] && !load[2]) return not_understood(text);
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (load[i] && *load[i] <= most_tasks) continue;
    remarks.reject(std::string(names[i]) + " can't be true", excerpt(words[i]));
    load[i].reset();
  }
  return load;
}

Result<std::int64_t> parse_uptime(std::string_view uptime) {
  constexpr double longest = 1e10;  // three centuries
  const std::string_view text = whole_lines(uptime);
  std::string_view rest = text;
  auto line = next_line(rest).value_or("");
  const auto seconds = parse_level(next_word(line).value_or(""));
  if (!seconds || *seconds > longest) return not_understood(text);
  return static_cast<std::int64_t>(*seconds);
}

Result<std::int64_t> parse_cpu_count(std::string_view list) {
  const std::string_view text = whole_lines(list);
  std::string_view rest = text;
  auto line = next_line(rest).value_or("");
  if (line.empty()) return not_understood(text);
  std::int64_t count = 0;
  while (!line.empty()) {
    const auto comma = line.find(',');
    const auto range = line.substr(0, comma);
    line.remove_prefix(comma == std::string_view::npos ? line.size() : comma + 1);
    const auto dash = range.find('-');
    const auto first = parse_number<std::uint16_t>(range.substr(0, dash));
    const auto last =
        dash == std::string_view::npos ? first : parse_number<std::uint16_t>(range.substr(dash + 1));
    if (!first || !last || *last < *first) return not_understood(text);
    count += *last - *first + 1;
  }
  return count;
}

}  // namespace collector
