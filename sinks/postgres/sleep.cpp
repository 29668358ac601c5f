#include "sinks/postgres/sleep.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <string>

#include "collector/core/units.h"
#include "sinks/postgres/conninfo.h"

namespace collector::postgres_store {
namespace {

constexpr Duration worth_sleeping = std::chrono::minutes(10);
constexpr double smallest_compute = 0.25;  // units, as plans count them

}  // namespace

bool leads_to_neon(std::string_view conninfo) {
  const char* variable = std::getenv("PGHOST");  // as libpq reads it
  std::string hosts =
      !conninfo.empty() ? target_of(conninfo) : std::string(variable == nullptr ? "" : variable);
  if (const auto scheme = hosts.find("://"); scheme != std::string::npos) hosts.erase(0, scheme + 3);
  hosts.resize(std::min(hosts.find('/'), hosts.size()));
  std::ranges::transform(hosts, hosts.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  constexpr std::string_view domain = ".neon.tech";
  for (std::size_t at = 0; (at = hosts.find(domain, at)) != std::string::npos; at += domain.size()) {
    const std::size_t end = at + domain.size();
    if (end == hosts.size() || hosts[end] == ':' || hosts[end] == ',') return true;
  }
  return false;
}

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
