// Levels: how finely the history is kept. Rows as they were measured ("raw"), and sums of them over 5
// minutes, an hour and a day.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace collector::history {

enum class Level : std::uint8_t { five_minutes, hour, day };

inline constexpr std::array all_levels{Level::five_minutes, Level::hour, Level::day};
inline constexpr std::size_t level_count = all_levels.size();

// As tables, settings and queries call it.
constexpr std::string_view name_of(Level level) {
  constexpr std::array<std::string_view, level_count> names{"5m", "1h", "1d"};
  return names[static_cast<std::size_t>(level)];
}

// Unix seconds. Every offset of a zone that is in use is a multiple of five minutes: days of all zones are
// unions of such buckets.
inline constexpr std::int64_t five_minutes = 300;
inline constexpr std::int64_t one_hour = 3600;

constexpr std::int64_t floor_to(std::int64_t seconds, std::int64_t unit) {
  const std::int64_t rest = seconds % unit;
  return seconds - (rest < 0 ? rest + unit : rest);
}

}  // namespace collector::history
