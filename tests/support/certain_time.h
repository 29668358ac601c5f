// A retention clock that two days of a service have made certain of the time.
#pragma once

#include "collector/core/retention_clock.h"

namespace collector::test {

inline void make_certain(RetentionClock& clock, Instant now) {
  for (auto before = std::chrono::hours(48); before >= std::chrono::hours(0); before -= std::chrono::hours(1))
    clock.observe({now.wall - before, now.boot - before});
}

}  // namespace collector::test
