// A clock that the test moves: both clocks together, suspended (boot time jumps), or the wall clock stepped
// alone. Thread-safe.
#pragma once

#include <mutex>

#include "collector/core/time.h"

namespace collector::test {

class ManualClock final : public Clock {
 public:
  // 2026-01-01T00:00:00Z, 1,000 s after boot.
  ManualClock() : now_{WallTime(std::chrono::seconds(1767225600)), BootTime(std::chrono::seconds(1000))} {}
  explicit ManualClock(Instant start) : now_(start) {}

  Instant now() const override {
    const std::lock_guard lock(mutex_);
    return now_;
  }
  void advance(Duration by) {
    const std::lock_guard lock(mutex_);
    now_.wall += by;
    now_.boot += by;
  }
  void step_wall(Duration by) {
    const std::lock_guard lock(mutex_);
    now_.wall += by;
  }

 private:
  mutable std::mutex mutex_;
  Instant now_;
};

}  // namespace collector::test
