// Zone: a time zone of the system's database (tzdata), with all its rules, past and future. Cheap to copy;
// any thread. The only file that knows cctz. std::chrono's own zones came to GCC's library with version 14.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <string_view>

#include "collector/core/error.h"

namespace collector::history {

using Seconds = std::chrono::sys_seconds;         // a moment, Unix time
using LocalSeconds = std::chrono::local_seconds;  // what the clock on the wall shows
using LocalDays = std::chrono::local_days;        // a date

class Zone {
 public:
  // "Europe/Berlin", "UTC". Fails when the database has no such zone, or is not there (package tzdata).
  static Result<Zone> load(std::string_view name);
  // The machine's: TZ, then /etc/localtime; UTC where there is neither, as everywhere on the machine. Fails
  // where one of them names a zone that can't be loaded.
  static Result<Zone> of_machine();
  // What `timezone` says; empty: the machine's.
  static Result<Zone> configured(std::string_view timezone) {
    return timezone.empty() ? of_machine() : load(timezone);
  }
  static Zone utc();

  const std::string& name() const { return name_; }
  LocalSeconds local(Seconds moment) const;
  // The first moment at which clocks show `time`; where they never do because they were put forward over it,
  // the moment of that.
  Seconds first(LocalSeconds time) const;

  friend bool operator==(const Zone& a, const Zone& b) { return a.name_ == b.name_; }

 private:
  struct Rules;
  Zone(std::string name, std::shared_ptr<const Rules> rules)
      : name_(std::move(name)), rules_(std::move(rules)) {}

  std::string name_;
  std::shared_ptr<const Rules> rules_;
};

}  // namespace collector::history
