#include "collector/cli/sample_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numeric>
#include <optional>
#include <string_view>
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

// Things that are counted: the field's name says which.
constexpr std::array<std::string_view, 7> counted = {"1",         "packets", "connections", "segments",
                                                     "datagrams", "sockets", "rows"};

std::string unit_text(const Field& field) {
  return std::ranges::find(counted, field.unit) != counted.end() ? "" : " " + field.unit;
}

// The time that one of the field's unit is; nothing when it is no time.
std::optional<double> seconds_per_unit(const Field& field) {
  if (field.unit == "seconds") return 1;
  if (field.unit == "milliseconds") return 1e-3;
  if (field.unit == "microseconds") return 1e-6;
  return std::nullopt;
}

std::string time_text(double seconds) {
  if (seconds == 0) return "0 s";
  // What is longer than 30 years is no length but a moment, in Unix time.
  constexpr double longest = 1e9;
  if (!(std::abs(seconds) < longest)) return fmt::format("{:.0f} s", seconds);
  return human_duration(Duration(std::llround(seconds * 1e9)));
}

// `exact` is the value in digits, for what is neither bytes nor a time.
std::string number_text(const Field& field, double value, const std::string& exact) {
  if (field.unit == "bytes") return human_bytes(value);
  if (const auto seconds = seconds_per_unit(field)) return time_text(value * *seconds);
  return field.unit == "percent" ? fmt::format("{:.1f} %", value) : exact + unit_text(field);
}

std::string value_text(const Field& field, const Value& value) {
  switch (value.type()) {
    case Value::Type::absent:
      return "";
    case Value::Type::text:
      return value.as_text();
    case Value::Type::counter:
      return number_text(field, static_cast<double>(value.as_counter()), std::to_string(value.as_counter()));
    case Value::Type::integer:
      return number_text(field, static_cast<double>(value.as_integer()), std::to_string(value.as_integer()));
    case Value::Type::real:
      return number_text(field, value.as_real(), fmt::format("{:.2f}", value.as_real()));
  }
  return "";
}

std::string rate_text(const Field& field, const Value& value, double rate) {
  if (value.type() != Value::Type::counter || rate == 0) return "";
  if (field.unit == "bytes") return human_rate(rate);
  if (const auto seconds = seconds_per_unit(field)) return time_text(rate * *seconds) + "/s";
  return fmt::format("{:.1f}{}/s", rate, unit_text(field));
}

// "net  interface=eth0  kind=physical"
std::string heading_of(const Series& series) {
  std::string out = series.measurement().name;
  for (const Tag& tag : series.tags())
    out += "  " + tag.key + "=" + tag.value;
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
  Table table({{"measurement, field"}, {"value", true}, {"rate", true}});
  for (const std::size_t index : display_order(snapshot)) {
    const Series& series = *snapshot.layout->series[index];
    const auto values = snapshot.values_of(index);
    const auto rates = snapshot.rates_of(index);
    table.add_heading(heading_of(series));
    for (std::size_t i = 0; i < values.size(); ++i) {
      const Field& field = series.measurement().fields[i];
      if (!values[i].present() || field.hidden) continue;
      table.add({"  " + field.name, value_text(field, values[i]), rate_text(field, values[i], rates[i])});
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
