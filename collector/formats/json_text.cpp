#include "collector/formats/json_text.h"

#include <array>
#include <charconv>
#include <cmath>

#include "collector/formats/text_encoding.h"
#include "collector/formats/write_text.h"

namespace collector {
namespace {

bool is_plain(char c) {
  return static_cast<unsigned char>(c) - 0x20U < 0x60U && c != '"' && c != '\\';
}

char* write_escaped(char c, char* at) {
  *at++ = '\\';
  switch (c) {
    case '"':
    case '\\':
      *at++ = c;
      return at;
    case '\b':
      *at++ = 'b';
      return at;
    case '\f':
      *at++ = 'f';
      return at;
    case '\n':
      *at++ = 'n';
      return at;
    case '\r':
      *at++ = 'r';
      return at;
    case '\t':
      *at++ = 't';
      return at;
    default:
      break;
  }
  constexpr std::string_view digits = "0123456789abcdef";
  at = write_text("u00", at);
  *at++ = digits[static_cast<unsigned char>(c) >> 4U];
  *at++ = digits[static_cast<unsigned char>(c) & 0xFU];
  return at;
}

template <bool encoded>
char* write_quoted(std::string_view text, char* at) {
  *at++ = '"';
  while (!text.empty()) {
    const char first = text.front();
    if (is_plain(first) && !(encoded && first == '%' && begins_encoded(text))) {
      *at++ = first;
      text.remove_prefix(1);
      continue;
    }
    const std::size_t size = utf8_sequence(text);
    if (encoded && (size == 0 || first == '%'))
      at = write_encoded_byte(first, at);
    else if (size == 0)
      at = write_text("\xEF\xBF\xBD", at);
    else if (size == 1)
      at = write_escaped(first, at);
    else
      at = write_text(text.substr(0, size), at);
    text.remove_prefix(size == 0 ? 1 : size);
  }
  *at++ = '"';
  return at;
}

template <typename Write>
void append_string(std::string_view text, std::string& out, Write write) {
  const std::size_t before = out.size();
  out.resize_and_overwrite(before + json_string_size(text.size()), [&](char* data, std::size_t) {
    return static_cast<std::size_t>(write(text, data + before) - data);
  });
}

}  // namespace

char* write_json_integer(std::int64_t value, char* at) {
  return std::to_chars(at, at + longest_number, value).ptr;
}

char* write_json_real(double value, char* at) {
  if (!std::isfinite(value)) return write_text("null", at);
  return write_real(value, ".0", at);
}

char* write_json_seconds(Duration value, char* at) {
  auto count = static_cast<std::uint64_t>(value.count());
  if (value.count() < 0) {
    *at++ = '-';
    count = 0 - count;
  }
  at = std::to_chars(at, at + longest_number, count / 1'000'000'000).ptr;
  std::uint64_t fraction = count % 1'000'000'000;
  *at++ = '.';
  if (fraction == 0) {
    *at++ = '0';
    return at;
  }
  for (std::uint64_t unit = 100'000'000; fraction != 0; unit /= 10) {
    *at++ = static_cast<char>('0' + fraction / unit);
    fraction %= unit;
  }
  return at;
}

char* write_json_string(std::string_view text, char* at) {
  return write_quoted<false>(text, at);
}

char* write_json_encoded(std::string_view text, char* at) {
  return write_quoted<true>(text, at);
}

void append_json_integer(std::int64_t value, std::string& out) {
  std::array<char, longest_number> text;
  out.append(text.data(), write_json_integer(value, text.data()));
}

void append_json_real(double value, std::string& out) {
  std::array<char, longest_number> text;
  out.append(text.data(), write_json_real(value, text.data()));
}

void append_json_string(std::string_view text, std::string& out) {
  append_string(text, out, write_json_string);
}

void append_json_encoded(std::string_view text, std::string& out) {
  append_string(text, out, write_json_encoded);
}

std::string json_string(std::string_view text) {
  std::string out;
  append_json_string(text, out);
  return out;
}

std::string json_encoded(std::string_view text) {
  std::string out;
  append_json_encoded(text, out);
  return out;
}

std::string json_strings(const std::vector<std::string>& texts) {
  std::string out = "[";
  for (const std::string& text : texts) {
    if (out.size() > 1) out += ',';
    append_json_string(text, out);
  }
  return out + "]";
}

std::size_t find_invalid_utf8(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t size = utf8_sequence(text.substr(at));
    if (size == 0) return at;
    at += size;
  }
  return std::string_view::npos;
}

}  // namespace collector
