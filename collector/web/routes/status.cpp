// How the collector itself is, and its figures for Prometheus.
#include <fmt/format.h>

#include <array>

#include "collector/app/machine_metrics.h"
#include "collector/app/status.h"
#include "collector/formats/prometheus_text.h"
#include "collector/history/history_file.h"
#include "collector/web/asked.h"
#include "collector/web/routes/groups.h"
#include "collector/web/sources.h"
#include "collector/web/visible.h"

namespace collector::web {
namespace {

constexpr history::AnswerLimits metrics_limits{1, 2'000};

http::Response status(const Call& call) {
  return {.type = "application/json",
          .body = status_json(visible_status(call.caller, call.sources.status()))};
}

http::Response health(const Call& call) {
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
  const auto answer = asked.file().usage({.selection = std::move(selection),
                                          .edges = {history::Seconds{}, asked.now() + std::chrono::hours(1)},
                                          .limits = metrics_limits});
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
  const auto measurements = asked->file().measurements();
  if (!measurements) return std::unexpected(asked->failed(measurements.error()));
  std::string out;
  for (const history::HistoryMeasurement& one : *measurements)
    if (sees_measurement(call.caller, one.name))
      if (auto done = append_totals_of(*asked, one, out); !done) return std::unexpected(done.error());
  return out;
}

http::Response metrics(const Call& call) {
  std::string text = status_metrics(visible_status(call.caller, call.sources.status()));
  const bool has_readings =
      !call.values.has("only") && sees_host(call.caller, call.sources.configuration()->host);
  if (has_readings) text += machine_metrics(*call.sources.latest());
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

const std::array rows_of_status{
    Route{.method = "GET",
          .path = "/status",
          .summary = "How the collector itself is: loop, samplers, spool, sinks.",
          .answer = status},
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
