// Strict number parsing: the whole text or nothing; no sign where none is meant, no leading or trailing
// space, no locale. For text that the kernel writes; configuration values go through units.h.
#pragma once

#include <charconv>
#include <cstdint>
#include <optional>
#include <string_view>

namespace collector {

template <typename T>
std::optional<T> parse_number(std::string_view text) {
  T value{};
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc{} || stop != end || text.empty()) return std::nullopt;
  return value;
}
inline std::optional<std::uint64_t> parse_unsigned(std::string_view text) {
  return parse_number<std::uint64_t>(text);
}
inline std::optional<std::int64_t> parse_signed(std::string_view text) {
  return parse_number<std::int64_t>(text);
}
inline std::optional<double> parse_real(std::string_view text) {
  return parse_number<double>(text);
}

}  // namespace collector
