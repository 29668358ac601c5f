// The settings that belong to no component.
#include <algorithm>
#include <array>

#include "config/configuration.h"
#include "config/web.h"

namespace collector {
namespace {

constexpr std::int64_t millisecond = 1'000'000;
constexpr std::int64_t second = 1'000 * millisecond;
constexpr std::int64_t hour = 3'600 * second;
constexpr std::int64_t day = 24 * hour;

constexpr std::array<std::string_view, 1> rate_words = {"auto"};
constexpr std::array<Setting, 1> spike_filter = {{
    {.name = "max_rate",
     .type = SettingType::rate,
     .default_text = "auto",
     .sentence = "The highest believable rate of an interface in one direction. What exceeds it over several "
                 "readings becomes rows of `quarantine`. auto: for a physical link its own speed plus 5 %, "
                 "else 100Gbit/s.",
     .choices = rate_words,
     .minimum = 1},
}};
constexpr std::array<Setting, 1> shutdown = {{
    {.name = "deadline",
     .type = SettingType::duration,
     .default_text = "10s",
     .sentence = "How long the sinks may go on delivering after SIGTERM. Rows that are not delivered by then "
                 "are delivered after the next start.",
     .minimum = 0,
     .maximum = hour},
}};
constexpr std::array<std::string_view, 4> levels = {"debug", "info", "warning", "error"};
constexpr std::array<Setting, 1> log_table = {{
    {.name = "level",
     .type = SettingType::choice,
     .default_text = "info",
     .sentence = "Messages of this level and of every more serious level are logged to stderr.",
     .choices = levels},
}};

constexpr std::array<Setting, 3> status = {{
    {.name = "listen",
     .type = SettingType::text,
     .sentence = "An address and a port, such as 127.0.0.1:8125, where everybody who can reach it can read "
                 "/status, /healthz and /metrics over HTTP. Default: none, only the Unix socket status.sock "
                 "in the state directory."},
    {.name = "names",
     .type = SettingType::list,
     .default_text = "[]",
     .sentence =
         "Further names by which `listen` is asked, such as host.example.org: those of this machine in "
         "DNS, or of a proxy. A request by another name than these, an address, localhost, the "
         "machine's name and `host` is answered with 403."},
    {.name = "group",
     .type = SettingType::text,
     .sentence = "A group of this machine, such as adm, whose members may also read the state (`collector "
                 "status`, `collector config` and every GET request), but change nothing. Default: none, "
                 "only root and the user that the collector runs as."},
}};

constexpr std::array<Setting, 2> battery = {{
    {.name = "interval",
     .type = SettingType::duration,
     .sentence =
         "How often the kernel is read on battery, such as 2s: at least `interval`, at most `window`. "
         "Samplers that are read less often stay as they are. Default: as on mains.",
     .minimum = 100 * millisecond,
     .maximum = hour},
    {.name = "flush",
     .type = SettingType::duration,
     .sentence = "How often finished windows are written to disk on battery, such as 3m: a multiple of the "
                 "window, at least `flush`. Default: as on mains.",
     .minimum = second,
     .maximum = day},
}};

const std::array<Setting, 15> top_level = {{
    {.name = "host",
     .type = SettingType::text,
     .sentence = "The label `host` of every row. Default: the machine's name."},
    {.name = "tags",
     .type = SettingType::map,
     .default_text = "{}",
     .sentence = "More labels of every row, such as {site: home}."},
    {.name = "state",
     .type = SettingType::path,
     .sentence = "The state directory, an absolute path. It holds the spool and every file with a relative "
                 "path. Default: the first of $STATE_DIRECTORY, $XDG_STATE_HOME/collector, "
                 "~/.local/state/collector, /var/lib/collector."},
    {.name = "root",
     .type = SettingType::path,
     .default_text = "/",
     .sentence = "The directory that contains /proc and /sys, an absolute path. A container that mounts the "
                 "host's file system elsewhere needs it."},
    {.name = "timezone",
     .type = SettingType::text,
     .sentence = "The time zone in which days, months and billing cycles begin, such as Europe/Berlin. "
                 "Default: that of the machine."},
    {.name = "interval",
     .type = SettingType::duration,
     .default_text = "1s",
     .sentence = "How often the kernel is read. It also applies to samplers whose own default is 1s.",
     .minimum = 100 * millisecond,
     .maximum = hour},
    {.name = "window",
     .type = SettingType::duration,
     .default_text = "30s",
     .sentence = "The time that one row of a series covers. Whole seconds, at least the interval. Windows "
                 "are aligned to the clock.",
     .minimum = second,
     .maximum = day},
    {.name = "flush",
     .type = SettingType::duration,
     .default_text = "30s",
     .sentence = "How often finished windows are written to disk; until then they are in memory. A multiple "
                 "of the window. 20,000 waiting rows are written earlier.",
     .minimum = second,
     .maximum = day},
    {.name = "battery",
     .type = SettingType::table,
     .sentence = "Longer times while the machine runs on its battery.",
     .children = battery},
    {.name = "series_limit",
     .type = SettingType::integer,
     .default_text = "100000",
     .sentence = "The highest number of series at a time. The bytes of all further series are counted in one "
                 "series tagged other.",
     .minimum = 100,
     .maximum = 10'000'000},
    {.name = "spike_filter",
     .type = SettingType::table,
     .sentence = "Sets aside byte counts that no link can have carried.",
     .children = spike_filter},
    {.name = "shutdown",
     .type = SettingType::table,
     .sentence = "How the collector ends.",
     .children = shutdown},
    {.name = "log", .type = SettingType::table, .sentence = "The log.", .children = log_table},
    {.name = "status",
     .type = SettingType::table,
     .sentence = "Where the running collector reports its state.",
     .children = status},
    {.name = "web",
     .type = SettingType::table,
     .sentence = "The page, and the API behind it: a browser on this machine finds it where `listen` says.",
     .children = web_settings()},
}};

constexpr std::array<Setting, 3> common_sampler = {{
    {.name = "interval",
     .type = SettingType::duration,
     .sentence = "How often this sampler reads. A multiple of the top-level interval.",
     .minimum = 100 * millisecond,
     .maximum = day},
    {.name = "keep_series",
     .type = SettingType::integer,
     .sentence =
         "The highest number of series with rows of their own in one window: the largest. The counters "
         "of all others are added up, exactly, in one series tagged other. Default: all have rows.",
     .minimum = 1,
     .maximum = 1'000'000},
    {.name = "keep_by",
     .type = SettingType::text,
     .sentence =
         "The field that says which series are the largest, for keep_series. Default: the first counter "
         "of the measurement."},
}};

constexpr std::array<Setting, 2> backlog = {{
    {.name = "age",
     .type = SettingType::duration,
     .default_text = "7d",
     .sentence = "Batches that are older than this are given up. 0: no limit.",
     .minimum = 0},
    {.name = "size",
     .type = SettingType::size,
     .default_text = "256MiB",
     .sentence = "When more than this is waiting, the oldest batches are given up. 0: no limit.",
     .minimum = 0},
}};
constexpr std::array<std::string_view, 4> counters = {"default", "delta", "total", "both"};
constexpr std::array<std::string_view, 4> statistics = {"min", "max", "last", "peak"};
constexpr std::array<Setting, 6> common_sink = {{
    {.name = "every",
     .type = SettingType::duration,
     .default_text = "0s",
     .sentence = "How often the sink delivers. 0: it delivers every batch at once.",
     .minimum = 0,
     .maximum = 30 * day},
    {.name = "max_rows",
     .type = SettingType::integer,
     .default_text = "10000",
     .sentence = "About the highest number of rows in one write.",
     .minimum = 1,
     .maximum = 1'000'000},
    {.name = "backlog",
     .type = SettingType::table,
     .sentence = "How much is kept for this sink while it can't be reached. Both limits apply. Batches that "
                 "are given up are summed up and delivered as rows of `dropped`.",
     .children = backlog},
    {.name = "dead_letters",
     .type = SettingType::integer,
     .default_text = "100000",
     .sentence = "How many rows that the target refused are kept, to be delivered again by `collector "
                 "replay`. Of more than that the oldest are summed up and delivered as rows of `dropped`.",
     .minimum = 0,
     .maximum = 100'000'000},
    {.name = "counters",
     .type = SettingType::choice,
     .default_text = "default",
     .sentence = "What is written for a counter: delta (what it grew by in the window), total (the running "
                 "total), both (the total as <field>_total), or default (what suits the sink).",
     .choices = counters},
    {.name = "statistics",
     .type = SettingType::list,
     .default_text = "[max, peak]",
     .sentence = "Which statistics are written besides the plain values: min, max and last of a gauge, peak "
                 "of a byte counter.",
     .choices = statistics},
}};

}  // namespace

std::span<const Setting> top_level_settings() {
  return top_level;
}
std::span<const Setting> common_sampler_settings() {
  return common_sampler;
}
std::span<const Setting> common_sink_settings() {
  return common_sink;
}

SinkTables sink_tables(const ComponentType& type) {
  SinkTables tables;
  const auto named = [](std::string_view name) {
    return [name](const Setting& row) { return row.name == name; };
  };
  for (const Setting& row : common_sink) {
    const auto own = std::ranges::find_if(type.settings, named(row.name));
    tables.common.push_back(own == type.settings.end() ? row : *own);
  }
  for (const Setting& row : type.settings)
    if (std::ranges::none_of(common_sink, named(row.name))) tables.own.push_back(row);
  return tables;
}

}  // namespace collector
