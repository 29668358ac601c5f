#include "collector/core/characters.h"

#include <algorithm>
#include <array>
#include <span>

namespace collector {
namespace {

struct Range {
  char32_t first;
  char32_t last;
};

// What terminals agree on; rarer scripts may be a column off.
constexpr std::array<Range, 6> combining = {
    {{0x300, 0x36F}, {0x483, 0x489}, {0x1AB0, 0x1AFF}, {0x1DC0, 0x1DFF}, {0x20D0, 0x20FF}, {0xFE00, 0xFE0F}}};
constexpr std::array<Range, 10> wide = {{{0x1100, 0x115F},
                                         {0x2E80, 0xA4CF},
                                         {0xA960, 0xA97F},
                                         {0xAC00, 0xD7A3},
                                         {0xF900, 0xFAFF},
                                         {0xFE30, 0xFE6F},
                                         {0xFF00, 0xFF60},
                                         {0xFFE0, 0xFFE6},
                                         {0x1F300, 0x1FAFF},
                                         {0x20000, 0x3FFFD}}};
// C0 and C1, joiners and directions, line separators, the byte order mark.
constexpr std::array<Range, 6> controls = {
    {{0, 0x1F}, {0x7F, 0x9F}, {0x200B, 0x200F}, {0x2028, 0x202E}, {0x2060, 0x206F}, {0xFEFF, 0xFEFF}}};

bool within(std::span<const Range> ranges, char32_t code) {
  return std::ranges::any_of(
      ranges, [code](const Range& range) { return range.first <= code && code <= range.last; });
}

// "\033[…m" at the front; 0: none.
std::size_t painting_length(std::string_view text) {
  if (!text.starts_with("\033[")) return 0;
  const auto end = text.find_first_not_of("0123456789;", 2);
  return end != std::string_view::npos && text[end] == 'm' ? end + 1 : 0;
}

// Strict: neither overlong forms nor surrogates.
char32_t decode(std::string_view text, std::size_t& length) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  length = 1;
  const unsigned char first = byte(0);
  if (first < 0x80) return first;
  if (first < 0xC2 || first > 0xF4) return unknown_character;
  const std::size_t wanted = first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
  if (text.size() < wanted) return unknown_character;
  char32_t code = first & (0xFFU >> (wanted + 1));
  for (std::size_t i = 1; i < wanted; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return unknown_character;
    code = code << 6 | (byte(i) & 0x3FU);
  }
  const bool overlong = (wanted == 3 && code < 0x800) || (wanted == 4 && code < 0x10000);
  if (overlong || code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF)) return unknown_character;
  length = wanted;
  return code;
}

std::size_t width_of(char32_t code) {
  if (within(wide, code)) return 2;
  return within(combining, code) ? 0 : 1;
}

}  // namespace

Character take_character(std::string_view& text) {
  Character character;
  std::size_t length = painting_length(text);
  if (length > 0) {
    character.code = U'\033';
  } else {
    character.code = decode(text, length);
    character.width = width_of(character.code);
  }
  character.bytes = text.substr(0, length);
  text.remove_prefix(length);
  return character;
}

bool controls_terminal(char32_t code) {
  return within(controls, code);
}

}  // namespace collector
