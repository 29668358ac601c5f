// Splitting the kernel's text files without copying.
#pragma once

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

// Takes the next word (separated by spaces and tabs) off `line`; nothing at the end.
inline std::optional<std::string_view> next_word(std::string_view& line) {
  const auto start = line.find_first_not_of(" \t");
  if (start == std::string_view::npos) {
    line = {};
    return std::nullopt;
  }
  line.remove_prefix(start);
  const auto stop = line.find_first_of(" \t");
  const auto word = line.substr(0, stop);
  line.remove_prefix(stop == std::string_view::npos ? line.size() : stop);
  return word;
}

}  // namespace collector
