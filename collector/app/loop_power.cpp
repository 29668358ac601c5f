// Longer times on battery.
#include "collector/app/loop.h"
#include "collector/core/units.h"

namespace collector {

// Some readings of the slowest sampler.
Duration Loop::idle_time() const {
  Duration idle = std::chrono::hours(1);
  for (const SamplerSlot& slot : slots_)
    idle = std::max(idle, 3 * slot.interval());
  return idle;
}

// Only at ticks. Nothing that was counted is touched: a change is an interval of another length.
void Loop::watch_power(BootTime now) {
  if (!looks_at_power()) return;
  const bool is_first = !power_.power();
  if (!power_.look(now)) return;
  stretch_slots(now);
  idle_after_ = idle_time();
  if (is_first && !on_battery()) return;
  log::info("power", "on {}: a tick every {}, rows are written every {}",
            on_battery() ? "battery" : "mains again", format_duration(interval()),
            format_duration(flush_every()));
}

void Loop::stretch_slots(BootTime now) {
  for (SamplerSlot& slot : slots_)
    slot.set_least_interval(on_battery() ? interval() : Duration{}, now);
}

}  // namespace collector
