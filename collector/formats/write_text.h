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

// Digits of a whole number; those of percentages without a call.
inline char* write_whole(std::uint64_t whole, char* at) {
  if (whole >= 100) return std::to_chars(at, at + longest_number, whole).ptr;
  const bool two = whole >= 10;
  at[0] = static_cast<char>('0' + (two ? whole / 10 : whole));
  at[1] = static_cast<char>('0' + whole % 10);
  return at + 1 + two;
}

// ".5", ".25", ".125" of 1 to 999 thousandths.
inline char* write_thousandths(unsigned thousandths, char* at) {
  const unsigned hundredths = thousandths / 10;
  at[0] = '.';
  at[1] = static_cast<char>('0' + hundredths / 10);
  at[2] = static_cast<char>('0' + hundredths % 10);
  at[3] = static_cast<char>('0' + thousandths % 10);
  return at + 2 + (thousandths % 100 != 0) + (thousandths % 10 != 0);
}

// The shortest digits that read back to the same finite double, with `after_whole` behind those of a whole
// number below 10^15.
inline char* write_real(double value, std::string_view after_whole, char* at) {
  constexpr double exact = 1e15;
  const double size = std::abs(value);
  if (size >= exact) return std::to_chars(at, at + longest_number, value, std::chars_format::scientific).ptr;
  // Most numbers are whole or have at most three decimals (core/measurement.h, Field::decimals): many times
  // cheaper this way, and whole ones read better ("100000", not "1e+05"). That a quotient is the same double
  // is proof, up to 15 digits; then no other digits are shorter.
  const double scaled = size * 1000 + 0.5;
  const std::uint64_t thousandths = scaled < exact ? static_cast<std::uint64_t>(scaled) : 0;
  if (std::signbit(value)) *at++ = '-';
  if (scaled < exact && static_cast<double>(thousandths) / 1000 == size) {
    at = write_whole(thousandths / 1000, at);
    const auto rest = static_cast<unsigned>(thousandths % 1000);
    return rest == 0 ? write_text(after_whole, at) : write_thousandths(rest, at);
  }
  const auto whole = static_cast<std::uint64_t>(size);
  if (static_cast<double>(whole) != size) return std::to_chars(at, at + longest_number, size).ptr;
  return write_text(after_whole, std::to_chars(at, at + longest_number, whole).ptr);
}

}  // namespace collector
