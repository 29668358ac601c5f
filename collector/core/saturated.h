// Integers that stay at the nearest one that an int64 holds where the result lies beyond. Pure.
#pragma once

#include <cmath>
#include <cstdint>
#include <limits>

namespace collector {

inline std::int64_t saturated_sum(std::int64_t a, std::int64_t b) {
  std::int64_t sum = 0;
  if (!__builtin_add_overflow(a, b, &sum)) return sum;
  return a > 0 ? std::numeric_limits<std::int64_t>::max() : std::numeric_limits<std::int64_t>::min();
}

// Whether a sum may be one that stayed there.
inline bool is_saturated(std::int64_t sum) {
  return sum == std::numeric_limits<std::int64_t>::max() || sum == std::numeric_limits<std::int64_t>::min();
}

// Rounded, ties away from zero; what is no number is 0.
inline std::int64_t saturated_round(double value) {
  constexpr double beyond = 0x1p63;  // the first double that is too large
  if (std::isnan(value)) return 0;
  if (value >= beyond) return std::numeric_limits<std::int64_t>::max();
  if (value < -beyond) return std::numeric_limits<std::int64_t>::min();
  return std::llround(value);
}

}  // namespace collector
