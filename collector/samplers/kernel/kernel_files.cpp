#include "collector/samplers/kernel/kernel_files.h"

#include <algorithm>
#include <array>

#include "collector/core/numbers.h"
#include "collector/core/scanner.h"
#include "collector/samplers/named_numbers.h"
#include "collector/samplers/text.h"

namespace collector {

Result<KernelCounters> parse_kernel_counters(std::string_view stat, Remarks& remarks) {
  static constexpr std::array<std::string_view, 4> names{"intr", "ctxt", "btime", "processes"};
  std::array<std::optional<std::uint64_t>, names.size()> numbers;
  const std::size_t rejected = remarks.rejected();
  read_named_numbers(stat, names, numbers, remarks);
  if (remarks.rejected() == rejected &&
      std::ranges::none_of(numbers, [](const auto& number) { return number.has_value(); }))
    return fail("none of the lines intr, ctxt, btime, processes");
  constexpr std::int64_t year_9999 = 253'402'300'799;
  return KernelCounters{numbers[0], numbers[1], within(numbers[2], year_9999, names[2], remarks), numbers[3]};
}

Result<std::int64_t> parse_entropy(std::string_view entropy_avail) {
  const std::string_view text = whole_lines(entropy_avail);
  std::string_view rest = text;
  const auto bits = parse_number<std::uint32_t>(next_line(rest).value_or(""));
  if (!bits) return fail("not a whole number: " + excerpt(entropy_avail));
  return *bits;
}

}  // namespace collector
