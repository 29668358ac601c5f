// Watchdog: gives the service manager its sign of life as long as the loop ticks and the writer gets on. What
// counts as stuck is what a new start can cure:
//
//   loop    no tick although one was due more than a period ago
//   writer  not one attempt finished in ten minutes. A full or failing disk, where attempts fail and are
//           repeated, is none; nor is a disk that stalls for a while (the window grows). A start over on such
//           a disk would only wait again, and lose gauges.
#pragma once

#include <cstdint>
#include <optional>

#include "collector/app/service_manager.h"
#include "collector/core/time.h"

namespace collector {

// What the watchdog looks at.
struct Progress {
  std::uint64_t ticks = 0;
  Duration interval{};                // between ticks, as configured now
  bool writer_idle = true;            // everything handed to it is durable
  std::uint64_t writer_attempts = 0;  // finished: batches stored, and failures
};

// Owned and called by the loop's thread. Without a watchdog period of the manager's it does nothing:
//
//   timer.set(watchdog.wake_before(loop.next_tick(now)));
//   … woken: tick if one is due, then
//   if (watchdog.due(now)) watchdog.look(now, progress());
class Watchdog {
 public:
  // `manager` outlives it. `timeout` is for the writer.
  explicit Watchdog(const ServiceManager& manager, BootTime now, Duration timeout = std::chrono::minutes(10));

  // The next tick, or earlier where the manager would give up before. Costs no wake-up where ticks are
  // frequent.
  BootTime wake_before(BootTime next_tick) const;
  bool due(BootTime now) const { return period_ && now >= last_ + *period_ / 3; }
  // Gives the sign, or says in the log why not.
  void look(BootTime now, const Progress& progress);

 private:
  const ServiceManager& manager_;
  std::optional<Duration> period_;
  Duration timeout_;
  BootTime last_;  // look
  Progress seen_;  // then
  Duration without_tick_{};
  Duration writer_stuck_{};
  bool complained_ = false;
};

}  // namespace collector
