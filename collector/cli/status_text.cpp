#include "collector/cli/status_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <optional>
#include <string_view>

#include "collector/cli/history/history_totals.h"
#include "collector/cli/table.h"
#include "collector/core/units.h"
#include "collector/formats/rfc3339.h"

namespace collector {
namespace {

using std::chrono::floor;
using std::chrono::seconds;

constexpr const char* unknown = "-";

// A part of the status, asked by path: "backlog.rows". What is not there is nothing.
class Part {
 public:
  Part(const JsonValue& value, std::optional<WallTime> now, const Terminal& terminal)
      : value_(value), now_(now), terminal_(terminal) {}

  const JsonValue* find(std::string_view path) const {
    const JsonValue* value = &value_;
    while (value != nullptr && !path.empty()) {
      const auto dot = path.find('.');
      value = value->member(path.substr(0, dot));
      path = dot == std::string_view::npos ? "" : path.substr(dot + 1);
    }
    return value == nullptr || value->type == JsonValue::Type::null ? nullptr : value;
  }
  std::string text(std::string_view path, std::string_view otherwise = unknown) const {
    const JsonValue* value = find(path);
    if (value == nullptr || value->type != JsonValue::Type::text) return std::string(otherwise);
    std::string text = terminal_.printable(value->text);
    std::ranges::replace(text, '\n', ' ');
    return text;
  }
  bool flag(std::string_view path) const {
    const JsonValue* value = find(path);
    return value != nullptr && value->boolean;
  }
  std::string count(std::string_view path) const {
    const JsonValue* value = find(path);
    return value != nullptr && value->type == JsonValue::Type::integer ? std::to_string(value->integer)
                                                                       : unknown;
  }
  std::optional<double> number(std::string_view path) const {
    const JsonValue* value = find(path);
    const bool is_number =
        value != nullptr && (value->type == JsonValue::Type::integer || value->type == JsonValue::Type::real);
    return is_number ? std::optional(value->real) : std::nullopt;
  }
  std::string bytes(std::string_view path) const {
    const auto value = number(path);
    return value ? human_bytes(*value) : unknown;
  }
  std::string length(std::string_view path) const {
    constexpr double longest = 1e9;  // beyond 30 years it is none
    const auto value = number(path);
    if (!value || !(std::abs(*value) < longest)) return unknown;
    if (*value == 0) return "0s";
    return human_duration(Duration(std::llround(*value * 1e9)));
  }
  // "2m10s ago".
  std::string ago(std::string_view path, std::string_view never = "never") const {
    const JsonValue* value = find(path);
    if (value == nullptr || !now_) return std::string(never);
    const auto when = parse_rfc3339(value->text);
    if (!when) return unknown;
    const Duration past = floor<seconds>(std::max(Duration{}, *now_ - *when));
    return past == Duration{} ? "just now" : human_duration(past) + " ago";
  }
  // A moment, to the second.
  std::string moment(std::string_view path) const {
    const auto when = parse_rfc3339(text(path));
    return when ? format_rfc3339(floor<seconds>(*when)) : unknown;
  }
  std::vector<Part> parts(std::string_view path) const {
    std::vector<Part> out;
    if (const JsonValue* list = find(path))
      for (const JsonValue& item : list->items)
        out.emplace_back(item, now_, terminal_);
    return out;
  }
  const JsonValue& value() const { return value_; }

 private:
  const JsonValue& value_;
  std::optional<WallTime> now_;
  Terminal terminal_;
};

std::string plural(const std::string& count, std::string_view one, std::string_view many) {
  return fmt::format("{} {}", count, count == "1" ? one : many);
}

std::string heading(const Part& status, const Terminal& terminal) {
  const bool healthy = says_healthy(status.value());
  std::string out =
      fmt::format("collector {}, pid {}, up {}: {}\n", status.text("version"), status.count("pid"),
                  status.length("uptime"),
                  terminal.paint(status.text("health.status"), healthy ? Style::good : Style::bad));
  for (const Part& reason : status.parts("health.reasons"))
    out += "  " + terminal.paint(reason.text(""), Style::warning) + "\n";
  return out;
}

std::string configuration_line(const Part& status) {
  std::string out = fmt::format("{}, loaded {}", status.text("configuration.file", "built-in defaults"),
                                status.ago("configuration.loaded", unknown));
  if (status.find("configuration.error") != nullptr)
    out += fmt::format("; an edit at {} is not in force", status.moment("configuration.error.since"));
  return out;
}

// Processor time as a part of the time it ran.
std::string cpu_share(const Part& status) {
  const auto used = status.number("process.cpu_seconds");
  const auto uptime = status.number("uptime");
  if (!used || !uptime || *uptime <= 0) return unknown;
  return fmt::format("{:.2f}s ({:.2f} % of a core)", *used, 100 * *used / *uptime);
}

std::string facts(const Part& status, const Terminal& terminal) {
  std::string out;
  const auto line = [&](std::string_view name, const std::string& text) {
    out += terminal.paint(fmt::format("{:<15}", name), Style::bold) + text + "\n";
  };
  if (const JsonValue* moved = status.find("moved")) line("moved", totals_text(*moved));
  line("configuration", configuration_line(status));
  line("state", status.text("configuration.state"));
  const bool is_stretched = status.text("loop.power") == "battery";
  line("ticks",
       fmt::format("{}, one every {}{}; {} missed, {} late; the last {}, took {}", status.count("loop.ticks"),
                   status.length(is_stretched ? "loop.interval" : "configuration.interval"),
                   is_stretched ? " on battery, rows written every " + status.length("loop.flush") : "",
                   status.count("loop.missed"), status.count("loop.late"), status.ago("loop.last_tick"),
                   status.length("loop.last_duration")));
  line("window", fmt::format("{} long, the open one began {}; {} closed, {} of them longer",
                             status.length("configuration.window"), status.ago("loop.window.since", unknown),
                             status.count("loop.window.closed"), status.count("loop.window.grown")));
  line("series",
       fmt::format("{} of at most {}", status.count("loop.series"), status.count("loop.series_limit")));
  line("spool",
       fmt::format("{}, {}; {} written, the last {}; {}",
                   plural(status.count("spool.batches"), "batch", "batches"), status.bytes("spool.bytes"),
                   plural(status.count("writer.rows"), "row", "rows"), status.ago("writer.last_write"),
                   plural(status.count("writer.failures"), "failure", "failures")));
  line("set aside", fmt::format("{} quarantined, {}, {} in sinks, {}", status.count("loop.quarantined"),
                                plural(status.count("loop.gaps"), "late reading", "late readings"),
                                plural(status.count("spool.gaps"), "gap", "gaps"),
                                plural(status.count("loop.clock_steps"), "clock step", "clock steps")));
  line("process",
       fmt::format("cpu {}, memory {}, {}, {}", cpu_share(status), status.bytes("process.resident_bytes"),
                   plural(status.count("process.threads"), "thread", "threads"),
                   plural(status.count("process.open_files"), "open file", "open files")));
  return out;
}

std::string sinks(const Part& status, const Terminal& terminal) {
  Table table({{"sink"},
               {"type"},
               {"state"},
               {"last delivery"},
               {"lag", true},
               {"waiting rows", true},
               {"waiting", true},
               {"delivered", true},
               {"retries", true},
               {"rejected", true},
               {"dead letters", true},
               {"dropped", true},
               {"target"}});
  std::string remarks;
  for (const Part& sink : status.parts("sinks")) {
    table.add({sink.text("name"), sink.text("type"), sink.text("state"), sink.ago("last_delivery"),
               sink.length("lag"), sink.count("backlog.rows"), sink.bytes("backlog.bytes"),
               sink.count("delivered.rows"), sink.count("retries"), sink.count("rejected_rows"),
               sink.count("dead_letters"), sink.count("dropped_rows"), sink.text("target")},
              sink.find("error") != nullptr ? Style::bad : Style::plain);
    if (sink.find("error") != nullptr)
      remarks += terminal.paint(fmt::format("{}: {} ({})", sink.text("name"), sink.text("error"),
                                            sink.ago("error_time", unknown)),
                                Style::bad) +
                 "\n";
    for (const Part& note : sink.parts("notes"))
      remarks +=
          terminal.paint(fmt::format("{}: {}: {}", sink.text("name"), note.text("name"), note.text("text")),
                         note.flag("warning") ? Style::warning : Style::plain) +
          "\n";
  }
  return table.empty() ? "no sink is configured\n" : table.text(terminal) + remarks;
}

std::string samplers(const Part& status, const Terminal& terminal) {
  Table table(
      {{"sampler"}, {"every", true}, {"took", true}, {"samples", true}, {"failures", true}, {"state"}});
  std::string remarks;
  for (const Part& sampler : status.parts("samplers")) {
    const bool warns = sampler.find("warning") != nullptr;
    const std::string well = sampler.flag("absent")                 ? "not on this machine"
                             : warns                                ? "nothing to report"
                             : sampler.find("rejection") != nullptr ? "some of it is left out"
                                                                    : "";
    table.add({sampler.text("name"), sampler.length("interval"), sampler.length("last_duration"),
               sampler.count("samples"), sampler.count("failures"), sampler.text("error", well)},
              sampler.flag("absent")             ? Style::dim
              : sampler.find("error") != nullptr ? Style::bad
              : warns                            ? Style::warning
                                                 : Style::plain);
    for (const char* key : {"warning", "rejection", "notice"})
      if (sampler.find(key) != nullptr)
        remarks += terminal.paint(fmt::format("{}: {}", sampler.text("name"), sampler.text(key)),
                                  std::string_view(key) == "warning" ? Style::warning : Style::plain) +
                   "\n";
  }
  return table.text(terminal) + remarks;
}

std::string events(const Part& status, const Terminal& terminal) {
  Table table({{"event"}, {"when"}, {"what"}});
  for (const Part& event : status.parts("spool.events"))
    table.add({event.text("kind"), event.ago("time", unknown), event.text("text")});
  return table.empty() ? "" : "\n" + table.text(terminal);
}

}  // namespace

bool says_healthy(const JsonValue& status) {
  return Part(status, {}, Terminal{}).text("health.status") == "healthy";
}

std::string status_text(const JsonValue& json, const Terminal& terminal) {
  std::optional<WallTime> now;
  if (const JsonValue* time = json.member("time"))
    if (const auto parsed = parse_rfc3339(time->text)) now = *parsed;
  const Part status(json, now, terminal);
  return terminal.fit(heading(status, terminal) + "\n" + facts(status, terminal) + "\n" +
                      sinks(status, terminal) + "\n" + samplers(status, terminal) + events(status, terminal));
}

}  // namespace collector
