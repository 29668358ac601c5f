#include "collector/core/time.h"

#include <ctime>

namespace collector {
namespace {

Duration read(clockid_t id) {
  timespec t{};
  clock_gettime(id, &t);
  return std::chrono::seconds(t.tv_sec) + Duration(t.tv_nsec);
}

}  // namespace

Instant SystemClock::now() const {
  return {WallTime(read(CLOCK_REALTIME)), BootTime(read(CLOCK_BOOTTIME))};
}

}  // namespace collector
