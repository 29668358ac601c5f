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

// `block` with `before` in front of each line.
void write_block(std::string_view block, std::string_view before, std::string& out) {
  while (!block.empty()) {
    const std::size_t end = block.find('\n') + 1;
    out += before;
    out += block.substr(0, end);
    block.remove_prefix(end);
  }
}

// All rows with their sentences; those without a value as comments. `given` (a map) goes before the defaults.
void write_rows(std::span<const Setting> table, const TreeNode& given, std::size_t indent, std::string& out) {
  for (const Setting& row : table) {
    write_comment(row.sentence, indent, out);
    const TreeEntry* value = given.find(row.name);
    const std::string name = std::string(indent, ' ') + std::string(row.name) + ":";
    if (value != nullptr) {
      out += fmt::format("{} {}\n", name, value->value.text);
    } else if (row.type == SettingType::table && !has_required(row.children)) {
      out += name + "\n";
      write_rows(row.children, {}, indent + 2, out);
    } else if (!row.default_text.empty()) {
      out += fmt::format("{} {}\n", name, row.default_text);
    } else {
      // Without its first # the line is a setting without a value: refused, and nothing is taken for one.
      write_comment(
          fmt::format("{}:  # {}, {}", row.name, wanted(row), row.required ? "required" : "not set"), indent,
          out);
      if (row.type == SettingType::table) {
        std::string inner;
        write_rows(row.children, {}, 2, inner);
        write_block(inner, std::string(indent, ' ') + "# ", out);
      }
    }
  }
}

void write_sampler(const ComponentType& type, std::string& out) {
  Setting interval = common_sampler_settings().front();
  interval.default_text = type.default_interval;
  std::string block = fmt::format("{}:\n", type.name);
  write_rows(std::span(&interval, 1), {}, 2, block);
  write_rows(type.settings, {}, 2, block);
  write_comment(type.sentence, 2, out);
  if (!type.on_by_default) write_comment("Off by default:", 2, out);
  write_block(block, type.on_by_default ? "  " : "  # ", out);
}

std::string sink_block(const ComponentType& type, std::string_view name, const TreeNode& given) {
  const SinkTables tables = sink_tables(type);
  std::string block = fmt::format("{}:\n  type: {}\n", name, type.name);
  write_rows(tables.own, given, 2, block);
  write_rows(tables.common, given, 2, block);
  return block;
}

}  // namespace

std::string print_defaults(const Catalog& catalog) {
  std::string out;
  write_comment("Every setting with its default. A configuration needs only the lines that differ.", 0, out);
  out += "\n";
  write_rows(top_level_settings(), {}, 0, out);
  out += "\n";
  write_comment(
      "What is measured. An entry changes a sampler of the default set, `name: off` removes it, and "
      "`default: off` starts from an empty set.",
      0, out);
  out += fmt::format("{}:\n", samplers_key);
  for (const ComponentType& type : catalog.samplers)
    write_sampler(type, out);
  out += "\n";
  write_default_sinks(out, [&](const TreeEntry& entry, std::string_view name) {
    for (const ComponentType& type : catalog.sinks) {
      const bool used = type.name == name;
      const std::string block = sink_block(type, used ? entry.key : std::string(type.name) + "-example",
                                           used ? entry.value : TreeNode{});
      write_comment(type.sentence, 2, out);
      write_block(block, used ? "  " : "  # ", out);
    }
  });
  std::string plan = fmt::format("{}:\n  plan-example:\n", plans_key);
  write_rows(plan_settings(), {}, 4, plan);
  out += "\n";
  write_comment(plans_sentence, 0, out);
  write_block(plan, "# ", out);
  return out;
}

}  // namespace collector
