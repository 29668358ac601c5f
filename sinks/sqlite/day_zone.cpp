#include "sinks/sqlite/day_zone.h"

#include <fmt/format.h>

namespace collector::sqlite_store {

Result<history::Zone> zone_of_days(const std::string& timezone) {
  auto zone = history::Zone::configured(timezone);
  if (!zone && timezone.empty()) return history::Zone::utc();
  return zone;
}

std::vector<SinkNote> notes_on_zone(const std::string& timezone) {
  if (!timezone.empty()) return {};
  const auto zone = history::Zone::of_machine();
  if (zone) return {};
  return {
      {.name = "timezone",
       .text = fmt::format("the machine's time zone is not known, so days begin at midnight in UTC: {}; mend "
                           "it, or write timezone: and a name",
                           zone.error().what),
       .warning = true}};
}

}  // namespace collector::sqlite_store
