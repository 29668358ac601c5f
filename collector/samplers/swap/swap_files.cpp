#include "collector/samplers/swap/swap_files.h"

#include <algorithm>
#include <array>
#include <limits>
#include <string>

#include "collector/samplers/named_numbers.h"

namespace collector {

Result<SwapSpace> parse_swap_space(std::string_view meminfo) {
  static constexpr std::array<std::string_view, 2> names{"SwapTotal", "SwapFree"};
  std::array<std::optional<std::uint64_t>, names.size()> numbers;
  if (auto read = read_named_numbers(meminfo, names, numbers); !read) return std::unexpected(read.error());
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (!numbers[i]) return fail("no line " + std::string(names[i]));
    if (*numbers[i] > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()))
      return fail(std::string(names[i]) + " is too large");
  }
  return SwapSpace{*numbers[0], std::min(*numbers[1], *numbers[0])};
}

Result<SwapTraffic> parse_swap_traffic(std::string_view vmstat) {
  static constexpr std::array<std::string_view, 2> names{"pswpin", "pswpout"};
  std::array<std::optional<std::uint64_t>, names.size()> numbers;
  if (auto read = read_named_numbers(vmstat, names, numbers); !read) return std::unexpected(read.error());
  return SwapTraffic{numbers[0], numbers[1]};
}

}  // namespace collector
