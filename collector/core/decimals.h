// Rounding to the digits that mean something (Field::decimals).
#pragma once

#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace collector {

// The double nearest to `value` rounded to so many digits behind the point, ties away from zero. Its shortest
// text has no more digits than that. Without decimals, for more than 9 of them, where a double has no such
// digits any more (10^15 units and above), and for what is not finite: the value as it is. A zero is never
// negative.
inline double rounded_to(std::optional<std::uint8_t> decimals, double value) {
  constexpr std::array<double, 10> powers{1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9};
  constexpr double most_units = 1e15;  // 15 digits: each such decimal fraction has a double of its own
  if (!decimals || std::size_t{*decimals} >= powers.size()) return value;
  const double power = powers[*decimals];
  const double units = std::round(value * power);
  if (!(std::abs(units) < most_units)) return value;
  return units / power + 0.0;
}

}  // namespace collector
