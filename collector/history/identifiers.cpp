#include "collector/history/identifiers.h"

#include <fmt/format.h>

#include <algorithm>

namespace collector::history {
namespace {

bool is_control(char c) {
  return static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
}

void append_json_string(std::string& out, std::string_view text) {
  out += '"';
  for (const char c : text) {
    if (c == '"' || c == '\\')
      (out += '\\') += c;
    else if (is_control(c))
      out += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
    else
      out += c;
  }
  out += '"';
}

}  // namespace

std::string folded(std::string_view identifier) {
  std::string out(identifier);
  std::ranges::transform(out, out.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return out;
}

std::string printable(std::string_view name) {
  std::string out(name);
  std::ranges::replace_if(out, is_control, '_');
  return out.empty() ? "_" : out;
}

std::string json_object(std::span<const Tag> tags) {
  std::string out = "{";
  for (const Tag& tag : tags) {
    if (out.size() > 1) out += ',';
    append_json_string(out, tag.key);
    out += ':';
    append_json_string(out, tag.value);
  }
  return out + '}';
}

}  // namespace collector::history
