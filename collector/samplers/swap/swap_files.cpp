#include "collector/samplers/swap/swap_files.h"

#include <array>

#include "collector/samplers/named_numbers.h"

namespace collector {

Result<SwapSpace> parse_swap_space(std::string_view meminfo, Remarks& remarks) {
  static constexpr std::array<std::string_view, 2> names{"SwapTotal", "SwapFree"};
  std::array<std::optional<std::uint64_t>, names.size()> numbers;
  const std::size_t rejected = remarks.rejected();
  read_named_numbers(meminfo, names, numbers, remarks);
  if (remarks.rejected() == rejected && !numbers[0] && !numbers[1])
    return fail("neither a line SwapTotal nor a line SwapFree");
  SwapSpace space{within(numbers[0], most_memory, names[0], remarks), {}};
  space.free = within(numbers[1], space.total.value_or(most_memory), names[1], remarks);
  return space;
}

SwapTraffic parse_swap_traffic(std::string_view vmstat, Remarks& remarks) {
  static constexpr std::array<std::string_view, 2> names{"pswpin", "pswpout"};
  std::array<std::optional<std::uint64_t>, names.size()> numbers;
  read_named_numbers(vmstat, names, numbers, remarks);
  return SwapTraffic{numbers[0], numbers[1]};
}

}  // namespace collector
