#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>

#include "collector/core/units.h"
#include "config/component_check.h"
#include "config/components.h"
#include "config/suggest.h"
#include "config/table_reader.h"
#include "config/yaml_reader.h"

namespace collector {
namespace {

const ComponentType* read_type(const TreeEntry& entry, const Catalog& catalog, const std::string& path,
                               Problems& problems) {
  std::vector<std::string_view> names;
  for (const ComponentType& type : catalog.sinks)
    names.push_back(type.name);
  const TreeEntry* given = entry.value.find("type");
  if (given == nullptr) {
    problems.add(entry.at, path, "\"type\" is missing", fmt::format("add type: one of {}", joined(names)));
    return nullptr;
  }
  const TreeNode& node = given->value;
  if (node.broken) return nullptr;
  const std::string type_path = child_path(path, "type");
  if (node.kind != TreeNode::Kind::scalar) {
    problems.add(node.at, type_path, "is not the name of a sink type",
                 fmt::format("write one of {}", joined(names)));
    return nullptr;
  }
  const auto found = std::ranges::find(catalog.sinks, node.text, &ComponentType::name);
  if (found != catalog.sinks.end()) return &*found;
  problems.add(node.at, type_path, fmt::format("no sink type \"{}\"", node.secret ? "***" : node.text),
               node.secret ? "there are: " + joined(names) : suggest(node.text, names, "there are"));
  return nullptr;
}

// What would be given up before it is ever due.
void check_backlog(const SinkConfiguration& sink, const TreeEntry& entry, const std::string& path,
                   Problems& problems) {
  const std::string every_path = child_path(path, "every");
  if (has_problem_within(problems, every_path) || has_problem_within(problems, child_path(path, "backlog")))
    return;
  const Duration every = sink.common.duration("every");
  const Duration age = sink.common.table("backlog").duration("age");
  if (age == Duration{0} || every < age) return;
  const TreeEntry* given = entry.value.find("every");
  problems.add(
      given != nullptr ? given->value.at : entry.at, every_path,
      fmt::format("{} is not shorter than backlog.age, {}: rows would be given up before they are due",
                  format_duration(every), format_duration(age)),
      "deliver more often, or raise backlog: {age: …}");
}

// One name for one file, however many links lead to it; the text itself where nothing is there to ask.
std::string resolved(const std::string& target) {
  if (!target.starts_with('/')) return target;
  std::error_code error;
  const auto path = std::filesystem::weakly_canonical(target, error);
  return error ? target : path.string();
}

// What the sinks read so far write to.
struct Taken {
  std::map<std::string, std::string> targets;                  // target → sink
  std::vector<std::pair<std::string, SinkPlace>> places = {};  // sink, place; links followed
};

bool is_on_the_way(const SinkPlace& file, const SinkPlace& other) {
  if (file.is_directory) return false;
  const auto [rest, ignored] =
      std::mismatch(file.path.begin(), file.path.end(), other.path.begin(), other.path.end());
  return rest == file.path.end();
}

// A file that would have to be a directory too.
void check_places(const ComponentType& type, const SinkConfiguration& sink, const TreeEntry& entry,
                  const std::filesystem::path& state, Taken& taken, Problems& problems) {
  if (type.places == nullptr) return;
  std::vector<SinkPlace> own = type.places(sink.settings, state);
  for (SinkPlace& place : own)
    place.path = resolved(place.path.lexically_normal().string());
  const auto report = [&](const std::string& other, std::string_view mine, std::string_view theirs) {
    problems.add(entry.at, child_path(sinks_key, entry.key),
                 fmt::format("needs a {} where {} needs a {}", mine, child_path(sinks_key, other), theirs),
                 "give one of them another place");
  };
  for (const SinkPlace& place : own)
    for (const auto& [other, theirs] : taken.places) {
      if (is_on_the_way(place, theirs)) return report(other, "file", "directory");
      if (is_on_the_way(theirs, place)) return report(other, "directory", "file");
    }
  for (SinkPlace& place : own)
    taken.places.emplace_back(sink.name, std::move(place));
}

std::optional<SinkConfiguration> read_sink(const TreeEntry& entry, const Catalog& catalog,
                                           const std::filesystem::path& state, const Environment& environment,
                                           Taken& taken, Problems& problems) {
  const std::string path = child_path(sinks_key, entry.key);
  check_name(entry, path, "sink", problems);
  if (entry.value.broken) return std::nullopt;
  if (entry.value.kind != TreeNode::Kind::map) {
    problems.add(entry.value.at, path, "is not a table of settings",
                 "write it as {type: sqlite, path: collector.db}");
    return std::nullopt;
  }
  const ComponentType* type = read_type(entry, catalog, path, problems);
  if (type == nullptr) return std::nullopt;

  const SinkTables tables = sink_tables(*type);
  static constexpr std::array<std::string_view, 1> type_key = {"type"};
  std::vector<Setting> all(tables.own);
  all.insert(all.end(), tables.common.begin(), tables.common.end());
  const Settings values = read_table(all, entry.value, entry.at, path, type_key, problems);
  SinkConfiguration sink{entry.key, std::string(type->name), {}, {}};
  for (const Setting& row : tables.common)
    sink.common.set(row.name, values.values().find(row.name)->second);
  for (const Setting& row : tables.own)
    sink.settings.set(row.name, values.values().find(row.name)->second);

  check_backlog(sink, entry, path, problems);
  const auto complete = [&](const Setting& row) { return !row.required || sink.settings.has(row.name); };
  if (!std::ranges::all_of(tables.own, complete)) return sink;
  check_component(*type, sink.settings, &entry, path, state, environment, catalog.measurements, problems);
  // Settings with a problem have their defaults here, which other sinks may have too.
  const bool is_certain = std::ranges::none_of(tables.own, [&](const Setting& row) {
    return has_problem_within(problems, child_path(path, row.name));
  });
  if (!state.empty() && is_certain) {
    const std::string target = type->target == nullptr ? "" : type->target(sink.settings, state);
    const bool hidden =
        std::ranges::any_of(entry.value.entries, [](const TreeEntry& one) { return one.value.secret; });
    const bool is_new = target.empty() || taken.targets.try_emplace(resolved(target), entry.key).second;
    if (is_new)
      check_places(*type, sink, entry, state, taken, problems);
    else
      problems.add(
          entry.at, path,
          fmt::format("writes to the same target as {}{}",
                      child_path(sinks_key, taken.targets[resolved(target)]), hidden ? "" : ", " + target),
          "give one of them another target, or remove it");
  }
  return sink;
}

}  // namespace

std::vector<SinkConfiguration> read_sinks(const TreeEntry* entry, const Catalog& catalog,
                                          const std::filesystem::path& state, const Environment& environment,
                                          Problems& problems) {
  static const TreeEntry defaults = [] {
    Problems none("default");
    return TreeEntry{std::string(sinks_key), {}, read_yaml(default_sinks, none).value_or(TreeNode{})};
  }();
  if (entry == nullptr) entry = &defaults;
  const TreeNode& node = entry->value;
  if (node.broken) return {};
  if (node.kind != TreeNode::Kind::map || node.entries.empty()) {
    const bool empty = node.kind == TreeNode::Kind::null || node.kind == TreeNode::Kind::map;
    problems.add(node.at, std::string(sinks_key), empty ? "there is no sink" : "is not a table of sinks",
                 empty ? "add one, or remove `sinks:` to write to a local SQLite file"
                       : "write it as sinks: {local: {type: sqlite, path: collector.db}}");
    return {};
  }
  std::vector<SinkConfiguration> sinks;
  Taken taken;
  for (const TreeEntry& one : node.entries)
    if (auto sink = read_sink(one, catalog, state, environment, taken, problems))
      sinks.push_back(std::move(*sink));
  return sinks;
}

}  // namespace collector
