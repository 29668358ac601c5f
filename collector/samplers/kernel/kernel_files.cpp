#include "collector/samplers/kernel/kernel_files.h"

#include <algorithm>
#include <array>
#include <limits>

#include "collector/core/numbers.h"
#include "collector/core/scanner.h"
#include "collector/samplers/named_numbers.h"
#include "collector/samplers/text.h"

namespace collector {

Result<KernelCounters> parse_kernel_counters(std::string_view stat) {
  static constexpr std::array<std::string_view, 4> names{"intr", "ctxt", "btime", "processes"};
  std::array<std::optional<std::uint64_t>, names.size()> numbers;
  if (auto read = read_named_numbers(stat, names, numbers); !read) return std::unexpected(read.error());
  if (std::ranges::none_of(numbers, [](const auto& number) { return number.has_value(); }))
    return fail("none of the lines intr, ctxt, btime, processes");
  if (numbers[2].value_or(0) > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()))
    return fail("btime is too large");
  return KernelCounters{numbers[0], numbers[1], numbers[2], numbers[3]};
}

Result<std::int64_t> parse_entropy(std::string_view entropy_avail) {
  const std::string_view text = whole_lines(entropy_avail);
  std::string_view rest = text;
  const auto bits = parse_number<std::uint32_t>(next_line(rest).value_or(""));
  if (!bits) return fail("not a whole number: " + excerpt(entropy_avail));
  return *bits;
}

}  // namespace collector
