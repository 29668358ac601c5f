#include <fmt/format.h>

#include <algorithm>

#include "collector/core/units.h"
#include "config/component_check.h"
#include "config/components.h"
#include "config/suggest.h"
#include "config/table_reader.h"

namespace collector {
namespace {

constexpr std::string_view default_key = "default";

// on, off, true, false, yes, no; nothing when it is none of these. `node` is a scalar.
std::optional<bool> on_or_off(const TreeNode& node) {
  const std::string& text = node.text;
  if (text == "on" || text == "true" || text == "yes") return true;
  if (text == "off" || text == "false" || text == "no") return false;
  return std::nullopt;
}

bool default_set_is_on(const TreeNode& node, Problems& problems) {
  const TreeEntry* entry = node.find(default_key);
  if (entry == nullptr || entry->value.broken) return true;
  const auto state = entry->value.kind == TreeNode::Kind::scalar ? on_or_off(entry->value) : std::nullopt;
  if (!state)
    problems.add(entry->value.at, "samplers.default", "is neither on nor off",
                 "write off to start from no samplers, or remove the line");
  return state.value_or(true);
}

void check_names(const TreeNode& node, const Catalog& catalog, Problems& problems) {
  std::vector<std::string_view> names;
  for (const ComponentType& type : catalog.samplers)
    names.push_back(type.name);
  names.push_back(default_key);
  for (const TreeEntry& entry : node.entries)
    if (std::ranges::find(names, entry.key) == names.end())
      problems.add(entry.at, child_path(samplers_key, entry.key), "no such sampler",
                   suggest(entry.key, names, "there are"));
}

void check_interval(const SamplerConfiguration& sampler, const TreeEntry& entry, Duration interval,
                    Problems& problems) {
  const TreeEntry* given = entry.value.find("interval");
  const std::string path = child_path(child_path(samplers_key, entry.key), "interval");
  if (given == nullptr || problems.about(path) || sampler.interval % interval == Duration{0}) return;
  problems.add(given->value.at, path,
               fmt::format("{} is not a multiple of the top-level interval, {}",
                           format_duration(sampler.interval), format_duration(interval)),
               fmt::format("write {}, or change the top-level interval",
                           format_duration(round_up(sampler.interval, interval))));
}

// keep_series and keep_by. `given`: the sampler's entry, a table.
void read_keep(const ComponentType& type, const Settings& all, const TreeEntry* given,
               SamplerConfiguration& sampler, Problems& problems) {
  const std::string path = child_path(samplers_key, type.name);
  const auto wrong = [&](std::string_view name, std::string_view what, const std::string& remedy) {
    const std::string where = child_path(path, name);
    const TreeEntry* at = given->value.find(name);
    if (!problems.about(where)) problems.add(at != nullptr ? at->value.at : given->at, where, what, remedy);
  };
  if (!all.has("keep_series")) {
    if (all.has("keep_by"))
      wrong("keep_by", "has no effect without keep_series", "write keep_series: 50 beside it, or remove it");
    return;
  }
  if (type.size_fields.empty())
    return wrong("keep_series", "this sampler has no counters of several series to be added up",
                 "remove the line");
  sampler.keep_series = static_cast<std::uint64_t>(all.integer("keep_series"));
  sampler.keep_by = all.has("keep_by") ? all.text("keep_by") : type.size_fields.front();
  const std::vector<std::string_view> fields(type.size_fields.begin(), type.size_fields.end());
  if (std::ranges::find(fields, sampler.keep_by) == fields.end())
    wrong("keep_by", "no such field", suggest(sampler.keep_by, fields, "there are"));
}

// One sampler that is on. `entry` null, or without a table: its defaults.
SamplerConfiguration read_sampler(const ComponentType& type, const TreeEntry* entry,
                                  std::optional<Duration> interval, const Environment& environment,
                                  Problems& problems) {
  static const TreeNode nothing;
  const bool changed = entry != nullptr && entry->value.kind == TreeNode::Kind::map;
  const std::string path = child_path(samplers_key, type.name);
  std::vector<Setting> table(common_sampler_settings().begin(), common_sampler_settings().end());
  table.insert(table.end(), type.settings.begin(), type.settings.end());
  const Settings all = read_table(table, changed ? entry->value : nothing,
                                  entry != nullptr ? entry->at : Position{}, path, {}, problems);
  SamplerConfiguration sampler;
  sampler.name = type.name;
  for (const Setting& row : type.settings)
    sampler.settings.set(row.name, all.values().find(row.name)->second);
  if (all.has("interval")) {
    sampler.interval = all.duration("interval");
  } else if (interval) {
    sampler.interval = default_sampler_interval(type, *interval);
  }
  if (changed && interval) check_interval(sampler, *entry, *interval, problems);
  if (changed) read_keep(type, all, entry, sampler, problems);
  check_component(type, sampler.settings, changed ? entry : nullptr, path, {}, environment, {}, problems);
  return sampler;
}

}  // namespace

Duration round_up(Duration value, Duration step) {
  return (value + step - Duration{1}) / step * step;
}

Duration default_sampler_interval(const ComponentType& type, Duration interval) {
  const auto own = parse_duration(type.default_interval);
  if (!own || *own == std::chrono::seconds(1)) return interval;
  return round_up(*own, interval);
}

std::vector<SamplerConfiguration> read_samplers(const TreeEntry* entry, const Catalog& catalog,
                                                std::optional<Duration> interval,
                                                const Environment& environment, Problems& problems) {
  static const TreeNode nothing;
  if (entry != nullptr && entry->value.broken) return {};
  const TreeNode& node = entry != nullptr ? entry->value : nothing;
  if (node.kind == TreeNode::Kind::scalar || node.kind == TreeNode::Kind::sequence) {
    problems.add(node.at, std::string(samplers_key), "is not a table of samplers",
                 "write it as samplers: {cpu: {…}, processes: off}");
    return {};
  }
  check_names(node, catalog, problems);
  const bool default_on = default_set_is_on(node, problems);
  std::vector<SamplerConfiguration> samplers;
  for (const ComponentType& type : catalog.samplers) {
    const TreeEntry* own = node.find(type.name);
    bool on = own != nullptr || (default_on && type.on_by_default);
    if (own != nullptr &&
        (own->value.kind == TreeNode::Kind::scalar || own->value.kind == TreeNode::Kind::sequence)) {
      const auto state = own->value.kind == TreeNode::Kind::scalar ? on_or_off(own->value) : std::nullopt;
      if (!state && !own->value.broken)
        problems.add(own->value.at, child_path(samplers_key, type.name),
                     "is neither on, off nor a table of settings",
                     "write off to remove it, or {interval: 10s} and the like to change it");
      on = state.value_or(true);
    }
    if (on) samplers.push_back(read_sampler(type, own, interval, environment, problems));
  }
  if (samplers.empty() && entry != nullptr && problems.empty())
    problems.add(entry->at, std::string(samplers_key), "no sampler is on",
                 "switch at least one on, such as cpu: on");
  return samplers;
}

}  // namespace collector
