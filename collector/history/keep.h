// Keep: how long the history stays, and how large its file may become.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "collector/core/time.h"
#include "collector/history/level.h"

namespace collector::history {

// 0: for ever.
struct Ages {
  Duration raw{};                              // of rows
  std::array<Duration, level_count> levels{};  // of buckets, by Level

  bool have_an_end() const { return *this != Ages{}; }
  friend bool operator==(const Ages&, const Ages&) = default;
};

struct Keep {
  Ages ages;
  std::uint64_t size = 0;  // bytes in use of the file, free pages not counted; 0: no limit
  std::map<std::string, Ages, std::less<>> measurements{};  // those with ages of their own

  const Ages& of(std::string_view measurement) const {
    const auto own = measurements.find(measurement);
    return own == measurements.end() ? ages : own->second;
  }
  // Whether anything goes by its age.
  bool has_an_end() const {
    return ages.have_an_end() ||
           std::ranges::any_of(measurements, [](const auto& one) { return one.second.have_an_end(); });
  }
};

}  // namespace collector::history
