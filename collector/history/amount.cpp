#include "collector/history/amount.h"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <cstddef>
#include <string_view>

namespace collector {
namespace {

constexpr std::array<std::string_view, 7> si_prefixes{"", "k", "M", "G", "T", "P", "E"};
constexpr std::array<std::string_view, 7> iec_prefixes{"", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"};

struct ThreeDigits {
  std::string number;
  std::size_t power = 0;  // of the unit's base
};

// A long double holds every uint64 exactly.
ThreeDigits three_digits(long double value, long double base) {
  std::size_t power = 0;
  while (std::round(value) >= 1000 && power + 1 < si_prefixes.size()) {
    value /= base;
    ++power;
  }
  const int decimals = power == 0 || value >= 99.95L ? 0 : value >= 9.995L ? 1 : 2;
  // A double is enough for three digits, and fmt 9 loses zeros of a long double that it rounds up.
  return {fmt::format("{:.{}f}", static_cast<double>(value), decimals), power};
}

ThreeDigits three_digits_of(std::uint64_t bytes, AmountUnits units) {
  return three_digits(static_cast<long double>(bytes), units == AmountUnits::si ? 1000 : 1024);
}

}  // namespace

std::string amount_text(std::uint64_t bytes, AmountUnits units) {
  const ThreeDigits digits = three_digits_of(bytes, units);
  const auto& prefixes = units == AmountUnits::si ? si_prefixes : iec_prefixes;
  return fmt::format("{} {}B", digits.number, prefixes[digits.power]);
}

std::string short_amount_text(std::uint64_t bytes, AmountUnits units) {
  const ThreeDigits digits = three_digits_of(bytes, units);
  const auto& prefixes = units == AmountUnits::si ? si_prefixes : iec_prefixes;
  return fmt::format("{}{}", digits.number, digits.power == 0 ? "B" : prefixes[digits.power]);
}

std::string bit_rate_text(double bytes_per_second) {
  const ThreeDigits digits = three_digits(static_cast<long double>(bytes_per_second) * 8, 1000);
  return fmt::format("{} {}bit/s", digits.number, si_prefixes[digits.power]);
}

std::string percent_text(double part) {
  return fmt::format("{:.0f} %", part * 100);
}

}  // namespace collector
