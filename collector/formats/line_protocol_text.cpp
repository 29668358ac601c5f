#include "collector/formats/line_protocol_text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <utility>

#include "collector/formats/write_text.h"

namespace collector {
namespace {

bool is_plain(std::string_view text, std::string_view special) {
  return std::ranges::none_of(text, [special](char c) {
    return is_control_character(c) || static_cast<unsigned char>(c) >= 0x80 || c == '\\' || c == '%' ||
           special.find(c) != std::string_view::npos;
  });
}

// Whether every target leaves the backslash that `text` begins with as it is.
bool stays_backslash(std::string_view text) {
  constexpr std::string_view escaped_by_some = ",= \"\\";
  return text.size() > 1 && escaped_by_some.find(text[1]) == std::string_view::npos;
}

bool must_be_encoded(std::string_view text, std::size_t sequence) {
  const char c = text.front();
  return sequence == 0 || is_control_character(c) || begins_encoded(text) ||
         (c == '\\' && !stays_backslash(text));
}

void append_encoded_byte(char byte, std::string& out) {
  std::array<char, 3> written{};
  write_encoded_byte(byte, written.data());
  out.append(written.data(), written.size());
}

// InfluxDB refuses or drops a tag of this name:
// https://docs.influxdata.com/influxdb/v1/write_protocols/line_protocol_reference/#reserved-words
bool is_reserved_tag(std::string_view key) {
  constexpr std::string_view reserved = "time";
  constexpr std::string_view more = "_tag";
  while (key.ends_with(more))
    key.remove_suffix(more.size());
  return key == reserved;
}

}  // namespace

void append_line_name(std::string_view text, LineName kind, std::string& out) {
  const std::string_view special = escaped_in(kind);
  if (kind == LineName::measurement && text.starts_with('#')) {
    append_encoded_byte('#', out);
    text.remove_prefix(1);
  }
  if (is_plain(text, special)) {
    out += text;
    return;
  }
  while (!text.empty()) {
    const std::size_t sequence = utf8_sequence(text);
    if (must_be_encoded(text, sequence)) {
      append_encoded_byte(text.front(), out);
    } else {
      if (special.find(text.front()) != std::string_view::npos) out += '\\';
      out += text.substr(0, sequence);
    }
    text.remove_prefix(std::max<std::size_t>(sequence, 1));
  }
}

void append_line_tags(const std::vector<Tag>& tags, std::string& out) {
  std::map<std::string, std::string> written;
  for (const Tag& tag : tags) {
    std::string key;
    std::string value;
    append_line_name(tag.key, LineName::tag, key);
    if (is_reserved_tag(tag.key)) key += "_tag";
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
  while (!text.empty()) {
    const char c = text.front();
    const std::size_t sequence = utf8_sequence(text);
    if (sequence == 0 || is_control_character(c) || begins_encoded(text)) {
      at = write_encoded_byte(c, at);
    } else {
      if (c == '"' || c == '\\') *at++ = '\\';
      at = write_text(text.substr(0, sequence), at);
    }
    text.remove_prefix(std::max<std::size_t>(sequence, 1));
  }
  *at++ = '"';
  return at;
}

}  // namespace collector
