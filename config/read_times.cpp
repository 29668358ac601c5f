#include "config/read_times.h"

#include <fmt/format.h>

#include <algorithm>

#include "collector/core/units.h"
#include "config/components.h"

namespace collector {
namespace {

// A length of time in spite of its problem: the nearest one allowed, or seconds where only the unit is
// missing. What depends on it is then checked in the same pass.
std::optional<Duration> meant_duration(const TreeNode& root, std::string_view name) {
  const auto row = std::ranges::find(top_level_settings(), name, &Setting::name);
  const TreeEntry* entry = root.find(name);
  if (entry == nullptr || entry->value.kind != TreeNode::Kind::scalar || entry->value.broken)
    return std::nullopt;
  auto meant = parse_duration(entry->value.text);
  if (!meant) meant = parse_duration(entry->value.text + "s");
  if (!meant) return std::nullopt;
  return std::clamp(*meant, Duration(row->minimum), Duration(row->maximum));
}

}  // namespace

std::optional<Duration> read_times(const Settings& top, const TreeNode& root, Configuration& configuration,
                                   Problems& problems) {
  constexpr Duration second = std::chrono::seconds(1);
  const auto given = [&](std::string_view name) { return root.find(name) != nullptr; };
  const auto read = [&](std::string_view name) {
    return problems.about(name) ? meant_duration(root, name) : std::optional(top.duration(name));
  };
  const auto interval = read("interval");
  configuration.interval = interval.value_or(top.duration("interval"));
  auto window = read("window");
  const auto wrong = [&](std::string_view what, std::string_view remedy) {
    if (!problems.about("window")) problems.add(place_of(root, "window"), "window", what, remedy);
  };
  if (!given("window")) window = round_up(std::max(*window, configuration.interval), second);
  if (window && *window % second != Duration{0}) {
    const Duration whole = round_up(*window, second);
    wrong(fmt::format("{} is not a whole number of seconds", format_duration(*window)),
          fmt::format("write {}", format_duration(whole)));
    window = whole;
  }
  if (window && interval && *window < *interval) {
    wrong(fmt::format("{} is shorter than the interval, {}", format_duration(*window),
                      format_duration(*interval)),
          "make the window as long as the interval or longer");
    window = round_up(*interval, second);
  }
  configuration.window = window.value_or(second);
  configuration.flush = top.duration("flush");
  if (problems.about("flush")) return interval;
  if (!given("flush")) configuration.flush = round_up(configuration.flush, configuration.window);
  if (configuration.flush % configuration.window == Duration{0}) return interval;
  const std::string whole = format_duration(round_up(configuration.flush, configuration.window));
  problems.add(place_of(root, "flush"), "flush",
               window
                   ? fmt::format("{} is not a multiple of the window, {}",
                                 format_duration(configuration.flush), format_duration(*window))
                   : fmt::format("{} is not a whole number of seconds", format_duration(configuration.flush)),
               fmt::format("write {}", whole));
  return interval;
}

BatteryConfiguration read_battery(const Settings& table, const TreeNode& root,
                                  const Configuration& configuration, Problems& problems) {
  BatteryConfiguration battery;
  const TreeEntry* entry = root.find("battery");
  if (entry == nullptr || entry->value.kind != TreeNode::Kind::map) return battery;
  const auto given = [&](std::string_view name, const char* path) -> const TreeEntry* {
    const TreeEntry* one = entry->value.find(name);
    return one == nullptr || problems.about(path) || !table.has(name) ? nullptr : one;
  };
  const auto wrong = [&](const TreeEntry* at, const char* path, Duration value, const char* than,
                         Duration bound) {
    problems.add(at->value.at, path,
                 fmt::format("{} is {}, {}", format_duration(value), than, format_duration(bound)),
                 fmt::format("write {}, or remove the line", format_duration(bound)));
  };
  if (const TreeEntry* at = given("interval", "battery.interval")) {
    battery.interval = table.duration("interval");
    if (!problems.about("interval") && *battery.interval < configuration.interval)
      wrong(at, "battery.interval", *battery.interval, "shorter than the interval on mains",
            configuration.interval);
    else if (!problems.about("window") && *battery.interval > configuration.window)
      wrong(at, "battery.interval", *battery.interval, "longer than the window", configuration.window);
  }
  if (const TreeEntry* at = given("flush", "battery.flush")) {
    battery.flush = table.duration("flush");
    const Duration whole = round_up(*battery.flush, configuration.window);
    if (!problems.about("flush") && *battery.flush < configuration.flush)
      wrong(at, "battery.flush", *battery.flush, "shorter than the flush on mains", configuration.flush);
    else if (!problems.about("window") && whole != *battery.flush)
      problems.add(at->value.at, "battery.flush",
                   fmt::format("{} is not a multiple of the window, {}", format_duration(*battery.flush),
                               format_duration(configuration.window)),
                   fmt::format("write {}", format_duration(whole)));
  }
  return battery;
}

}  // namespace collector
