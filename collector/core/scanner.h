// Splitting the kernel's text files without copying.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace collector {

// Takes the next line off `text`, without its newline; nothing at the end.
inline std::optional<std::string_view> next_line(std::string_view& text) {
  if (text.empty()) return std::nullopt;
  const auto newline = text.find('\n');
  const auto line = text.substr(0, newline);
  text.remove_prefix(newline == std::string_view::npos ? text.size() : newline + 1);
  return line;
}

// Takes the next word (separated by spaces and tabs) off `line`; nothing at the end. Loops by hand:
// find_first_of costs several times as much, and this is most of what a sample costs beyond reading.
inline std::optional<std::string_view> next_word(std::string_view& line) {
  const auto is_blank = [](char character) { return character == ' ' || character == '\t'; };
  std::size_t start = 0;
  while (start < line.size() && is_blank(line[start]))
    ++start;
  std::size_t stop = start;
  while (stop < line.size() && !is_blank(line[stop]))
    ++stop;
  const auto word = line.substr(start, stop - start);
  line.remove_prefix(stop);
  if (word.empty()) return std::nullopt;
  return word;
}

}  // namespace collector
