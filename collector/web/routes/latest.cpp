// The latest reading of each series, as the collector has it in memory.
#include <array>

#include "collector/core/time.h"
#include "collector/web/answer_table.h"
#include "collector/web/question_parameters.h"
#include "collector/web/routes/groups.h"
#include "collector/web/sources.h"
#include "collector/web/visible.h"

namespace collector::web {
namespace {

TableCell cell_of_value(const Value& value) {
  switch (value.type()) {
    case Value::Type::absent:
      break;
    case Value::Type::integer:
      return value.as_integer();
    case Value::Type::counter:
      return value.as_counter();
    case Value::Type::real:
      return value.as_real();
    case Value::Type::text:
      return std::string(value.as_text());
  }
  return {};
}

std::string tags_text(const Series& series) {
  std::string text;
  for (const Tag& tag : series.tags())
    text += (text.empty() ? "" : ",") + tag.key + "=" + tag.value;
  return text;
}

void append_fields(JsonAnswer& out, const Snapshot& snapshot, std::size_t index) {
  const Series& series = *snapshot.layout->series[index];
  const auto values = snapshot.values_of(index);
  const auto rates = snapshot.rates_of(index);
  out.key("fields").open('{');
  for (std::size_t i = 0; i < values.size(); ++i) {
    const Field& field = series.measurement().fields[i];
    if (field.hidden) continue;
    out.key(field.name).open('{').member("unit", field.unit).key("value");
    std::visit(
        [&out](const auto& value) {
          if constexpr (std::is_same_v<std::decay_t<decltype(value)>, std::monostate>)
            out.item(nullptr);
          else
            out.item(value);
        },
        cell_of_value(values[i]));
    if (field.kind == FieldKind::counter) out.member("rate", rates[i]);
    out.close('}');
  }
  out.close('}');
}

http::Response latest(const Call& call) {
  const auto snapshot = call.sources.latest();
  const std::string host = call.sources.configuration()->host;
  const std::string& wanted = call.values.text("measurement");
  const bool is_csv = wants_csv(call);
  AnswerTable table{{"time", "measurement", "tags", "field", "unit", "value", "rate"}, {}};
  JsonAnswer out;
  out.open('{')
      .member("host", sees_host(call.caller, host) ? std::optional(host) : std::nullopt)
      .member("time", unix_seconds(snapshot->when.wall))
      .key("series")
      .open('[');
  for (std::size_t i = 0; snapshot->layout && i < snapshot->layout->series.size(); ++i) {
    const Series& series = *snapshot->layout->series[i];
    const Measurement& measurement = series.measurement();
    if (!sees_host(call.caller, host) || !sees_measurement(call.caller, measurement)) continue;
    if (!wanted.empty() && measurement.name != wanted) continue;
    const std::int64_t time = unix_seconds(snapshot->taken[i].wall);
    if (!is_csv) {
      out.open('{').member("measurement", measurement.name).member("time", time).key("tags").open('{');
      for (const Tag& tag : series.tags())
        out.member(tag.key, tag.value);
      out.close('}');
      append_fields(out, *snapshot, i);
      out.close('}');
      continue;
    }
    for (std::size_t field = 0; field < measurement.fields.size(); ++field)
      if (!measurement.fields[field].hidden)
        table.rows.push_back({time, measurement.name, tags_text(series), measurement.fields[field].name,
                              measurement.fields[field].unit, cell_of_value(snapshot->values_of(i)[field]),
                              cell_of(snapshot->rates_of(i)[field])});
  }
  if (is_csv) return table_response(call, table);
  return json_response(std::move(out.close(']').close('}')));
}

constexpr std::array latest_parameters{
    Parameter{
        .name = "measurement", .type = ParameterType::text, .sentence = "Only this one; without it all."},
    table_format};

const std::array rows_of_latest{
    Route{.method = "GET",
          .path = "/api/v1/latest",
          .summary = "The latest reading of each series of this machine, with the rates of counters.",
          .parameters = latest_parameters,
          .answer = latest,
          .also = as_csv,
          .gives = [] {
            return std::string(
                "{host: text?, time: time, series: [{measurement: text, time: time, tags: {*: text}, "
                "fields: {*: {unit: text, value: any, rate?: number?}}}]}");
          }}};

}  // namespace

std::span<const Route> latest_routes() {
  return rows_of_latest;
}

}  // namespace collector::web
