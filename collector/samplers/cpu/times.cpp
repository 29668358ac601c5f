#include "collector/samplers/cpu/times.h"

#include <string>

#include "collector/core/numbers.h"
#include "collector/core/scanner.h"
#include "collector/samplers/text.h"

namespace collector {
namespace {

constexpr int highest_core = 65'535;       // far above what any kernel can be built for
constexpr std::size_t fewest_columns = 4;  // user, nice, system, idle: before Linux 2.6

Result<CpuTimes> parse_line(std::string_view name, std::string_view rest, Remarks& remarks) {
  CpuTimes times;
  if (name != "cpu") {
    const auto core = parse_number<int>(name.substr(3));
    if (!core || *core < 0 || *core > highest_core) return fail("no number of a processor: " + excerpt(name));
    times.core = *core;
  }
  while (times.columns < cpu_columns.size()) {
    const auto word = next_word(rest);
    if (!word) break;
    const auto number = parse_unsigned(*word);
    if (!number && times.columns < fewest_columns)
      return fail(std::string(name) + ": not a whole number: " + excerpt(*word));
    if (!number) {
      remarks.reject(
          std::string(name) + " " + std::string(cpu_columns[times.columns]) + " is not a whole number",
          excerpt(*word));
      times.void_columns |= 1U << times.columns;
    }
    times.jiffies[times.columns++] = number.value_or(0);
  }
  if (times.columns < fewest_columns) return fail(std::string(name) + ": fewer than four columns");
  return times;
}

}  // namespace

Result<> parse_cpu_times(std::string_view stat, bool per_core, std::vector<CpuTimes>& out, Remarks& remarks) {
  out.clear();
  stat = whole_lines(stat);
  for (bool first = true; auto line = next_line(stat); first = false) {
    const auto name = next_word(*line).value_or("");
    if (first ? name != "cpu" : !name.starts_with("cpu")) break;
    if (const auto times = parse_line(name, *line, remarks))
      out.push_back(*times);
    else if (!per_core)
      return std::unexpected(times.error());
    else
      remarks.reject(times.error().what);
    if (!per_core) break;
  }
  if (out.empty()) return fail("does not begin with a line cpu");
  return {};
}

std::uint32_t count_processors(std::string_view stat) {
  std::uint32_t lines = 0;
  while (const auto line = next_line(stat)) {
    if (!line->starts_with("cpu")) break;
    ++lines;
  }
  return lines > 2 ? lines - 1 : 1;
}

}  // namespace collector
