#include "collector/cli/sample_text.h"

#include <algorithm>
#include <limits>
#include <numeric>
#include <vector>

#include "collector/app/assembly.h"
#include "collector/cli/field_text.h"
#include "collector/cli/table.h"
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

bool has_counters(const Snapshot& snapshot) {
  return std::ranges::any_of(snapshot.values,
                             [](const Value& value) { return value.type() == Value::Type::counter; });
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
