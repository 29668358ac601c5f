#include "sinks/postgres/sleep.h"

#include <fmt/format.h>

#include <algorithm>

#include "collector/core/units.h"

namespace collector::postgres_store {
namespace {

constexpr Duration worth_sleeping = std::chrono::minutes(10);
constexpr double smallest_compute = 0.25;  // units, as plans count them

}  // namespace

double awake_hours_a_month(Duration every) {
  const Duration awake = suspends_after + work_per_sync;
  if (every <= awake) return hours_a_month;
  return hours_a_month * (to_seconds(awake) / to_seconds(every));
}

SinkNote sleep_note(Duration every) {
  const double hours = awake_hours_a_month(every);
  SinkNote note{.name = "awake", .text = {}, .warning = every < worth_sleeping};
  const std::string schedule =
      every == Duration{} ? "syncing all the time" : "every " + format_duration(every);
  note.text = fmt::format(
      "{} keeps a database that suspends after 5 idle minutes awake about {:.0f} h a month ({:.1f} compute "
      "hours "
      "at {} units)",
      schedule, hours, hours * smallest_compute, smallest_compute);
  if (hours >= hours_a_month)
    note.text += ": it never sleeps; 15m or more lets it";
  else if (note.warning)
    note.text += ": it hardly sleeps; 15m or more costs less";
  return note;
}

}  // namespace collector::postgres_store
