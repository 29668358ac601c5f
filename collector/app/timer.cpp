#include "collector/app/timer.h"

#include <sys/timerfd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <system_error>

namespace collector {

Timer::Timer() : descriptor_(timerfd_create(CLOCK_BOOTTIME, TFD_NONBLOCK | TFD_CLOEXEC)) {
  // Waited for, none would be as one that never fires.
  if (descriptor_ < 0) throw std::system_error(errno, std::generic_category(), "timerfd_create");
}

Timer::~Timer() {
  close(descriptor_);
}

void Timer::set(BootTime when) {
  // Zero would disarm it.
  const auto since_boot = std::max<Duration>(when.time_since_epoch(), std::chrono::nanoseconds(1));
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(since_boot);
  itimerspec spec{};
  spec.it_value = {seconds.count(), (since_boot - seconds).count()};
  timerfd_settime(descriptor_, TFD_TIMER_ABSTIME, &spec, nullptr);
}

bool Timer::fired() {
  std::uint64_t count = 0;
  return read(descriptor_, &count, sizeof count) == sizeof count;
}

}  // namespace collector
