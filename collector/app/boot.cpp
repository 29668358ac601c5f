#include "collector/app/boot.h"

#include <fmt/format.h>

#include <chrono>
#include <map>
#include <string_view>

#include "collector/core/units.h"

namespace collector {
namespace {

using std::chrono::seconds;

// Names that were made here; the kernel's are UUIDs.
constexpr std::string_view by_btime = "btime:";
constexpr std::string_view by_clocks = "clocks:";

// btime is cut to seconds, and the two clocks are read one after the other.
constexpr seconds tolerance(2);
// A wall clock that was corrected by so much while a boot went on is believed.
constexpr seconds correction = std::chrono::hours(1);

// The moment the kernel began, by the wall clock as it was then.
WallTime beginning(Instant at) {
  return at.wall - at.boot.time_since_epoch();
}

bool is_made(std::string_view name) {
  return name.starts_with(by_btime) || name.starts_with(by_clocks);
}

std::optional<std::int64_t> btime_in(std::string_view name) {
  if (!name.starts_with(by_btime)) return std::nullopt;
  const auto seconds_since_1970 = parse_integer(name.substr(by_btime.size()));
  return seconds_since_1970 ? std::optional(*seconds_since_1970) : std::nullopt;
}

std::chrono::nanoseconds distance(Duration by) {
  return by < Duration{} ? -by : by;
}

}  // namespace

std::string name_of(const BootSigns& signs) {
  if (!signs.id.empty()) return signs.id;
  if (signs.btime) return fmt::format("{}{}", by_btime, *signs.btime);
  return fmt::format("{}{}", by_clocks, unix_seconds(beginning(signs.now)));
}

BootRelation relation(const BootSigns& signs, const std::string& stored, Instant last) {
  if (!signs.id.empty() && !is_made(stored))
    return stored == signs.id ? BootRelation::same : BootRelation::other;
  // The boot clock never goes back.
  if (signs.now.boot < last.boot) return BootRelation::other;
  const Duration by_clock = beginning(signs.now) - beginning(last);
  const auto stored_btime = btime_in(stored);
  const auto shift = signs.btime && stored_btime
                         ? std::optional<Duration>(seconds(*signs.btime - *stored_btime))
                         : std::nullopt;
  if (distance(shift.value_or(by_clock)) <= tolerance) return BootRelation::same;
  // Whoever sets the wall clock moves both: if only one has moved, that is another kernel's.
  if (shift && distance(*shift - by_clock) > tolerance) return BootRelation::other;
  // Either the wall clock was set, or it is another boot. One that had begun when the last reading was taken
  // is that reading's, unless the clock was set by an unlikely lot.
  const bool began_before = beginning(signs.now) < last.wall;
  return began_before && distance(by_clock) <= correction ? BootRelation::same : BootRelation::unknown;
}

BootVerdict settle_boot(const BootSigns& signs, Baselines& stored) {
  BootVerdict verdict{name_of(signs), {}};
  std::map<std::string, Instant> latest;
  for (const Baseline& baseline : stored.series) {
    const auto [entry, added] = latest.try_emplace(baseline.boot_id, baseline.taken);
    if (!added && entry->second.boot < baseline.taken.boot) entry->second = baseline.taken;
  }
  std::map<std::string, BootRelation> relations;
  bool found = false;
  for (const auto& [name, last] : latest) {
    if (name.empty()) continue;
    relations[name] = relation(signs, name, last);
    found = found || relations[name] == BootRelation::same;
  }
  for (Baseline& baseline : stored.series) {
    const auto known = relations.find(baseline.boot_id);
    if (known == relations.end()) continue;
    if (known->second == BootRelation::same) baseline.boot_id = verdict.name;
    // A boot that is known goes on: what else there is was before it.
    if (known->second == BootRelation::unknown && !found) baseline.boot_id.clear();
    // Another boot's made-up name may by chance be that of this one.
    if (known->second == BootRelation::other && baseline.boot_id == verdict.name) baseline.boot_id += '-';
  }
  for (HighestObject& highest : stored.highest) {
    const auto known = relations.find(highest.boot_id);
    if (known == relations.end()) continue;
    if (known->second == BootRelation::same)
      highest.boot_id = verdict.name;
    else if (highest.boot_id == verdict.name)
      highest.boot_id += '-';
  }
  bool unknown = false;
  for (const auto& [name, is] : relations)
    unknown = unknown || (is == BootRelation::unknown && !found);
  if (unknown)
    verdict.untellable = fmt::format(
        "it is not known whether the machine was restarted since the last reading, because there is no boot "
        "id ({}) and the clock was set; counting starts again here, and what was counted in between is in no "
        "row",
        signs.why_no_id.empty() ? "the last time" : signs.why_no_id);
  return verdict;
}

}  // namespace collector
