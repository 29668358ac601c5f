// The steps that the fast writers are made of: into memory that the caller has made large enough; each
// returns where it stopped.
#pragma once

#include <charconv>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace collector {

inline constexpr std::size_t longest_number = 32;  // of the longest number, with room to spare for a suffix

inline char* write_text(std::string_view text, char* at) {
  std::memcpy(at, text.data(), text.size());
  return at + text.size();
}

// The shortest digits that read back to the same finite double, with `after_whole` behind those of a whole
// number below 10^15.
inline char* write_real(double value, std::string_view after_whole, char* at) {
  constexpr double exact = 1e15;
  if (value <= -exact || value >= exact)
    return std::to_chars(at, at + longest_number, value, std::chars_format::scientific).ptr;
  // Whole numbers are common (idle rates, counts as gauges), much cheaper this way, and read better
  // ("100000", not "1e+05").
  const auto whole = static_cast<std::int64_t>(value);
  if (static_cast<double>(whole) != value) return std::to_chars(at, at + longest_number, value).ptr;
  if (whole == 0 && std::signbit(value)) *at++ = '-';
  return write_text(after_whole, std::to_chars(at, at + longest_number, whole).ptr);
}

}  // namespace collector
