// What the machine runs on, as sysfs tells it: mains, or its own battery.
#pragma once

#include <cstdint>
#include <optional>

#include "collector/core/time.h"
#include "collector/samplers/files.h"

namespace collector {

enum class Power : std::uint8_t { mains, battery };

// From /sys/class/power_supply. On battery is a machine that has one, discharging or silent about it, while
// no supply from outside is online. Batteries of devices (mice, headsets: scope Device) count for nothing; a
// machine about which nothing is told runs on mains.
Power read_power(const Files& files);

// Looks now and then, when it is asked to: no wake-up is for it alone. A change is believed when it has been
// seen twice: plugs bounce. One thread.
class PowerWatch {
 public:
  // `files` outlives it.
  explicit PowerWatch(const Files& files) : files_(&files) {}

  // Returns whether `power()` is another one now. The first look is believed at once.
  bool look(BootTime now);
  std::optional<Power> power() const { return power_; }  // nothing: never looked
  void forget() { power_.reset(); }

 private:
  const Files* files_;
  std::optional<Power> power_;
  std::optional<Power> seen_;  // once, and not believed yet
  BootTime next_{};
};

}  // namespace collector
