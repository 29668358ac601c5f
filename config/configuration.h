// Configuration: one YAML file, read, substituted, checked and typed. Immutable afterwards; what `plan`
// compares.
#pragma once

#include <cstdint>
#include <expected>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "collector/core/log.h"
#include "collector/core/series.h"
#include "collector/core/time.h"
#include "config/setting.h"
#include "config/settings.h"

namespace collector {

struct SamplerConfiguration {
  std::string name;
  Duration interval{};
  Settings settings;              // of the sampler's own table
  std::uint64_t keep_series = 0;  // so many series get rows of their own in each window; 0: all
  std::string keep_by{};          // those that are the largest in this field

  friend bool operator==(const SamplerConfiguration&, const SamplerConfiguration&) = default;
};

struct SinkConfiguration {
  std::string name;  // its identity: cursors are kept under it
  std::string type;
  Settings common;    // every sink has these: see common_sink_settings()
  Settings settings;  // of the sink's own table

  friend bool operator==(const SinkConfiguration&, const SinkConfiguration&) = default;
};

struct PlanConfiguration {
  std::string name;  // closed periods are kept under it
  Settings
      settings;  // as plan_settings() describes them; billing_plan() in config/plan.h gives their meaning

  friend bool operator==(const PlanConfiguration&, const PlanConfiguration&) = default;
};

// Longer times while the machine runs on its battery; those that are not given stay as on mains.
struct BatteryConfiguration {
  std::optional<Duration> interval = {};
  std::optional<Duration> flush = {};

  friend bool operator==(const BatteryConfiguration&, const BatteryConfiguration&) = default;
};

// The page and the API over HTTP.
struct WebConfiguration {
  std::string listen;                          // "127.0.0.1:7373"
  std::vector<std::string> names;              // by which it may be asked, beside addresses and localhost
  std::vector<std::string> origins;            // other sites that may read with a token
  std::vector<std::string> behind;             // addresses of proxies that are believed
  bool is_anonymous_viewer = true;             // where nothing else forbids it
  std::filesystem::path certificate{}, key{};  // empty: no TLS
  std::uint64_t connections = 64;
  std::uint64_t connections_per_address = 16;
  std::uint64_t sockets = 16;              // live streams
  std::uint64_t requests_per_second = 20;  // of one client
  std::uint64_t burst = 60;

  friend bool operator==(const WebConfiguration&, const WebConfiguration&) = default;
};

struct Configuration {
  std::filesystem::path file;   // empty: built-in defaults
  std::string host;             // label `host`; default: the machine's name
  std::vector<Tag> tags;        // further labels, sorted
  std::filesystem::path state;  // the state directory, absolute
  std::filesystem::path root;   // where /proc and /sys are looked for: "/" unless set
  std::string timezone;         // in which days begin, a name of the time zone database; empty: the machine's
  Duration interval{};
  Duration window{};
  Duration flush{};
  BatteryConfiguration battery = {};
  std::uint64_t series_limit = 0;
  Duration shutdown_deadline{};
  log::Level log_level = log::Level::info;
  std::string status_listen;  // "127.0.0.1:8125": where status is told beside the Unix socket; empty: nowhere
  std::vector<std::string> status_names;  // by which it may be asked there, beside the machine's own
  std::string status_group;  // whose members may look; empty: nobody but root and the collector's user
  std::optional<std::uint32_t> status_group_id;
  std::optional<WebConfiguration> web = {};  // nothing: nothing listens
  Settings spike_filter;
  std::vector<SamplerConfiguration> samplers;       // those that are on, in the catalogue's order
  std::vector<SinkConfiguration> sinks;             // in the file's order
  std::vector<PlanConfiguration> plans;             // in the file's order
  std::vector<std::filesystem::path> secret_files;  // named by ${file:PATH}, to be watched
  std::vector<std::string>
      secret_paths;  // "sinks.cloud.url": settings whose text came from such a file, sorted
  // What could not be put in because a variable is not set or a secret can't be read: those settings are
  // absent. Only load_without_secrets() has any.
  std::vector<std::string> left_out;

  friend bool operator==(const Configuration&, const Configuration&) = default;
};

// Settings that every sink has beside its own: every, max_rows, backlog {age, size},
// dead_letters, counters, statistics.
std::span<const Setting> common_sink_settings();
// Top-level settings, and those every sampler has (interval).
std::span<const Setting> top_level_settings();
std::span<const Setting> common_sampler_settings();
// The settings that a sink of this type has beside `type`: the common ones (or its own in their place), then
// the rest.
struct SinkTables {
  std::vector<Setting> common;
  std::vector<Setting> own;
};
SinkTables sink_tables(const ComponentType& type);

// One mistake. Prints as "file:line:column: path: what; remedy".
struct Problem {
  std::string file;
  int line = 0;      // from 1; 0: about the whole file
  int column = 0;    // from 1, in characters
  std::string path;  // "sinks.cloud.every"; empty at the top
  std::string what;
  std::string remedy;
  bool missing =
      false;  // a variable that is not set, or a secret that can't be read: see load_without_secrets()

  std::string text() const;
};

// Secrets that a service may not read itself, read for it by somebody who may: see config/handed_secrets.h.
struct HandedSecrets {
  std::map<std::string, std::string> variables;
  std::map<std::string, std::string> files;  // path → text
};

// What the outside world tells: injected, so that tests need no process environment.
struct Environment {
  // The variable's value, or nothing when it is not set.
  std::function<std::optional<std::string>(const std::string&)> variable;
  std::string host_name;
  // Where the collector runs as another user than this process: why that one can't read a file, or nothing
  // when it can; `is_secret`: the file is named by ${file:PATH}. Null: it is this process that will read.
  std::function<std::optional<std::string>(const std::filesystem::path&, bool is_secret)>
      service_unreadable{};
  std::shared_ptr<const HandedSecrets> handed = {};  // null: this is no service that was handed any
  std::string unset_hint = {};  // said of a variable that is not set: where else it was looked for
  // The directory of the time zone database; empty: names of zones are not looked up.
  std::filesystem::path time_zones = {};
  // The number of a group of this machine; nothing: there is none. Empty: groups are not looked up.
  std::function<std::optional<std::uint32_t>(const std::string&)> group = {};
};
Environment process_environment();

template <typename T>
using Checked = std::expected<T, std::vector<Problem>>;

// The file to use: `option` (from --config) if given, else $COLLECTOR_CONFIG, else the first existing of
// $XDG_CONFIG_HOME/collector/collector.yaml (or ~/.config/…) and /etc/collector/collector.yaml; else nothing.
std::optional<std::filesystem::path> find_configuration(const std::optional<std::string>& option,
                                                        const Environment& environment);

// Reads and checks a file; all problems at once, in the order of the file. Touches nothing but the file and
// the secret files that it names. No file: the built-in defaults.
Checked<Configuration> load_configuration(const std::optional<std::filesystem::path>& file,
                                          const Catalog& catalog, const Environment& environment);
// The same for commands that need no secret: a setting whose variable is not set, or whose secret can't be
// read by whoever asks, is absent and no problem.
Checked<Configuration> load_without_secrets(const std::optional<std::filesystem::path>& file,
                                            const Catalog& catalog, const Environment& environment);
// The same from text; `name` stands for the file in messages, and ${file:PATH} is relative to its folder.
// Takes any bytes: what can't be read becomes a problem, nothing throws or crashes.
Checked<Configuration> parse_configuration(std::string_view yaml, const std::string& name,
                                           const Catalog& catalog, const Environment& environment);

// What is in force, as comment-free YAML that parses to the same configuration; secrets as ***.
std::string print_configuration(const Configuration& configuration, const Catalog& catalog);
std::string print_defaults(
    const Catalog& catalog);  // every setting with its default and its sentence as comment
// The same for a file to be edited by taking away one #: tables stand there, values are behind a #, and what
// has no default is told in words. `state`: the one value that is set. `sink_examples`: further sinks, each
// on one line.
std::string print_commented(const Catalog& catalog, std::string_view state,
                            std::span<const std::string_view> sink_examples);
std::string print_reference(const Catalog& catalog);  // Markdown
std::string print_schema(const Catalog& catalog);     // JSON schema (2020-12)

}  // namespace collector
