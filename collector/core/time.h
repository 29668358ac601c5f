// The two clocks everything here is told by. Durations and limits are differences of boot time
// (CLOCK_BOOTTIME: goes on through suspend, never stepped); wall time (CLOCK_REALTIME) only stamps rows.
#pragma once

#include <chrono>
#include <cstdint>

namespace collector {

using Duration = std::chrono::nanoseconds;
using WallTime = std::chrono::sys_time<Duration>;  // Unix time, UTC, to the nanosecond

// Tag for CLOCK_BOOTTIME time points; has no now(): ask a Clock.
struct BootClock {
  using duration = Duration;
  using rep = duration::rep;
  using period = duration::period;
  using time_point = std::chrono::time_point<BootClock>;
  static constexpr bool is_steady = true;
};
using BootTime = BootClock::time_point;

// One moment on both clocks.
struct Instant {
  WallTime wall;
  BootTime boot;

  friend bool operator==(const Instant&, const Instant&) = default;
};

// Where the current time comes from. Injected everywhere, so that tests can suspend and step it.
// Implementations may be called from any thread.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual Instant now() const = 0;
};

class SystemClock final : public Clock {
 public:
  Instant now() const override;
};

inline double to_seconds(Duration d) {
  return std::chrono::duration<double>(d).count();
}
inline std::int64_t unix_seconds(WallTime t) {
  return std::chrono::floor<std::chrono::seconds>(t).time_since_epoch().count();
}
inline std::int64_t unix_milliseconds(WallTime t) {
  return std::chrono::floor<std::chrono::milliseconds>(t).time_since_epoch().count();
}

}  // namespace collector
