#include "collector/app/machine_metrics.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <vector>

#include "collector/app/node_names.h"
#include "collector/formats/prometheus_text.h"

namespace collector {
namespace {

// Readings of one sample lie closer together than this, and those of two further apart.
constexpr Duration same_sample = std::chrono::milliseconds(50);

using Metrics = std::map<std::string, PrometheusMetric>;
using Latest = std::map<std::string_view, BootTime>;  // by measurement: its newest reading

Latest latest_of(const Snapshot& snapshot) {
  Latest latest;
  for (std::size_t i = 0; i < snapshot.taken.size(); ++i) {
    const Measurement& measurement = snapshot.layout->series[i]->measurement();
    if (!measurement.about_machine) continue;
    BootTime& newest = latest[measurement.name];
    newest = std::max(newest, snapshot.taken[i].boot);
  }
  return latest;
}

PrometheusMetric& metric_of(Metrics& metrics, const std::string& name, const Field& field, MetricType type) {
  return metrics.try_emplace(name, name, type, field.sentence).first->second;
}

// Of a part (milliseconds in seconds) a quotient, which has the digits that the number had: 9 thousandths are
// 0.009, and 9 times 0.001 is 0.009000000000000001.
double times(double number, double factor) {
  return factor < 1 ? number / std::round(1 / factor) : number * factor;
}

// "_total" is what Prometheus tells counters by: each of them has it, and nothing else has.
std::string own_name(const std::string& measurement, std::string_view field, MetricType type) {
  constexpr std::string_view mark = "_total";
  std::string name = prometheus_name(fmt::format("collector_{}_{}", measurement, field));
  const bool is_marked = name.ends_with(mark);
  if (type == MetricType::counter) return is_marked ? name : name.append(mark);
  return is_marked ? name.substr(0, name.size() - mark.size()) : name;
}

void add_value(const Series& series, const Field& field, const Value& value, Metrics& metrics) {
  const auto node = node_metric(series, field);
  if (!node && field.hidden) return;
  const MetricType type = field.kind == FieldKind::counter ? MetricType::counter : MetricType::gauge;
  const std::string name = node ? node->name : own_name(series.measurement().name, field.name, type);
  std::vector<Tag> labels =
      node ? node->labels : std::vector<Tag>(series.tags().begin(), series.tags().end());
  const double factor = node ? node->factor : 1;
  PrometheusMetric& out = metric_of(metrics, name, field, type);
  const auto put = [&](auto number) {
    if (factor == 1)
      out.add(labels, number);  // an integer to the last digit
    else
      out.add(labels, times(static_cast<double>(number), factor));
  };
  switch (value.type()) {
    case Value::Type::absent:
      break;
    case Value::Type::integer:
      put(value.as_integer());
      break;
    case Value::Type::counter:
      put(value.as_counter());
      break;
    case Value::Type::real:
      put(value.as_real());
      break;
    case Value::Type::text:
      // As node_exporter tells states: the text is a label, the number 1.
      labels.push_back({field.name, value.as_text()});
      out.add(labels, 1);
      break;
  }
}

}  // namespace

std::string machine_metrics(const Snapshot& snapshot) {
  Metrics metrics;
  const Latest latest = latest_of(snapshot);
  for (std::size_t i = 0; i < snapshot.layout->series.size(); ++i) {
    const Series& series = *snapshot.layout->series[i];
    const Measurement& measurement = series.measurement();
    if (!measurement.about_machine) continue;
    if (latest.at(measurement.name) - snapshot.taken[i].boot > same_sample) continue;
    const auto values = snapshot.values_of(i);
    for (std::size_t field = 0; field < values.size(); ++field)
      add_value(series, measurement.fields[field], values[field], metrics);
  }
  std::string out;
  for (const auto& [name, written] : metrics)
    out += written.text();
  PrometheusMetric age("collector_reading_age_seconds", MetricType::gauge,
                       "Age of the latest readings of a measurement");
  // What is read while the tick goes on is newer than the tick.
  for (const auto& [measurement, newest] : latest)
    age.add(std::vector<Tag>{{"measurement", std::string(measurement)}},
            to_seconds(std::max(snapshot.when.boot - newest, Duration::zero())));
  return out + age.text();
}

}  // namespace collector
