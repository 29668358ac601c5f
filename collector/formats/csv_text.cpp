#include "collector/formats/csv_text.h"

namespace collector {
namespace {

bool is_guarded_or_formula(std::string_view text) {
  const auto first = text.find_first_not_of('\'');
  return first != std::string_view::npos && std::string_view("=+-@\t\r\n").contains(text[first]);
}

}  // namespace

std::string guard_formula(std::string_view text) {
  std::string out(is_guarded_or_formula(text) ? "'" : "");
  return out.append(text);
}

std::string_view without_guard(std::string_view text) {
  return text.starts_with('\'') && is_guarded_or_formula(text) ? text.substr(1) : text;
}

std::string csv_field(std::string_view text) {
  const std::string guarded = guard_formula(text);
  if (guarded.find_first_of(",\"\r\n") == std::string::npos) return guarded;
  std::string out = "\"";
  for (const char c : guarded)
    out.append(c == '"' ? 2 : 1, c);
  return out + "\"";
}

}  // namespace collector
