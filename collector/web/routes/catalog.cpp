// What there is to ask for: measurements, their fields, and the series of one.
#include <algorithm>
#include <array>
#include <map>

#include "collector/core/numbers.h"
#include "collector/web/asked.h"
#include "collector/web/paging.h"
#include "collector/web/question_parameters.h"
#include "collector/web/routes/groups.h"
#include "collector/web/sources.h"
#include "collector/web/usage_cells.h"

namespace collector::web {
namespace {

std::string_view kind_name(FieldKind kind) {
  switch (kind) {
    case FieldKind::gauge:
      return "gauge";
    case FieldKind::state:
      return "state";
    case FieldKind::counter:
    case FieldKind::increment:
      break;
  }
  return "counter";
}

// A row for each field.
AnswerTable fields_table(const std::vector<history::HistoryMeasurement>& measurements) {
  AnswerTable table{{"measurement", "field", "kind", "unit", "sentence", "tags"}, {}};
  for (const history::HistoryMeasurement& one : measurements)
    for (const history::HistoryField& field : one.fields)
      table.rows.push_back(
          {one.name, field.name, std::string(kind_name(field.kind)), field.unit, field.sentence, one.tags});
  return table;
}

void append_measurements(JsonAnswer& out, const std::vector<history::HistoryMeasurement>& measurements) {
  out.key("measurements").open('[');
  for (const history::HistoryMeasurement& one : measurements) {
    out.open('{').member("name", one.name).member("sentence", one.sentence).member("tags", one.tags);
    out.key("fields").open('[');
    for (const history::HistoryField& field : one.fields)
      out.open('{')
          .member("name", field.name)
          .member("kind", kind_name(field.kind))
          .member("unit", field.unit)
          .member("sentence", field.sentence)
          .close('}');
    out.close(']').close('}');
  }
  out.close(']');
}

constexpr std::string_view catalog_shape =
    "{zone: text, measurements: [{name: text, sentence: text, tags: [text], fields: [{name: text, "
    "kind: \"gauge\"|\"state\"|\"counter\", unit: text, sentence: text}]}], hosts: [text], interfaces: "
    "[{host: text, "
    "interface: text, kind: text, parent: text, uplink: boolean}], from?: time, to?: time}";

void append_interfaces(JsonAnswer& out, const history::HistoryContent& content) {
  out.member("hosts", content.hosts).key("interfaces").open('[');
  for (const history::HistoryInterface& one : content.interfaces)
    out.open('{')
        .member("host", one.host)
        .member("interface", one.interface)
        .member("kind", one.kind)
        .member("parent", one.parent)
        .member("uplink", one.is_uplink)
        .close('}');
  out.close(']');
  if (content.time)
    out.member("from", unix_time(content.time->start)).member("to", unix_time(content.time->end));
}

Answered<http::Response> catalog(Asked& asked) {
  const auto measurements = asked.measurements();
  if (!measurements) return std::unexpected(measurements.error());
  const auto content = asked.content();
  if (!content) return std::unexpected(content.error());
  if (auto right = asked.check(); !right) return std::unexpected(right.error());
  if (wants_csv(asked.call())) return table_response(asked.call(), fields_table(*measurements));
  JsonAnswer out;
  out.open('{').member("zone", asked.zone().name());
  append_measurements(out, *measurements);
  append_interfaces(out, **content);
  return json_response(std::move(out.close('}')));
}

Answered<http::Response> series_list(Asked& asked) {
  const auto of = asked.selection();
  if (!of) return std::unexpected(of.error());
  const Values& values = asked.call().values;
  const auto most = static_cast<std::size_t>(values.integer("limit"));
  history::SeriesQuestion question{of->selection.measurement, of->selection.filters, 0, most + 1};
  if (values.has("cursor")) {
    const auto parts = page_parts(asked.call(), 1);
    const auto after = parts ? parse_number<std::int64_t>(parts->front()) : std::nullopt;
    if (after)
      question.after = *after;
    else
      asked.mistaken("cursor", "is of no page", "");
  }
  if (auto right = asked.check(); !right) return std::unexpected(right.error());
  auto series = asked.file().series(question);
  if (!series) return std::unexpected(asked.failed(series.error()));
  const auto known = asked.file().measurement(of->selection.measurement);
  if (!known) return std::unexpected(asked.failed(known.error()));
  const bool has_next = series->size() > most;
  if (has_next) series->resize(most);
  const std::string cursor = has_next ? page_cursor(asked.call(), {std::to_string(series->back().id)}) : "";
  AnswerTable table{*known ? (**known).tags : std::vector<std::string>{}, {}};
  table.columns.insert(table.columns.end(), {"first", "last"});
  for (history::HistorySeries& one : *series) {
    std::vector<TableCell> row(one.tags.begin(), one.tags.end());
    row.push_back(one.time ? TableCell(unix_time(one.time->start)) : TableCell());
    row.push_back(one.time ? TableCell(unix_time(one.time->end)) : TableCell());
    table.rows.push_back(std::move(row));
  }
  http::Response response = table_response(asked.call(), table, [&](JsonAnswer& out) {
    out.member("measurement", of->selection.measurement);
    out.member("next", has_next ? std::optional(cursor) : std::nullopt);
  });
  if (has_next) response.headers.push_back(next_link(asked.call(), cursor));
  return response;
}

constexpr std::array catalog_parameters{table_format};
constexpr std::array series_list_parameters{measurement_parameter, where_parameter,  host_parameter,
                                            limit_parameter,       cursor_parameter, table_format};

const std::array rows_of_catalog{
    Route{.method = "GET",
          .path = "/api/v1/catalog",
          .summary = "What there is to ask for: measurements, fields and units, hosts and interfaces.",
          .parameters = catalog_parameters,
          .work = Work::history,
          .answer = [](const Call& call) { return from_history(call, catalog); },
          .also = as_csv,
          .gives = [] { return std::string(catalog_shape); }},
    Route{.method = "GET",
          .path = "/api/v1/catalog/series",
          .summary = "The series of a measurement, with the first and the last moment that is known of each.",
          .parameters = series_list_parameters,
          .work = Work::history,
          .answer = [](const Call& call) { return from_history(call, series_list); },
          .also = as_csv,
          .gives =
              [] {
                return std::string(
                    "{measurement: text, next: text?, rows: [{first: time?, last: time?, *: text}]}");
              }}};

}  // namespace

std::span<const Route> catalog_routes() {
  return rows_of_catalog;
}

}  // namespace collector::web
