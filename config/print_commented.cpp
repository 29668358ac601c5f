#include <fmt/format.h>

#include <algorithm>

#include "config/comment_lines.h"
#include "config/components.h"
#include "config/configuration.h"
#include "config/plans.h"
#include "config/print_sinks.h"
#include "config/table_reader.h"

namespace collector {
namespace {

// Tables stand there, and every value in them behind a # at its place.
void write_commented(std::span<const Setting> table, const TreeNode& given, std::size_t indent,
                     std::string& out) {
  const std::string before(indent, ' ');
  for (const Setting& row : table) {
    const TreeEntry* value = given.find(row.name);
    if (value != nullptr && value->value.text.empty()) continue;  // said elsewhere
    write_comment(row.sentence, indent, out);
    if (value != nullptr) {
      out += fmt::format("{}{}: {}\n", before, row.name, value->value.text);
    } else if (row.type == SettingType::table && !has_required(row.children)) {
      out += fmt::format("{}{}:\n", before, row.name);
      write_commented(row.children, {}, indent + 2, out);
    } else if (!row.default_text.empty()) {
      out += fmt::format("{}#{}: {}\n", before, row.name, row.default_text);
    } else {
      // No line to take the # from: there is no value that would do for everybody.
      write_comment(fmt::format("Setting `{}`, {}; not set.", row.name, wanted(row)), indent, out);
    }
  }
}

}  // namespace

std::string print_commented(const Catalog& catalog, std::string_view state,
                            std::span<const std::string_view> sink_examples) {
  std::string out;
  TreeNode top{.kind = TreeNode::Kind::map, .entries = {}};
  TreeNode directory{.kind = TreeNode::Kind::scalar, .text = std::string(state), .entries = {}};
  top.entries.push_back({"state", {}, std::move(directory)});
  write_commented(top_level_settings(), top, 0, out);
  out += "\n";
  write_comment(
      "What is measured. `name: off` removes a sampler, and `default: off` starts from an empty set.", 0,
      out);
  out += fmt::format("{}:\n", samplers_key);
  for (const ComponentType& type : catalog.samplers) {
    write_comment(type.sentence, 2, out);
    if (!type.on_by_default) {
      write_comment("Off by default. Its settings are in collector.yaml(5).", 2, out);
      out += fmt::format("  #{}: on\n", type.name);
      continue;
    }
    out += fmt::format("  {}:\n", type.name);
    Setting interval = common_sampler_settings().front();
    interval.default_text = type.default_interval;
    write_commented(std::span(&interval, 1), {}, 4, out);
    write_commented(type.settings, {}, 4, out);
  }
  out += "\n";
  write_default_sinks(out, [&](const TreeEntry& entry, std::string_view name) {
    const auto type = std::ranges::find(catalog.sinks, name, &ComponentType::name);
    if (type == catalog.sinks.end()) return;
    write_comment(type->sentence, 2, out);
    out += fmt::format("  {}:\n    type: {}\n", entry.key, type->name);
    const SinkTables tables = sink_tables(*type);
    write_commented(tables.own, entry.value, 4, out);
    write_commented(tables.common, entry.value, 4, out);
  });
  write_comment("More sinks, one per line. All their settings are in collector.yaml(5).", 2, out);
  for (const std::string_view example : sink_examples)
    out += fmt::format("  #{}\n", example);
  out += "\n";
  write_comment(plans_sentence, 0, out);
  write_comment("All settings of a plan are in collector.yaml(5).", 0, out);
  out += fmt::format("#{}: {}\n", plans_key, plan_example);
  return out;
}

}  // namespace collector
