#include "collector/samplers/netproto/protocol_text.h"

#include <fmt/format.h>

#include <algorithm>

#include "collector/core/numbers.h"
#include "collector/core/scanner.h"
#include "collector/samplers/text.h"

namespace collector {
namespace {

using Numbers = std::span<std::optional<std::uint64_t>>;

// Takes "Tcp:" off the start of a line; nothing when it has no such word.
std::optional<std::string_view> take_label(std::string_view& line) {
  auto word = next_word(line);
  if (!word || !word->ends_with(':')) return std::nullopt;
  word->remove_suffix(1);
  return word;
}

bool is_wanted(std::span<const ProtocolNumber> wanted, std::string_view label) {
  return std::ranges::find(wanted, label, &ProtocolNumber::label) != wanted.end();
}

Result<> keep(std::span<const ProtocolNumber> wanted, std::string_view label, std::string_view name,
              std::string_view word, Numbers numbers) {
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    if (wanted[i].name != name || wanted[i].label != label) continue;
    numbers[i] = parse_unsigned(word);
    if (!numbers[i]) return fail(fmt::format("{} {} is not a whole number: {}", label, name, excerpt(word)));
  }
  return {};
}

Result<> read_pair(std::string_view label, std::string_view names, std::string_view words,
                   std::span<const ProtocolNumber> wanted, Numbers numbers) {
  for (;;) {
    const auto name = next_word(names);
    const auto word = next_word(words);
    if (!name && !word) return {};
    if (!name) return fail(fmt::format("{} has more numbers than names", label));
    if (!word) return fail(fmt::format("{} has no number for {}", label, excerpt(*name)));
    if (auto kept = keep(wanted, label, *name, *word, numbers); !kept) return kept;
  }
}

}  // namespace

Result<> parse_line_pairs(std::string_view text, std::span<const ProtocolNumber> wanted, Numbers numbers) {
  std::ranges::fill(numbers, std::nullopt);
  text = whole_lines(text);
  while (auto names = next_line(text)) {
    const std::string_view whole = *names;
    const auto label = take_label(*names);
    if (!label) return fail("a line that does not begin with a protocol: " + excerpt(whole));
    auto words = next_line(text);
    if (!words) return fail(fmt::format("{} has names but no numbers", excerpt(*label)));
    if (take_label(*words) != label)
      return fail(fmt::format("the names of {} are not followed by its numbers", excerpt(*label)));
    if (!is_wanted(wanted, *label)) continue;
    if (auto read = read_pair(*label, *names, *words, wanted, numbers); !read) return read;
  }
  return {};
}

Result<> parse_name_number_lines(std::string_view text, std::span<const ProtocolNumber> wanted,
                                 Numbers numbers) {
  std::ranges::fill(numbers, std::nullopt);
  text = whole_lines(text);
  while (auto line = next_line(text)) {
    const std::string_view whole = *line;
    const auto label = take_label(*line);
    if (!label) return fail("a line that does not begin with a protocol: " + excerpt(whole));
    if (!is_wanted(wanted, *label)) continue;
    while (const auto name = next_word(*line)) {
      const auto word = next_word(*line);
      if (!word) return fail(fmt::format("{} has no number for {}", *label, excerpt(*name)));
      if (auto kept = keep(wanted, *label, *name, *word, numbers); !kept) return kept;
    }
  }
  return {};
}

}  // namespace collector
