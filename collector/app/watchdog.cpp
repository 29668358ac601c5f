#include "collector/app/watchdog.h"

#include <algorithm>

#include "collector/core/log.h"
#include "collector/core/units.h"

namespace collector {

Watchdog::Watchdog(const ServiceManager& manager, BootTime now, Duration timeout)
    : manager_(manager), period_(manager.watchdog_period()), timeout_(timeout), last_(now) {}

BootTime Watchdog::wake_before(BootTime next_tick) const {
  return period_ ? std::min(next_tick, last_ + *period_ / 2) : next_tick;
}

void Watchdog::look(BootTime now, const Progress& progress) {
  if (!period_) return;
  // A machine that slept, or a process that was stopped, has not been stuck meanwhile.
  const Duration elapsed = std::min<Duration>(now - last_, *period_);
  last_ = now;
  const bool ticked = progress.ticks != seen_.ticks;
  without_tick_ = ticked ? Duration::zero() : without_tick_ + elapsed;
  const bool writer_moved = progress.writer_idle || progress.writer_attempts != seen_.writer_attempts;
  writer_stuck_ = writer_moved ? Duration::zero() : writer_stuck_ + elapsed;
  seen_ = progress;

  const bool loop_stuck = without_tick_ > progress.interval + *period_;
  const bool writer_stuck = writer_stuck_ > timeout_;
  if (!loop_stuck && !writer_stuck) {
    complained_ = false;
    manager_.alive();
    return;
  }
  if (complained_) return;
  complained_ = true;
  log::error(
      "service",
      "{} for {}: the service manager gets no sign of life any more, and will restart the collector",
      loop_stuck ? "no tick" : "the writer is stuck in one write",
      format_duration(std::chrono::floor<std::chrono::seconds>(loop_stuck ? without_tick_ : writer_stuck_)));
}

}  // namespace collector
