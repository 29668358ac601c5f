// How the collector itself is, and its figures for Prometheus.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "collector/app/machine_metrics.h"
#include "collector/app/status.h"
#include "collector/formats/prometheus_text.h"
#include "collector/history/history_file.h"
#include "collector/web/answer_table.h"
#include "collector/web/asked.h"
#include "collector/web/flat_answer.h"
#include "collector/web/routes/groups.h"
#include "collector/web/sources.h"
#include "collector/web/visible.h"

namespace collector::web {
namespace {

constexpr history::AnswerLimits metrics_limits{1, 2'000};

// status_json() writes it (app).
constexpr std::string_view status_shape = R"({version: text, pid: integer,
  health: {status: "healthy"|"degraded", reasons: [text]}, time: text, started: text, uptime: number,
  configuration: {file: text?, state: text, loaded: text, interval: number, window: number, flush: number,
                  error: {since: text?, problems: [text]}?},
  process: {cpu_seconds: number, resident_bytes: integer, threads: integer, open_files: integer},
  boot: {name: text, untellable: text?},
  log: {waiting: integer, lost: integer, stalled: number, hung_up: boolean, error: text?},
  loop: {interval: number, flush: number, power: text?, ticks: integer, missed: integer, late: integer,
         last_tick: text?, last_duration: number, time: number, delay: number, series: integer,
         series_limit: integer, series_folded: integer, quarantined: integer, gaps: integer, resets: integer,
         clock_steps: integer, window: {since: text?, closed: integer, grown: integer}},
  samplers: [{name: text, interval: number, last_duration: number, time: number, samples: integer,
              failures: integer, absent: boolean, error: text?, rejected: integer, rejection: text?,
              warning: text?, notice: text?}],
  writer: {batches: integer, rows: integer, failures: integer, last_write: text?, error: text?},
  spool: {last_sequence: integer, batches: integer, bytes: integer, gaps: integer, dead_letters: {*: integer},
          events: [{time: text, kind: text, text: text}]},
  sinks: [{name: text, type: text, target: text?, state: text, every: number, last_delivery: text?, lag: number,
           delivered: {batches: integer, rows: integer},
           backlog: {batches: integer, rows: integer, bytes: integer, oldest: text?}, retries: integer,
           rejected_rows: integer, dead_letters: integer, dropped_rows: integer, dropped_rows_ever: integer,
           error: text?, error_time: text?, notes: [{name: text, text: text, warning: boolean}]}]})";

std::optional<http::Response> refused_status(const Call& call) {
  const auto hidden = hidden_collector(call.caller, call.sources.configuration()->host);
  if (!hidden) return std::nullopt;
  return problem_response(*hidden, call.request.path);
}

http::Response status(const Call& call) {
  if (auto refused = refused_status(call)) return std::move(*refused);
  return object_response(call, status_json(visible_status(call.caller, call.sources.status())));
}

http::Response health(const Call& call) {
  if (auto refused = refused_status(call)) return std::move(*refused);
  const Health health = judge(visible_status(call.caller, call.sources.status()));
  if (health.healthy()) return {.body = "healthy\n"};
  return {.status = 503, .body = fmt::format("degraded\n{}\n", fmt::join(health.reasons, "\n"))};
}

// All that the history has counted, of each series of a measurement.
Answered<void> append_totals_of(Asked& asked, const history::HistoryMeasurement& measurement,
                                std::string& out) {
  history::Selection selection{.measurement = measurement.name,
                               .fields = {},
                               .filters = {},
                               .scope = history::Scope::all,
                               .by_tags = measurement.tags};
  std::vector<history::HistoryField> counters;
  for (const history::HistoryField& field : measurement.fields)
    if (field.kind == FieldKind::counter) {
      selection.fields.push_back(field.name);
      counters.push_back(field);
    }
  if (counters.empty()) return {};
  if (!asked.call().caller.hosts.empty()) selection.filters.push_back({"host", asked.call().caller.hosts});
  // Also rows that begin later than the clock shows, because it was wrong once: a total never shrinks.
  const auto content = asked.content();
  if (!content) return std::unexpected(content.error());
  const history::Seconds end =
      std::max((*content)->time ? (*content)->time->end : asked.now(), asked.now() + std::chrono::hours(1));
  const auto answer = asked.file().usage(
      {.selection = std::move(selection), .edges = {history::Seconds{}, end}, .limits = metrics_limits});
  if (!answer) return std::unexpected(asked.failed(answer.error()));
  for (std::size_t i = 0; i < counters.size(); ++i) {
    PrometheusMetric metric(
        prometheus_name(fmt::format("collector_history_{}_{}_total", measurement.name, counters[i].name)),
        MetricType::counter, counters[i].sentence + ", since the history began");
    for (const history::UsageGroup& group : answer->groups) {
      std::vector<Tag> labels;
      for (std::size_t tag = 0; tag < group.tags.size(); ++tag)
        if (!group.tags[tag].empty()) labels.push_back({measurement.tags[tag], group.tags[tag]});
      if (group.total.fields[i].is_known) metric.add(labels, group.total.fields[i].sum);
    }
    out += metric.text();
  }
  return {};
}

Answered<std::string> history_metrics(const Call& call) {
  auto asked = Asked::open(call);
  if (!asked) return std::unexpected(std::move(asked.error()));
  const auto measurements = asked->measurements();
  if (!measurements) return std::unexpected(measurements.error());
  std::string out;
  for (const history::HistoryMeasurement& one : *measurements)
    if (auto done = append_totals_of(*asked, one, out); !done) return std::unexpected(done.error());
  return out;
}

http::Response metrics(const Call& call) {
  std::string text;
  // Of others' hosts there is the history alone.
  if (sees_host(call.caller, call.sources.configuration()->host)) {
    text = status_metrics(visible_status(call.caller, call.sources.status()));
    if (!call.values.has("only")) text += machine_metrics(*call.sources.latest());
  }
  if (call.values.boolean("measurements")) {
    auto totals = history_metrics(call);
    if (!totals) return problem_response(totals.error(), call.request.path);
    text += *totals;
  }
  return {.type = "text/plain; version=0.0.4; charset=utf-8", .body = std::move(text)};
}

constexpr std::array<std::string_view, 1> only_internal{"internal"};
constexpr std::array metrics_parameters{
    Parameter{.name = "only",
              .type = ParameterType::choice,
              .sentence = "Leaves the machine's latest readings out.",
              .choices = only_internal},
    Parameter{.name = "measurements",
              .type = ParameterType::boolean,
              .sentence = "With what the history has counted, as running totals that no restart resets.",
              .default_text = "false"}};

constexpr std::array status_parameters{table_format};

const std::array rows_of_status{
    Route{.method = "GET",
          .path = "/status",
          .summary = "How the collector itself is: loop, samplers, spool, sinks.",
          .parameters = status_parameters,
          .answer = status,
          .also = as_csv,
          .gives = [] { return std::string(status_shape); }},
    Route{.method = "GET",
          .path = "/healthz",
          .summary = "200 healthy, or 503 degraded and a reason in each line.",
          .answer = health,
          .type = "text/plain"},
    Route{.method = "GET",
          .path = "/metrics",
          .summary = "Figures of the collector, the machine and its history, for Prometheus.",
          .parameters = metrics_parameters,
          .work = Work::history,
          .answer = metrics,
          .type = "text/plain"}};

}  // namespace

std::span<const Route> status_routes() {
  return rows_of_status;
}

}  // namespace collector::web
