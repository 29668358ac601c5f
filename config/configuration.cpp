#include "config/configuration.h"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "collector/core/numbers.h"
#include "collector/core/units.h"
#include "config/address.h"
#include "config/components.h"
#include "config/environment.h"
#include "config/own_files.h"
#include "config/plans.h"
#include "config/problems.h"
#include "config/read_times.h"
#include "config/root_directory.h"
#include "config/substitution.h"
#include "config/table_reader.h"
#include "config/time_zones.h"
#include "config/web.h"
#include "config/yaml_reader.h"

namespace collector {
namespace {

constexpr std::string_view default_name = "built-in defaults";

bool is_label_name(std::string_view name) {
  const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; };
  return !name.empty() && name.size() <= 64 && letter(name.front()) &&
         std::ranges::all_of(name, [&](char c) { return letter(c) || (c >= '0' && c <= '9'); });
}

std::vector<Tag> read_tags(const Settings& top, const TreeNode& root, const Catalog& catalog,
                           Problems& problems) {
  // Columns and keys that every row has.
  static constexpr std::array<std::string_view, 13> taken = {
      "host",  "time", "span",   "flags",       "samples", "source", "series_id",
      "start", "end",  "series", "measurement", "tags",    "other"};
  std::vector<Tag> tags;
  for (const auto& [name, value] : top.map("tags")) {
    const TreeEntry* table = root.find("tags");
    const TreeEntry* entry = table != nullptr ? table->value.find(name) : nullptr;
    if (entry == nullptr) continue;
    const std::string path = child_path("tags", name);
    if (name == "host") {
      problems.add(entry->at, path, "is not set here", "write host: at the top level");
    } else if (std::ranges::find(taken, name) != taken.end() ||
               std::ranges::find(catalog.reserved_tags, name) != catalog.reserved_tags.end()) {
      problems.add(entry->at, path, "this name is already that of a column", "give the tag another name");
    } else if (!is_label_name(name)) {
      problems.add(entry->at, path, "is not a name for a tag",
                   "use letters, digits and _, not beginning with a digit");
    } else if (value.empty()) {
      problems.add(entry->value.at, path, "is empty", "give the tag a value, or remove it");
    }
    tags.push_back({name, value});
  }
  return normalise_tags(std::move(tags));
}

void check_absolute(const Settings& top, const TreeNode& root, std::string_view name, Problems& problems) {
  if (top.has(name) && root.find(name) != nullptr && !problems.about(name) &&
      !top.text(name).starts_with('/'))
    problems.add(place_of(root, name), std::string(name), "is not an absolute path", "begin it with /");
}

log::Level level_of(std::string_view name) {
  if (name == "debug") return log::Level::debug;
  if (name == "warning") return log::Level::warning;
  return name == "error" ? log::Level::error : log::Level::info;
}

void read_status_names(const Settings& status, const TreeNode& table, Configuration& configuration,
                       Problems& problems) {
  configuration.status_names = status.list("names");
  const TreeEntry* entry = table.find("names");
  if (entry == nullptr) return;
  for (std::size_t i = 0; i < configuration.status_names.size(); ++i) {
    const std::string path = fmt::format("status.names[{}]", i);
    const auto mistake = mistake_in_name(configuration.status_names[i]);
    if (mistake && !problems.about(path))
      problems.add(i < entry->value.items.size() ? entry->value.items[i].at : entry->value.at, path,
                   mistake->what, mistake->remedy);
  }
  if (table.find("listen") == nullptr && !configuration.status_names.empty())
    problems.add(entry->value.at, "status.names", "is given, but no address to listen at",
                 "add listen: ADDRESS:PORT, or remove it");
}

void read_status(const Settings& status, const TreeNode& root, const Environment& environment,
                 Configuration& configuration, Problems& problems) {
  const TreeEntry* table = root.find("status");
  const auto place = [&](std::string_view name) {
    return table != nullptr ? place_of(table->value, name) : Position{};
  };
  if (status.has("group") && !problems.about("status.group")) {
    configuration.status_group = status.text("group");
    if (environment.group) configuration.status_group_id = environment.group(configuration.status_group);
    if (environment.group && !configuration.status_group_id)
      problems.add(place("group"), "status.group",
                   fmt::format("there is no group \"{}\" on this machine", configuration.status_group),
                   "name one that `getent group` lists");
  }
  if (table != nullptr && !problems.about("status.names"))
    read_status_names(status, table->value, configuration, problems);
  if (!status.has("listen") || problems.about("status.listen")) return;
  configuration.status_listen = status.text("listen");
  if (is_address_and_port(configuration.status_listen)) return;
  problems.add(place("listen"), "status.listen", "is not an IP address and a port",
               "write 127.0.0.1:8125 or [::1]:8125");
}

// Whether one of two addresses to listen at leaves nothing to the other.
bool is_same_port(const std::string& a, const std::string& b) {
  const auto host = [](const std::string& text) { return text.substr(0, text.rfind(':')); };
  const auto is_all = [](const std::string& text) { return text == "0.0.0.0" || text == "[::]"; };
  return a.substr(a.rfind(':')) == b.substr(b.rfind(':')) &&
         (host(a) == host(b) || is_all(host(a)) || is_all(host(b)));
}

void check_ports(const Configuration& configuration, const TreeNode& root, Problems& problems) {
  const bool both = configuration.web && !configuration.status_listen.empty();
  if (!both || problems.about("status.listen") ||
      !is_same_port(configuration.web->listen, configuration.status_listen))
    return;
  const TreeEntry* const web = root.find("web");
  problems.add(web != nullptr ? place_of(web->value, "listen") : Position{}, "web.listen",
               "is where status.listen is too", "give one of them another port");
}

void read_timezone(const Settings& top, const TreeNode& root, const Environment& environment,
                   Configuration& configuration, Problems& problems) {
  if (!top.has("timezone")) return;
  configuration.timezone = top.text("timezone");
  if (environment.time_zones.empty()) return;
  if (const auto mistake = mistake_in_zone(configuration.timezone, environment.time_zones))
    problems.add(place_of(root, "timezone"), "timezone", mistake->what, mistake->remedy);
}

// The interval, if it is known.
std::optional<Duration> read_top(const TreeNode& root, const Catalog& catalog, const Environment& environment,
                                 Configuration& configuration, Problems& problems) {
  static constexpr std::array<std::string_view, 3> elsewhere = {samplers_key, sinks_key, plans_key};
  const Settings top = read_table(top_level_settings(), root, root.at, "", elsewhere, problems);
  configuration.tags = read_tags(top, root, catalog, problems);
  configuration.host = top.has("host") ? top.text("host") : environment.host_name;
  if (configuration.host.empty() && !problems.about("host"))
    problems.add(place_of(root, "host"), "host",
                 root.find("host") != nullptr ? "is empty" : "this machine has no name",
                 "write host: and a name");
  check_absolute(top, root, "state", problems);
  check_absolute(top, root, "root", problems);
  if (top.has("state") && !problems.about("state")) {
    configuration.state = (std::filesystem::path(top.text("state")) / "").lexically_normal().parent_path();
    if (const auto mistake = mistake_in_place(configuration.state / "spool.db"))
      problems.add(place_of(root, "state"), "state", mistake->what, mistake->remedy);
  } else if (!top.has("state")) {
    configuration.state = default_state_directory(environment);
  }
  configuration.root = std::filesystem::path(top.text("root")).lexically_normal();
  if (root.find("root") != nullptr && !problems.about("root"))
    if (const auto problem = problem_with_root(configuration.root))
      problems.add(place_of(root, "root"), "root", problem->what, problem->remedy);
  read_timezone(top, root, environment, configuration, problems);
  const auto interval = read_times(top, root, configuration, problems);
  configuration.battery = read_battery(top.table("battery"), root, configuration, problems);
  configuration.series_limit = static_cast<std::uint64_t>(top.integer("series_limit"));
  configuration.spike_filter = top.table("spike_filter");
  configuration.shutdown_deadline = top.table("shutdown").duration("deadline");
  configuration.log_level = level_of(top.table("log").text("level"));
  read_status(top.table("status"), root, environment, configuration, problems);
  if (top.has("web"))
    configuration.web = read_web(top.table("web"), root, configuration.state, catalog, environment, problems);
  check_ports(configuration, root, problems);
  return interval;
}

Checked<Configuration> read_configuration(TreeNode root, std::filesystem::path file, const Catalog& catalog,
                                          const Environment& environment, Problems& problems,
                                          std::vector<std::filesystem::path>& secret_files,
                                          bool without_secrets = false) {
  Configuration configuration;
  Substitution substitution(environment, file.parent_path(), problems);
  substitution.apply(root, "");
  configuration.file = std::move(file);
  secret_files = configuration.secret_files = substitution.take_secret_files();
  configuration.secret_paths = substitution.take_secret_paths();
  const auto interval = read_top(root, catalog, environment, configuration, problems);
  configuration.samplers = read_samplers(root.find(samplers_key), catalog, interval, environment, problems);
  configuration.sinks = read_sinks(root.find(sinks_key), catalog, configuration.state, environment, problems);
  configuration.plans = read_plans(root.find(plans_key), environment, problems);
  if (without_secrets)
    for (const Problem& missing : problems.take_missing())
      configuration.left_out.push_back(missing.text());
  if (!problems.empty()) return std::unexpected(problems.take());
  return configuration;
}

}  // namespace

Checked<Configuration> default_configuration(const Catalog& catalog, const Environment& environment) {
  Problems problems{std::string(default_name)};
  std::vector<std::filesystem::path> none;
  return read_configuration(TreeNode{.kind = TreeNode::Kind::map, .entries = {}}, {}, catalog, environment,
                            problems, none);
}

Checked<Configuration> parse_configuration(std::string_view yaml, const std::string& name,
                                           const Catalog& catalog, const Environment& environment) {
  std::vector<std::filesystem::path> secret_files;
  return parse_naming_secrets(yaml, name, catalog, environment, secret_files);
}

Checked<Configuration> parse_naming_secrets(std::string_view yaml, const std::string& name,
                                            const Catalog& catalog, const Environment& environment,
                                            std::vector<std::filesystem::path>& secret_files,
                                            bool without_secrets) {
  Problems problems(name);
  auto root = read_yaml(yaml, problems);
  if (!root) return std::unexpected(problems.take());
  if (root->kind == TreeNode::Kind::null) {
    // Most often an accident: a failed save, a truncated copy. Going on would silently drop every sink in it.
    problems.add(root->at, "", "the file is empty",
                 "write {} to run with the built-in defaults, or remove the file");
    return std::unexpected(problems.take());
  }
  if (root->kind != TreeNode::Kind::map) {
    problems.add(root->at, "", "is not a table of settings", "begin with lines such as `interval: 1s`");
    return std::unexpected(problems.take());
  }
  return read_configuration(std::move(*root), name, catalog, environment, problems, secret_files,
                            without_secrets);
}

}  // namespace collector
