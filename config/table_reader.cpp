#include "config/table_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

#include "config/suggest.h"
#include "config/yaml_reader.h"

namespace collector {
namespace {

std::vector<std::string_view> names_of(std::span<const Setting> table,
                                       std::span<const std::string_view> also_known) {
  std::vector<std::string_view> names(also_known.begin(), also_known.end());
  for (const Setting& setting : table)
    names.push_back(setting.name);
  return names;
}

// The default as the file would give it; monostate where there is none.
SettingValue default_value(const Setting& setting) {
  Problems problems("default");
  TreeNode nothing;
  if (setting.type == SettingType::table) {
    const auto required = [](const Setting& child) { return child.required; };
    if (std::ranges::any_of(setting.children, required)) return {};
  } else if (setting.default_text.empty()) {
    return {};
  } else if (auto parsed = read_yaml(setting.default_text, problems)) {
    nothing = std::move(*parsed);
  }
  auto value = read_value(setting, nothing, {}, std::string(setting.name), problems);
  if (value && problems.empty()) return std::move(*value);
  // A table with a default that its own rules refuse: a defect of the component, which its tests would have
  // shown.
  throw std::logic_error(problems.take().front().text());
}

}  // namespace

Settings read_table(std::span<const Setting> table, const TreeNode& node, Position at,
                    const std::string& path, std::span<const std::string_view> also_known,
                    Problems& problems) {
  Settings settings;
  for (const TreeEntry& entry : node.entries) {
    const auto names = names_of(table, also_known);
    if (std::ranges::find(names, entry.key) == names.end())
      problems.add(entry.at, child_path(path, entry.key), "no such setting",
                   path.empty() && entry.value.find("type") != nullptr
                       ? "a table with `type:` belongs under sinks:"
                       : suggest(entry.key, names, "there are"));
  }
  for (const Setting& setting : table) {
    const TreeEntry* entry = node.find(setting.name);
    std::optional<SettingValue> value;
    if (entry != nullptr) {
      value = read_value(setting, entry->value, entry->at, child_path(path, setting.name), problems);
    } else if (setting.required) {
      problems.add(at, path, fmt::format("\"{}\" is missing", setting.name),
                   fmt::format("add {}: {}", setting.name, wanted(setting)));
    }
    settings.set(setting.name, value ? std::move(*value) : default_value(setting));
  }
  return settings;
}

}  // namespace collector
