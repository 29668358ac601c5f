#include "collector/samplers/named_numbers.h"

#include <algorithm>
#include <limits>
#include <string>
#include <utility>

#include "collector/core/numbers.h"
#include "collector/core/scanner.h"
#include "collector/samplers/text.h"

namespace collector {

void read_named_numbers(std::string_view text, std::span<const std::string_view> names,
                        std::span<std::optional<std::uint64_t>> numbers, Remarks& remarks) {
  constexpr std::uint64_t kibi = 1024;
  std::ranges::fill(numbers, std::nullopt);
  text = whole_lines(text);
  std::size_t next = 0;  // where the name of the next line is likely to be
  while (auto line = next_line(text)) {
    auto name = next_word(*line);
    if (!name) continue;
    if (name->ends_with(':')) name->remove_suffix(1);
    std::size_t index = next;
    for (std::size_t tried = 0; tried < names.size() && names[index] != *name; ++tried)
      index = index + 1 == names.size() ? 0 : index + 1;
    if (names[index] != *name) continue;
    next = index + 1 == names.size() ? 0 : index + 1;

    const auto word = next_word(*line).value_or("");
    auto number = parse_unsigned(word);
    if (!number) {
      remarks.reject(std::string(*name) + " is not a whole number", excerpt(word));
    } else if (next_word(*line) == "kB") {
      if (*number <= std::numeric_limits<std::uint64_t>::max() / kibi) {
        *number *= kibi;
      } else {
        remarks.reject(std::string(*name) + " can't be true", excerpt(word) + " kB");
        number.reset();
      }
    }
    numbers[index] = number;
  }
}

std::optional<std::int64_t> within(std::optional<std::uint64_t> number, std::int64_t most,
                                   std::string_view name, Remarks& remarks) {
  if (!number) return std::nullopt;
  if (std::cmp_less_equal(*number, most)) return static_cast<std::int64_t>(*number);
  remarks.reject(std::string(name) + " can't be true", std::to_string(*number));
  return std::nullopt;
}

}  // namespace collector
