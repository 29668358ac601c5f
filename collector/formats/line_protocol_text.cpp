#include "collector/formats/line_protocol_text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <utility>

#include "collector/formats/json_text.h"
#include "collector/formats/write_text.h"

namespace collector {
namespace {

constexpr std::string_view replacement = "\xEF\xBF\xBD";  // U+FFFD

// What stands for a control character, without the backslash in front: at most three characters.
char* write_control(char c, char* at) {
  constexpr std::string_view named = "\t\n\f\r";
  constexpr std::string_view letters = "tnfr";
  if (const auto found = named.find(c); found != std::string_view::npos) {
    *at++ = letters[found];
    return at;
  }
  constexpr std::string_view digits = "0123456789abcdef";
  *at++ = 'x';
  *at++ = digits[static_cast<unsigned char>(c) >> 4U];
  *at++ = digits[static_cast<unsigned char>(c) & 0xFU];
  return at;
}

bool is_plain(std::string_view text, std::string_view special) {
  return std::ranges::none_of(text, [special](char c) {
    return is_line_control(c) || static_cast<unsigned char>(c) >= 0x80 || c == '\\' ||
           special.find(c) != std::string_view::npos;
  });
}

// Calls `take` with each run of valid UTF-8, in order, and `replace` for each byte between them.
template <typename Take, typename Replace>
void for_valid_runs(std::string_view text, Take take, Replace replace) {
  while (!text.empty()) {
    const std::size_t valid = std::min(find_invalid_utf8(text), text.size());
    take(text.substr(0, valid));
    if (valid == text.size()) return;
    replace();
    text.remove_prefix(valid + 1);
  }
}

}  // namespace

void append_line_name(std::string_view text, LineName kind, std::string& out) {
  const std::string_view special = escaped_in(kind);
  const auto last = text.find_last_not_of('\\');
  text = text.substr(0, last == std::string_view::npos ? 0 : last + 1);
  if (kind == LineName::measurement && text.starts_with('#')) out += '\\';
  if (is_plain(text, special)) {
    out += text;
    return;
  }
  bool odd_backslashes = false;  // directly before this character
  const auto escape = [&](std::string_view run) {
    for (const char c : run) {
      if (is_line_control(c)) {
        std::array<char, 4> written{'\\'};
        out.append(written.data(), write_control(c, written.data() + 1));
      } else if (special.find(c) != std::string_view::npos) {
        out += odd_backslashes ? "\\\\" : "\\";
        out += c;
      } else {
        out += c;
      }
      odd_backslashes = c == '\\' && !odd_backslashes;
    }
  };
  for_valid_runs(text, escape, [&] {
    out += replacement;
    odd_backslashes = false;
  });
}

void append_line_tags(const std::vector<Tag>& tags, std::string& out) {
  std::map<std::string, std::string> written;
  for (const Tag& tag : tags) {
    std::string key;
    std::string value;
    append_line_name(tag.key, LineName::tag, key);
    append_line_name(tag.value, LineName::tag, value);
    if (!key.empty() && !value.empty()) written.try_emplace(std::move(key), std::move(value));
  }
  for (const auto& [key, value] : written)
    out.append(",").append(key).append("=").append(value);
}

char* write_line_integer(std::int64_t value, char* at) {
  at = std::to_chars(at, at + longest_number, value).ptr;
  *at++ = 'i';
  return at;
}

char* write_line_unsigned(std::uint64_t value, char* at) {
  at = std::to_chars(at, at + longest_number, value).ptr;
  *at++ = 'u';
  return at;
}

char* write_line_real(double value, char* at) {
  return write_real(value, "", at);
}

char* write_line_string(std::string_view text, char* at) {
  *at++ = '"';
  const auto escape = [&at](std::string_view run) {
    for (const char c : run) {
      if (is_line_control(c)) {
        at = write_control(c, write_text("\\\\", at));
        continue;
      }
      if (c == '"' || c == '\\') *at++ = '\\';
      *at++ = c;
    }
  };
  for_valid_runs(text, escape, [&at] { at = write_text(replacement, at); });
  *at++ = '"';
  return at;
}

}  // namespace collector
