#include "collector/cli/sample_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <ctime>
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

// "2026-11-20 15:16:38Z"; digits where the calendar ends.
std::string moment_text(double unix_seconds) {
  constexpr double last = 253'402'300'799;  // the year 9999
  if (!(unix_seconds > 0 && unix_seconds <= last)) return fmt::format("{:.0f} s", unix_seconds);
  const auto time = static_cast<std::time_t>(unix_seconds);
  std::tm utc{};
  gmtime_r(&time, &utc);
  return fmt::format("{:04}-{:02}-{:02} {:02}:{:02}:{:02}Z", utc.tm_year + 1900, utc.tm_mon + 1, utc.tm_mday,
                     utc.tm_hour, utc.tm_min, utc.tm_sec);
}

std::string time_text(double seconds) {
  if (seconds == 0) return "0 s";
  // What is longer than 30 years is no length but a moment, in Unix time.
  constexpr double longest = 1e9;
  if (!(std::abs(seconds) < longest)) return moment_text(seconds);
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

bool is_zero(const Value& value) {
  switch (value.type()) {
    case Value::Type::counter:
      return value.as_counter() == 0;
    case Value::Type::integer:
      return value.as_integer() == 0;
    case Value::Type::real:
      return value.as_real() == 0;
    case Value::Type::absent:
    case Value::Type::text:
      break;
  }
  return false;
}

// On the right for numbers.
std::string padded(const std::string& text, std::size_t width, bool right) {
  const std::string padding(width - std::min(width, display_width(text)), ' ');
  return right ? padding + text : text + padding;
}

// "net  interface=eth0  kind=physical"
std::string heading_of(const Series& series) {
  std::string out = series.measurement().name;
  for (const Tag& tag : series.tags())
    out += "  " + tag.key + "=" + tag.value;
  return out;
}

struct Shown {
  std::string name;
  std::string value;
  std::string rate;
  bool zero = false;
};

std::vector<Shown> shown_fields(const Snapshot& snapshot, std::size_t index) {
  const Measurement& measurement = snapshot.layout->series[index]->measurement();
  const auto values = snapshot.values_of(index);
  const auto rates = snapshot.rates_of(index);
  std::vector<Shown> fields;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const Field& field = measurement.fields[i];
    if (!values[i].present() || field.hidden) continue;
    fields.push_back({field.name, value_text(field, values[i]), rate_text(field, values[i], rates[i]),
                      is_zero(values[i])});
  }
  return fields;
}

// The fields of one series, side by side as far as the terminal is wide, read downwards; zeros step back.
std::string grid(std::vector<Shown> fields, const Terminal& terminal) {
  constexpr std::size_t margin = 2;
  constexpr std::size_t between = 4;
  std::size_t name = 0;
  std::size_t value = 0;
  std::size_t rate = 0;
  for (Shown& field : fields) {
    field.value = terminal.printable(field.value);
    name = std::max(name, display_width(field.name));
    value = std::max(value, display_width(field.value));
    rate = std::max(rate, display_width(field.rate));
  }
  const std::size_t cell = name + 2 + value + (rate > 0 ? 2 + rate : 0);
  if (margin + cell > terminal.columns) name = value = rate = 0;  // no room to align them
  const std::size_t room = std::max(terminal.columns, margin) - margin + between;
  const std::size_t across = std::max<std::size_t>(1, room / (cell + between));
  const std::size_t down = (fields.size() + across - 1) / across;
  std::string out;
  for (std::size_t row = 0; row < down; ++row) {
    std::string line;
    std::size_t gap = margin;
    for (std::size_t i = row; i < fields.size(); i += down) {
      const Shown& field = fields[i];
      std::string text = padded(field.name, name, false) + "  " + padded(field.value, value, true);
      if (rate > 0 || !field.rate.empty()) text += "  " + padded(field.rate, rate, true);
      const bool last = i + down >= fields.size();
      if (last) text.resize(text.find_last_not_of(' ') + 1);
      line += std::string(gap, ' ') + terminal.paint(text, field.zero ? Style::dim : Style::plain);
      gap = between;
    }
    out += terminal.fit(line) + "\n";
  }
  return out;
}

std::string as_grids(const Snapshot& snapshot, const Terminal& terminal) {
  std::string out;
  for (const std::size_t index : display_order(snapshot)) {
    const std::string heading = terminal.printable(heading_of(*snapshot.layout->series[index]));
    out += terminal.paint(terminal.fit(heading), Style::bold) + "\n";
    out += grid(shown_fields(snapshot, index), terminal);
  }
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
  if (terminal.columns > 0) return as_grids(snapshot, terminal);
  Table table({{"measurement, field"}, {"value", true}, {"rate", true}});
  for (const std::size_t index : display_order(snapshot)) {
    table.add_heading(heading_of(*snapshot.layout->series[index]));
    for (Shown& field : shown_fields(snapshot, index))
      table.add({"  " + field.name, std::move(field.value), std::move(field.rate)});
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
