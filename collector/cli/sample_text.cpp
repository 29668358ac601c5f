#include "collector/cli/sample_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <numeric>
#include <vector>

#include "collector/app/assembly.h"
#include "collector/cli/table.h"
#include "collector/core/units.h"
#include "collector/formats/line_protocol.h"
#include "collector/formats/row_json.h"

namespace collector {
namespace {

// Series in the order people look for them: by measurement in sampling order, then by tags.
std::vector<std::size_t> display_order(const Snapshot& snapshot) {
  std::vector<std::size_t> order(snapshot.layout->series.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  const auto& series = snapshot.layout->series;
  const auto first_of = [&](std::size_t index) {
    return std::ranges::find_if(series,
                                [&](const SeriesPtr& other) {
                                  return &other->measurement() == &series[index]->measurement();
                                }) -
           series.begin();
  };
  std::ranges::stable_sort(order, [&](std::size_t a, std::size_t b) {
    if (first_of(a) != first_of(b)) return first_of(a) < first_of(b);
    return std::ranges::lexicographical_compare(series[a]->tags(), series[b]->tags());
  });
  return order;
}

std::string scaled_unit(const Field& field) {
  return field.unit == "1" ? "" : " " + field.unit;
}

std::string value_text(const Field& field, const Value& value) {
  switch (value.type()) {
    case Value::Type::absent:
      return "";
    case Value::Type::text:
      return value.as_text();
    case Value::Type::counter:
      return field.unit == "bytes" ? human_bytes(static_cast<double>(value.as_counter()))
                                   : fmt::format("{}{}", value.as_counter(), scaled_unit(field));
    case Value::Type::integer:
      return field.unit == "bytes" ? human_bytes(static_cast<double>(value.as_integer()))
                                   : fmt::format("{}{}", value.as_integer(), scaled_unit(field));
    case Value::Type::real:
      return field.unit == "percent" ? fmt::format("{:.1f} %", value.as_real())
                                     : fmt::format("{:.2f}{}", value.as_real(), scaled_unit(field));
  }
  return "";
}

std::string rate_text(const Field& field, const Value& value, double rate) {
  if (value.type() != Value::Type::counter || rate == 0) return "";
  return field.unit == "bytes" ? human_rate(rate) : fmt::format("{:.1f}{}/s", rate, scaled_unit(field));
}

std::string tags_text(const Series& series) {
  std::string out;
  for (const Tag& tag : series.tags())
    out += (out.empty() ? "" : ",") + tag.key + "=" + tag.value;
  return out;
}

// The sample as rows, for the serialisers: counters carry the kernel's raw value as their total.
Batch as_batch(const Snapshot& snapshot, const Configuration& configuration) {
  Batch batch;
  batch.labels = labels_of(configuration);
  for (const std::size_t index : display_order(snapshot)) {
    Row row;
    row.series = snapshot.layout->series[index];
    row.start = row.end = snapshot.taken[index].wall;
    row.samples = 1;
    const auto cells = batch.add(row);
    const auto values = snapshot.values_of(index);
    for (std::size_t i = 0; i < values.size(); ++i) {
      Cell& cell = cells[i];
      cell.present = values[i].present();
      switch (values[i].type()) {
        case Value::Type::absent:
          break;
        case Value::Type::counter:
          // No format here has unsigned 64-bit integers that every reader takes.
          cell.present = values[i].as_counter() <= std::uint64_t{std::numeric_limits<std::int64_t>::max()};
          cell.counter = {0, static_cast<std::int64_t>(values[i].as_counter()), 0};
          break;
        case Value::Type::integer:
          cell.integers = {values[i].as_integer(), 0, 0, 0};
          break;
        case Value::Type::real:
          cell.reals = {values[i].as_real(), 0, 0, 0};
          break;
        case Value::Type::text:
          cell.text = &values[i].as_text();
          break;
      }
    }
  }
  return batch;
}

constexpr RowFormat plain_values{
    .counters = Counters::total, .minimum = false, .maximum = false, .last = false, .peak = false};

}  // namespace

std::string sample_as_table(const Snapshot& snapshot, const Terminal& terminal) {
  Table table({{"measurement"}, {"tags"}, {"field"}, {"value", true}, {"rate", true}});
  const Measurement* shown_measurement = nullptr;
  for (const std::size_t index : display_order(snapshot)) {
    const Series& series = *snapshot.layout->series[index];
    const auto values = snapshot.values_of(index);
    const auto rates = snapshot.rates_of(index);
    bool first_of_series = true;
    for (std::size_t i = 0; i < values.size(); ++i) {
      const Field& field = series.measurement().fields[i];
      if (!values[i].present() || field.hidden) continue;
      const bool new_measurement = shown_measurement != &series.measurement();
      table.add({new_measurement ? series.measurement().name : "", first_of_series ? tags_text(series) : "",
                 field.name, value_text(field, values[i]), rate_text(field, values[i], rates[i])});
      shown_measurement = &series.measurement();
      first_of_series = false;
    }
  }
  return table.text(terminal);
}

std::string sample_as_json(const Snapshot& snapshot, const Configuration& configuration) {
  const Batch batch = as_batch(snapshot, configuration);
  std::string out;
  for (const Row& row : batch.rows)
    append_row_json(batch, row, plain_values, out);
  return out;
}

std::string sample_as_line_protocol(const Snapshot& snapshot, const Configuration& configuration) {
  const Batch batch = as_batch(snapshot, configuration);
  std::string out;
  for (const Row& row : batch.rows)
    append_line_protocol(batch, row, plain_values, out);
  return out;
}

}  // namespace collector
