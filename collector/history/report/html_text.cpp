#include "collector/history/report/html_text.h"

#include <fmt/format.h>

#include "collector/core/characters.h"
#include "collector/formats/json_text.h"

namespace collector::history {

std::string html_text(std::string_view text) {
  std::string out;
  constexpr std::string_view replacement = "\xEF\xBF\xBD";
  while (!text.empty()) {
    const auto invalid = find_invalid_utf8(text);
    std::string_view valid = text.substr(0, invalid);
    while (!valid.empty()) {
      const Character character = take_character(valid);
      const char c = character.bytes.front();
      if (c == '&')
        out += "&amp;";
      else if (c == '<')
        out += "&lt;";
      else if (c == '>')
        out += "&gt;";
      else if (c == '"')
        out += "&quot;";
      else if (c == '\'')
        out += "&#39;";
      else if (c == '\033')  // painting, which is a character of several
        out.append(replacement) += html_text(character.bytes.substr(1));
      else if (static_cast<unsigned char>(c) < 0x20 || controls_terminal(character.code))
        out += replacement;
      else
        out += character.bytes;
    }
    if (invalid == std::string_view::npos) break;
    out += replacement;
    text.remove_prefix(invalid + 1);
  }
  return out;
}

std::string grouped_digits(std::int64_t number) {
  const std::string digits = fmt::format("{}", number);
  const std::size_t first = digits.front() == '-' ? 1 : 0;
  std::string out;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    if (i > first && (digits.size() - i) % 3 == 0) out += "\xE2\x80\xAF";
    out += digits[i];
  }
  return out;
}

}  // namespace collector::history
