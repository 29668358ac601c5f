#include "collector/app/plan.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>
#include <string_view>

#include "sinks/table.h"

namespace collector {
namespace {

std::string_view verb(Change change) {
  switch (change) {
    case Change::keep:
      return "keep";
    case Change::adjust:
      return "adjust";
    case Change::replace:
      return "replace";
    case Change::add:
      return "add";
    case Change::remove:
      return "remove";
  }
  return "";
}

// Names of the settings in which two tables of the same component differ.
std::vector<std::string> differences(const Settings& a, const Settings& b) {
  std::set<std::string, std::less<>> names;
  for (const auto* settings : {&a, &b})
    for (const auto& [name, value] : settings->values())
      names.insert(name);
  std::vector<std::string> different;
  for (const std::string& name : names) {
    // Compared as tables of one setting: tables within tables are compared by their values.
    Settings left;
    Settings right;
    if (a.has(name)) left.set(name, a.values().find(name)->second);
    if (b.has(name)) right.set(name, b.values().find(name)->second);
    if (!(left == right)) different.push_back(name);
  }
  return different;
}

PlannedChange compare(const SamplerConfiguration& running, const SamplerConfiguration& wanted) {
  std::vector<std::string> what = differences(running.settings, wanted.settings);
  const Change change = what.empty() ? Change::adjust : Change::replace;
  if (running.keep_by != wanted.keep_by) what.insert(what.begin(), "keep_by");
  if (running.keep_series != wanted.keep_series) what.insert(what.begin(), "keep_series");
  if (running.interval != wanted.interval) what.insert(what.begin(), "interval");
  if (what.empty()) return {wanted.name, Change::keep, ""};
  return {wanted.name, change, fmt::format("{}", fmt::join(what, ", "))};
}

PlannedChange compare(const SinkConfiguration& running, const SinkConfiguration& wanted) {
  // Of another type every setting is another one.
  if (running.type != wanted.type) return {wanted.name, Change::replace, "type"};
  const std::vector<std::string> common = differences(running.common, wanted.common);
  std::vector<std::string> what = differences(running.settings, wanted.settings);
  what.insert(what.end(), common.begin(), common.end());
  if (what.empty()) return {wanted.name, Change::keep, ""};
  const bool limits_only = std::ranges::all_of(
      what, [](const std::string& each) { return each == "backlog" || each == "dead_letters"; });
  return {wanted.name, limits_only ? Change::adjust : Change::replace,
          fmt::format("{}", fmt::join(what, ", "))};
}

template <typename Component>
std::vector<PlannedChange> compare_all(const std::vector<Component>& running,
                                       const std::vector<Component>& wanted) {
  std::vector<PlannedChange> changes;
  for (const Component& component : wanted) {
    const auto found = std::ranges::find(running, component.name, &Component::name);
    changes.push_back(found == running.end() ? PlannedChange{component.name, Change::add, ""}
                                             : compare(*found, component));
  }
  for (const Component& component : running)
    if (std::ranges::find(wanted, component.name, &Component::name) == wanted.end())
      changes.push_back({component.name, Change::remove, ""});
  return changes;
}

std::vector<std::string> changed_settings(const Configuration& running, const Configuration& wanted) {
  std::vector<std::string> names;
  const auto note = [&](const char* name, bool same) {
    if (!same) names.emplace_back(name);
  };
  note("host", running.host == wanted.host);
  note("tags", running.tags == wanted.tags);
  note("timezone", running.timezone == wanted.timezone);
  note("interval", running.interval == wanted.interval);
  note("window", running.window == wanted.window);
  note("flush", running.flush == wanted.flush);
  note("battery", running.battery == wanted.battery);
  note("series_limit", running.series_limit == wanted.series_limit);
  note("spike_filter", running.spike_filter == wanted.spike_filter);
  note("shutdown", running.shutdown_deadline == wanted.shutdown_deadline);
  note("log", running.log_level == wanted.log_level);
  note("status", running.status_listen == wanted.status_listen &&
                     running.status_names == wanted.status_names &&
                     running.status_group == wanted.status_group);
  note("web", running.web == wanted.web);
  note("plans", running.plans == wanted.plans);
  return names;
}

std::vector<Problem> refusals(const Configuration& running, const Configuration& wanted) {
  std::vector<Problem> problems;
  const auto refuse = [&](const char* path, const std::filesystem::path& from,
                          const std::filesystem::path& to) {
    if (from == to) return;
    problems.push_back({.file = wanted.file.string(),
                        .line = 0,
                        .column = 0,
                        .path = path,
                        .what = fmt::format("can't change from {} to {} while the collector runs",
                                            from.string(), to.string()),
                        .remedy = "restart it, or take the change back"});
  };
  refuse("state", running.state, wanted.state);
  refuse("root", running.root, wanted.root);
  return problems;
}

// What is built with the zone that days are cut in, or the plans whose cycles are kept: `what` is another.
void replace_what_cuts_days(std::vector<PlannedChange>& sinks, const Configuration& wanted,
                            const std::string& what) {
  for (PlannedChange& change : sinks) {
    if (change.change != Change::keep && change.change != Change::adjust) continue;
    const auto sink = std::ranges::find(wanted.sinks, change.name, &SinkConfiguration::name);
    const auto type =
        std::ranges::find(sink_types(), sink->type, [](const SinkType& each) { return each.component.name; });
    if (type == sink_types().end() || !type->cuts_days) continue;
    change.change = Change::replace;
    change.what += (change.what.empty() ? "" : ", ") + what;
  }
}

}  // namespace

bool Plan::nothing() const {
  const auto kept = [](const PlannedChange& change) { return change.change == Change::keep; };
  return settings.empty() && std::ranges::all_of(samplers, kept) && std::ranges::all_of(sinks, kept);
}

std::string Plan::text() const {
  std::vector<std::string> parts = settings;
  const auto tell = [&](const char* kind, const std::vector<PlannedChange>& changes) {
    for (const PlannedChange& change : changes) {
      if (change.change == Change::keep) continue;
      const std::string what = change.what.empty() ? "" : " (" + change.what + ")";
      parts.push_back(fmt::format("{} {}: {}{}", kind, change.name, verb(change.change), what));
    }
  };
  tell("sampler", samplers);
  tell("sink", sinks);
  return parts.empty() ? "nothing has changed" : fmt::format("{}", fmt::join(parts, "; "));
}

Checked<Plan> make_plan(const Configuration* running, const Configuration& wanted) {
  Plan plan;
  if (running == nullptr) {
    plan.samplers = compare_all({}, wanted.samplers);
    plan.sinks = compare_all({}, wanted.sinks);
    return plan;
  }
  if (auto problems = refusals(*running, wanted); !problems.empty())
    return std::unexpected(std::move(problems));
  plan.samplers = compare_all(running->samplers, wanted.samplers);
  plan.sinks = compare_all(running->sinks, wanted.sinks);
  if (running->timezone != wanted.timezone) replace_what_cuts_days(plan.sinks, wanted, "timezone");
  const bool other_host = running->host != wanted.host && !wanted.plans.empty();
  if (running->plans != wanted.plans || other_host) replace_what_cuts_days(plan.sinks, wanted, "plans");
  plan.settings = changed_settings(*running, wanted);
  return plan;
}

}  // namespace collector
