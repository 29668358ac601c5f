// Times as other programs write them. Pure.
#pragma once

#include <optional>
#include <string_view>

#include "collector/history/zone.h"

namespace collector::imports {

struct LocalTime {
  history::LocalDays date{};
  std::optional<std::chrono::seconds> time;  // of the day; nothing: a date alone

  history::LocalSeconds moment() const { return date + time.value_or(std::chrono::seconds(0)); }
};

// "2026-11-30", "2026-11-30 04:05", "2026-11-30T04:05:06.789": what clocks show, a fraction is dropped.
// Nothing: it is none, or no such date.
std::optional<LocalTime> parse_local_time(std::string_view text);

}  // namespace collector::imports
