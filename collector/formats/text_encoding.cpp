#include "collector/formats/text_encoding.h"

#include <algorithm>
#include <array>

namespace collector {
namespace {

constexpr std::string_view capital_digits = "0123456789ABCDEF";

// Of the byte that the text stands for, when it begins with one that is ever written like this; else -1.
int encoded_byte(std::string_view text) {
  if (text.size() < 3 || text[0] != '%') return -1;
  const auto high = capital_digits.find(text[1]);
  const auto low = capital_digits.find(text[2]);
  if (high == std::string_view::npos || low == std::string_view::npos) return -1;
  const auto byte = static_cast<unsigned>(high * 16 + low);
  const bool written = byte < 0x20 || byte >= 0x7F || byte == '#' || byte == '%' || byte == '\\';
  return written ? static_cast<int>(byte) : -1;
}

bool is_unfit(char c, Unfit unfit) {
  return unfit == Unfit::controls ? is_control_character(c) : unfit == Unfit::nul && c == '\0';
}

}  // namespace

std::size_t utf8_sequence(std::string_view text) {
  const auto byte = [&text](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = byte(0);
  if (lead < 0x80) return 1;
  const std::size_t size = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4 || text.size() < size) return 0;
  for (std::size_t i = 1; i < size; ++i)
    if ((byte(i) & 0xC0) != 0x80) return 0;
  // The second byte is narrower after some leads: no overlong forms, no surrogates, nothing above U+10FFFF.
  const unsigned char second = byte(1);
  if ((lead == 0xE0 && second < 0xA0) || (lead == 0xED && second > 0x9F) || (lead == 0xF0 && second < 0x90) ||
      (lead == 0xF4 && second > 0x8F))
    return 0;
  return size;
}

bool begins_encoded(std::string_view text) {
  return encoded_byte(text) >= 0;
}

char* write_encoded_byte(char byte, char* at) {
  *at++ = '%';
  *at++ = capital_digits[static_cast<unsigned char>(byte) >> 4U];
  *at++ = capital_digits[static_cast<unsigned char>(byte) & 0xFU];
  return at;
}

std::string encode_text(std::string_view bytes, Unfit unfit) {
  std::string out;
  out.reserve(bytes.size());
  while (!bytes.empty()) {
    const std::size_t size = utf8_sequence(bytes);
    if (size == 0 || is_unfit(bytes.front(), unfit) || begins_encoded(bytes)) {
      std::array<char, 3> written{};
      write_encoded_byte(bytes.front(), written.data());
      out.append(written.data(), written.size());
    } else {
      out.append(bytes.substr(0, size));
    }
    bytes.remove_prefix(std::max<std::size_t>(size, 1));
  }
  return out;
}

std::string decode_text(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const int byte = encoded_byte(text);
    out += byte < 0 ? text.front() : static_cast<char>(byte);
    text.remove_prefix(byte < 0 ? 1 : 3);
  }
  return out;
}

}  // namespace collector
