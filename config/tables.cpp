// The settings that belong to no component.
#include <algorithm>
#include <array>

#include "config/configuration.h"

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
     .sentence =
         "Highest believable rate of an interface in one direction; what is above, over some readings, "
         "becomes rows of `quarantine`. "
         "auto: a physical link's own speed plus 5 %, else 100Gbit/s.",
     .choices = rate_words,
     .minimum = 1},
}};
constexpr std::array<Setting, 1> shutdown = {{
    {.name = "deadline",
     .type = SettingType::duration,
     .default_text = "10s",
     .sentence = "How long the sinks may go on delivering after SIGTERM; what is left is delivered after the "
                 "next start.",
     .minimum = 0,
     .maximum = hour},
}};
constexpr std::array<std::string_view, 4> levels = {"debug", "info", "warning", "error"};
constexpr std::array<Setting, 1> log_table = {{
    {.name = "level",
     .type = SettingType::choice,
     .default_text = "info",
     .sentence = "What is logged to stderr: this and everything more serious.",
     .choices = levels},
}};

constexpr std::array<Setting, 2> status = {{
    {.name = "listen",
     .type = SettingType::text,
     .sentence =
         "An address and a port, such as 127.0.0.1:8125, where /status, /healthz and /metrics are told over "
         "HTTP, to anybody who can reach it. Left out: only the Unix socket status.sock in the state "
         "directory."},
    {.name = "group",
     .type = SettingType::text,
     .sentence =
         "A group of this machine, such as adm, whose members may look too: `collector status`, `collector "
         "config` and every GET, and nothing that changes anything. Left out: only root and the user that "
         "the "
         "collector runs as."},
}};

constexpr std::array<Setting, 12> top_level = {{
    {.name = "host",
     .type = SettingType::text,
     .sentence = "The label `host` of every row. Left out: the machine's name."},
    {.name = "tags",
     .type = SettingType::map,
     .default_text = "{}",
     .sentence = "Further labels of every row, such as {site: home}."},
    {.name = "state",
     .type = SettingType::path,
     .sentence = "The state directory, absolute: the spool and everything with a relative path lie there. "
                 "Left out: the "
                 "first of $STATE_DIRECTORY, $XDG_STATE_HOME/collector, ~/.local/state/collector, "
                 "/var/lib/collector."},
    {.name = "root",
     .type = SettingType::path,
     .default_text = "/",
     .sentence =
         "Where /proc and /sys are looked for, absolute; for containers that mount the host's elsewhere."},
    {.name = "interval",
     .type = SettingType::duration,
     .default_text = "1s",
     .sentence = "How often the kernel is read. Samplers whose own default is 1s follow it.",
     .minimum = 100 * millisecond,
     .maximum = hour},
    {.name = "window",
     .type = SettingType::duration,
     .default_text = "30s",
     .sentence = "How finely rows are kept: one per series and window. Whole seconds, at least the interval; "
                 "aligned to "
                 "the wall clock.",
     .minimum = second,
     .maximum = day},
    {.name = "flush",
     .type = SettingType::duration,
     .default_text = "30s",
     .sentence = "How often closed windows become durable. A multiple of the window. Earlier when "
                 "20,000 rows wait: they are in memory.",
     .minimum = second,
     .maximum = day},
    {.name = "series_limit",
     .type = SettingType::integer,
     .default_text = "100000",
     .sentence = "At most this many series at a time; the bytes of further ones are counted in one series "
                 "tagged other.",
     .minimum = 100,
     .maximum = 10'000'000},
    {.name = "spike_filter",
     .type = SettingType::table,
     .sentence = "Sets aside what no link can have carried.",
     .children = spike_filter},
    {.name = "shutdown",
     .type = SettingType::table,
     .sentence = "How the collector ends.",
     .children = shutdown},
    {.name = "log",
     .type = SettingType::table,
     .sentence = "What the collector says.",
     .children = log_table},
    {.name = "status",
     .type = SettingType::table,
     .sentence = "Where the running collector tells how it does.",
     .children = status},
}};

constexpr std::array<Setting, 1> common_sampler = {{
    {.name = "interval",
     .type = SettingType::duration,
     .sentence = "How often this sampler reads: a multiple of the top-level interval.",
     .minimum = 100 * millisecond,
     .maximum = day},
}};

constexpr std::array<Setting, 2> backlog = {{
    {.name = "age",
     .type = SettingType::duration,
     .default_text = "7d",
     .sentence = "Batches older than this are given up; 0: no limit.",
     .minimum = 0},
    {.name = "size",
     .type = SettingType::size,
     .default_text = "256MiB",
     .sentence = "When more than this waits, the oldest batches are given up; 0: no limit.",
     .minimum = 0},
}};
constexpr std::array<std::string_view, 4> counters = {"default", "delta", "total", "both"};
constexpr std::array<std::string_view, 4> statistics = {"min", "max", "last", "peak"};
constexpr std::array<Setting, 5> common_sink = {{
    {.name = "every",
     .type = SettingType::duration,
     .default_text = "0s",
     .sentence = "How often to deliver; 0: as batches come.",
     .minimum = 0,
     .maximum = 30 * day},
    {.name = "max_rows",
     .type = SettingType::integer,
     .default_text = "10000",
     .sentence = "At most about this many rows in one write.",
     .minimum = 1,
     .maximum = 1'000'000},
    {.name = "backlog",
     .type = SettingType::table,
     .sentence = "What is kept for this sink while it can't be reached. Both limits apply; what is given up "
                 "is summed up "
                 "and delivered as rows of `dropped`.",
     .children = backlog},
    {.name = "counters",
     .type = SettingType::choice,
     .default_text = "default",
     .sentence =
         "What a counter's plain name holds: this window's delta, the running total, or both (the total as "
         "<field>_total). default: what suits the sink.",
     .choices = counters},
    {.name = "statistics",
     .type = SettingType::list,
     .default_text = "[max, peak]",
     .sentence = "Which statistics are written beside the plain names: a gauge's min, max and last, a byte "
                 "counter's peak.",
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
