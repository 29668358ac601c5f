#include "collector/samplers/netproto/protocol_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>

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

std::string sentence(std::string_view label, std::string_view what) {
  return fmt::format("{} {}", label, what);
}

void keep(std::span<const ProtocolNumber> wanted, std::string_view label, std::string_view name,
          std::string_view word, Numbers numbers, Remarks& remarks) {
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    if (wanted[i].name != name || wanted[i].label != label) continue;
    numbers[i] = parse_unsigned(word);
    if (!numbers[i]) remarks.reject(fmt::format("{} {} is not a whole number", label, name), excerpt(word));
  }
}

std::size_t count_words(std::string_view line) {
  std::size_t count = 0;
  while (next_word(line))
    ++count;
  return count;
}

void read_pair(std::string_view label, std::string_view names, std::string_view words,
               std::span<const ProtocolNumber> wanted, Numbers numbers, Remarks& remarks) {
  if (count_words(names) != count_words(words))
    return remarks.reject(sentence(label, "has not as many numbers as names"));
  while (const auto name = next_word(names))
    keep(wanted, label, *name, next_word(words).value_or(""), numbers, remarks);
}

}  // namespace

void parse_line_pairs(std::string_view text, std::span<const ProtocolNumber> wanted, Numbers numbers,
                      Remarks& remarks) {
  std::ranges::fill(numbers, std::nullopt);
  text = whole_lines(text);
  auto names = next_line(text);
  while (names) {
    const std::string_view whole = *names;
    const auto label = take_label(*names);
    auto words = next_line(text);
    if (!label) {
      remarks.reject("a line does not begin with a protocol", excerpt(whole));
      names = words;
      continue;
    }
    std::string_view rest = words.value_or("");
    if (take_label(rest) != label) {
      // The line may be the names of the next protocol.
      if (is_wanted(wanted, *label)) remarks.reject(sentence(*label, "has names but no numbers"));
      names = words;
      continue;
    }
    if (is_wanted(wanted, *label)) read_pair(*label, *names, rest, wanted, numbers, remarks);
    names = next_line(text);
  }
}

void parse_name_number_lines(std::string_view text, std::span<const ProtocolNumber> wanted, Numbers numbers,
                             Remarks& remarks) {
  std::ranges::fill(numbers, std::nullopt);
  text = whole_lines(text);
  while (auto line = next_line(text)) {
    const std::string_view whole = *line;
    const auto label = take_label(*line);
    if (!label) {
      remarks.reject("a line does not begin with a protocol", excerpt(whole));
      continue;
    }
    if (!is_wanted(wanted, *label)) continue;
    while (const auto name = next_word(*line))
      keep(wanted, *label, *name, next_word(*line).value_or(""), numbers, remarks);
  }
}

}  // namespace collector
