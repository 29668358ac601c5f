#include <fmt/format.h>

#include <algorithm>

#include "collector/core/units.h"
#include "config/components.h"
#include "config/configuration.h"
#include "config/plans.h"
#include "config/tree.h"
#include "config/web.h"
#include "config/yaml_writer.h"

namespace collector {
namespace {

std::string_view level_name(log::Level level) {
  switch (level) {
    case log::Level::debug:
      return "debug";
    case log::Level::info:
      return "info";
    case log::Level::warning:
      return "warning";
    case log::Level::error:
      break;
  }
  return "error";
}

// The top-level rows of a configuration, as their table would have read them.
Settings top_settings(const Configuration& configuration) {
  std::map<std::string, std::string> tags;
  for (const Tag& tag : configuration.tags)
    tags[tag.key] = tag.value;
  Settings shutdown, log_table, status, battery, top;
  shutdown.set("deadline", configuration.shutdown_deadline);
  log_table.set("level", std::string(level_name(configuration.log_level)));
  top.set("host", configuration.host);
  top.set("tags", tags);
  top.set("state", configuration.state.string());
  top.set("root", configuration.root.string());
  if (!configuration.timezone.empty()) top.set("timezone", configuration.timezone);
  top.set("interval", configuration.interval);
  top.set("window", configuration.window);
  top.set("flush", configuration.flush);
  if (configuration.battery.interval) battery.set("interval", *configuration.battery.interval);
  if (configuration.battery.flush) battery.set("flush", *configuration.battery.flush);
  if (!battery.values().empty()) top.set("battery", std::make_shared<const Settings>(std::move(battery)));
  top.set("series_limit", static_cast<std::int64_t>(configuration.series_limit));
  top.set("spike_filter", std::make_shared<const Settings>(configuration.spike_filter));
  top.set("shutdown", std::make_shared<const Settings>(std::move(shutdown)));
  top.set("log", std::make_shared<const Settings>(std::move(log_table)));
  if (!configuration.status_listen.empty()) status.set("listen", configuration.status_listen);
  if (!configuration.status_names.empty()) status.set("names", configuration.status_names);
  if (!configuration.status_group.empty()) status.set("group", configuration.status_group);
  if (configuration.web) top.set("web", std::make_shared<const Settings>(settings_of(*configuration.web)));
  if (status.values().empty()) return top;
  top.set("status", std::make_shared<const Settings>(std::move(status)));
  return top;
}

template <typename Types>
const ComponentType* find_type(const Types& types, std::string_view name) {
  const auto found = std::ranges::find(types, name, &ComponentType::name);
  return found == types.end() ? nullptr : &*found;
}

}  // namespace

std::string print_configuration(const Configuration& configuration, const Catalog& catalog) {
  const SecretPaths secret = [&](std::string_view path) {
    return std::ranges::find(configuration.secret_paths, path) != configuration.secret_paths.end();
  };
  std::string out;
  write_settings(top_level_settings(), top_settings(configuration), 0, "", secret, out);
  out += fmt::format("{}:\n  default: off\n", samplers_key);
  for (const SamplerConfiguration& sampler : configuration.samplers) {
    out += fmt::format("  {}:\n    interval: {}\n", sampler.name, format_duration(sampler.interval));
    if (sampler.keep_series > 0)
      out += fmt::format("    keep_series: {}\n    keep_by: {}\n", sampler.keep_series,
                         yaml_text(sampler.keep_by));
    if (const ComponentType* type = find_type(catalog.samplers, sampler.name))
      write_settings(type->settings, sampler.settings, 4, child_path(samplers_key, sampler.name), secret,
                     out);
  }
  out += fmt::format("{}:\n", sinks_key);
  for (const SinkConfiguration& sink : configuration.sinks) {
    out += fmt::format("  {}:\n    type: {}\n", yaml_text(sink.name), sink.type);
    const ComponentType* type = find_type(catalog.sinks, sink.type);
    if (type == nullptr) continue;
    const SinkTables tables = sink_tables(*type);
    const std::string path = child_path(sinks_key, sink.name);
    write_settings(tables.own, sink.settings, 4, path, secret, out);
    write_settings(tables.common, sink.common, 4, path, secret, out);
  }
  if (!configuration.plans.empty()) out += fmt::format("{}:\n", plans_key);
  for (const PlanConfiguration& plan : configuration.plans) {
    out += fmt::format("  {}:\n", yaml_text(plan.name));
    write_settings(plan_settings(), plan.settings, 4, child_path(plans_key, plan.name), secret, out);
  }
  return out;
}

}  // namespace collector
