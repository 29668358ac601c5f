#include "config/text_check.h"

#include <fmt/format.h>

#include "collector/core/scanner.h"

namespace collector {
namespace {

bool is_continuation(char c) {
  return (static_cast<unsigned char>(c) & 0xc0) == 0x80;
}

// The first character that has no business in a text file; nothing is reported after it.
bool check_characters(std::string_view text, Problems& problems) {
  Position at{1, 1};
  for (std::size_t i = 0; i < text.size();) {
    const auto byte = static_cast<unsigned char>(text[i]);
    const std::size_t length = utf8_length(text.substr(i));
    if (length == 0) {
      problems.add(at, "", fmt::format("the byte 0x{:02x} is not UTF-8", byte), "save the file as UTF-8");
      return false;
    }
    if ((byte < 0x20 && byte != '\n' && byte != '\r' && byte != '\t') || byte == 0x7f) {
      problems.add(at, "", fmt::format("a control character (0x{:02x}): this is not a text file", byte),
                   "remove it, or name the right file");
      return false;
    }
    i += length;
    if (byte == '\n') {
      at = {at.line + 1, 1};
    } else {
      ++at.column;
    }
  }
  return true;
}

bool check_tabs(std::string_view text, Problems& problems) {
  Position first;
  int others = 0;
  int line_number = 0;
  for (std::string_view rest = text; const auto line = next_line(rest);) {
    ++line_number;
    const auto content = line->find_first_not_of(" \t\r");
    if (content == std::string_view::npos) continue;
    const auto tab = line->substr(0, content).find('\t');
    if (tab == std::string_view::npos) continue;
    if (first.line == 0) {
      first = {line_number, static_cast<int>(tab) + 1};
    } else {
      ++others;
    }
  }
  if (first.line == 0) return true;
  const std::string where =
      others == 0 ? "" : fmt::format(" (and {} more {})", others, others == 1 ? "line" : "lines");
  problems.add(first, "", "this line is indented with a tab" + where,
               "YAML allows only spaces: write two for each tab");
  return false;
}

}  // namespace

std::size_t utf8_length(std::string_view text) {
  if (text.empty()) return 0;
  const auto first = static_cast<unsigned char>(text[0]);
  if (first < 0x80) return 1;
  const std::size_t length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if (first < 0xc2 || first > 0xf4 || text.size() < length) return 0;
  for (std::size_t i = 1; i < length; ++i)
    if (!is_continuation(text[i])) return 0;
  const auto second = static_cast<unsigned char>(text[1]);
  const bool overlong = (first == 0xe0 && second < 0xa0) || (first == 0xf0 && second < 0x90);
  const bool surrogate = first == 0xed && second >= 0xa0;
  const bool beyond_unicode = first == 0xf4 && second >= 0x90;
  return overlong || surrogate || beyond_unicode ? 0 : length;
}

bool check_text(std::string_view text, Problems& problems) {
  if (text.size() > largest_file) {
    problems.add({}, "", fmt::format("is larger than {} KiB", largest_file / 1024),
                 "a configuration is a few lines: is this the right file?");
    return false;
  }
  return check_characters(text, problems) && check_tabs(text, problems);
}

}  // namespace collector
