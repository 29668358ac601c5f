#include "tests/spool/batches.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <limits>

#include "collector/core/value.h"

namespace collector::test {
namespace {

Field field(std::string name, FieldKind kind, FieldType type = FieldType::integer) {
  return {.name = std::move(name), .kind = kind, .type = type, .unit = "1", .sentence = "a test's field"};
}

bool same_cell(const Field& field, const Cell& a, const Cell& b) {
  const auto bits = [](double value) { return std::bit_cast<std::uint64_t>(value); };
  if (a.present != b.present) return false;
  if (!a.present) return true;
  if (field.kind == FieldKind::counter || field.kind == FieldKind::increment)
    return a.counter.delta == b.counter.delta && a.counter.total == b.counter.total &&
           bits(a.counter.peak) == bits(b.counter.peak);
  if (field.kind == FieldKind::state) return *a.text == *b.text;
  if (field.type == FieldType::real)
    return bits(a.reals.mean) == bits(b.reals.mean) && bits(a.reals.min) == bits(b.reals.min) &&
           bits(a.reals.max) == bits(b.reals.max) && bits(a.reals.last) == bits(b.reals.last);
  return a.integers.mean == b.integers.mean && a.integers.min == b.integers.min &&
         a.integers.max == b.integers.max && a.integers.last == b.integers.last;
}

}  // namespace

const MeasurementPtr& traffic() {
  static const MeasurementPtr measurement = std::make_shared<const Measurement>(
      Measurement{"traffic",
                  "What went through an interface",
                  {{"interface", "its name"}},
                  {field("bytes_recv", FieldKind::counter), field("bytes_sent", FieldKind::counter),
                   field("operstate", FieldKind::state, FieldType::text)}});
  return measurement;
}

const MeasurementPtr& load() {
  static const MeasurementPtr measurement = std::make_shared<const Measurement>(
      Measurement{"load",
                  "How busy it is",
                  {},
                  {field("load1", FieldKind::gauge, FieldType::real), field("processes", FieldKind::gauge)}});
  return measurement;
}

const MeasurementPtr& oddities() {
  static const MeasurementPtr measurement = [] {
    Measurement m{"oddities", "What is seldom", {{"name", "which"}}, {}};
    m.fields.push_back(field("added", FieldKind::increment));
    m.fields.push_back(field("secret", FieldKind::counter));
    m.fields.back().hidden = true;
    m.fields.push_back(field("mood", FieldKind::state, FieldType::text));
    for (int i = 0; i < 10; ++i)
      m.fields.push_back(field(fmt::format("level{}", i), FieldKind::gauge));
    return std::make_shared<const Measurement>(std::move(m));
  }();
  return measurement;
}

Batch RandomBatches::batch(std::size_t rows) {
  const auto below = [&](std::uint64_t limit) { return random() % limit; };
  const auto integer = [&]() -> std::int64_t {
    switch (below(6)) {
      case 0:
        return 0;
      case 1:
        return std::numeric_limits<std::int64_t>::max();
      case 2:
        return std::numeric_limits<std::int64_t>::min();
      case 3:
        return static_cast<std::int64_t>(below(1000)) - 500;
      default:
        return static_cast<std::int64_t>(random());
    }
  };
  const auto real = [&]() -> double {
    switch (below(6)) {
      case 0:
        return -0.0;
      case 1:
        return std::numeric_limits<double>::infinity();
      case 2:
        return std::numeric_limits<double>::quiet_NaN();
      case 3:
        return static_cast<double>(below(1'000'000));
      default:
        return std::bit_cast<double>(random());
    }
  };
  static constexpr const char* texts[] = {"up", "down", "", "grün"};

  Batch batch;
  batch.labels = {{"host", "test"}, {"site", std::string("a\0b", 3)}};
  batch.labels.resize(below(3));
  Row row;
  for (std::size_t i = 0; i < rows; ++i) {
    const MeasurementPtr& measurement = below(3) == 0 ? load() : below(2) == 0 ? traffic() : oddities();
    std::vector<Tag> tags;
    if (measurement != load()) tags.push_back({measurement->tags[0].name, fmt::format("x{}", below(10))});
    row.series = series.intern(measurement, std::move(tags));
    if (below(3) == 0) row.start = WallTime(Duration(integer()));
    if (below(3) == 0) row.end = WallTime(Duration(integer()));
    if (below(3) == 0) row.samples = static_cast<std::uint32_t>(random());
    if (below(3) == 0) row.flags = static_cast<std::uint16_t>(random());
    if (below(3) == 0) row.clock_steps = static_cast<std::uint32_t>(random());
    const auto cells = batch.add(row);
    for (std::size_t k = 0; k < cells.size(); ++k) {
      const Field& f = measurement->fields[k];
      if (below(4) == 0) continue;
      cells[k].present = true;
      if (f.kind == FieldKind::counter || f.kind == FieldKind::increment)
        cells[k].counter = {integer(), integer(), real()};
      else if (f.kind == FieldKind::state)
        cells[k].text = intern_text(texts[below(4)]);
      else if (f.type == FieldType::real)
        cells[k].reals = {real(), real(), real(), real()};
      else
        cells[k].integers = below(2) == 0
                                ? Cell::Gauge<std::int64_t>{7, 7, 7, 7}
                                : Cell::Gauge<std::int64_t>{integer(), integer(), integer(), integer()};
    }
  }
  return batch;
}

void add_traffic(Batch& batch, const SeriesPtr& series, WallTime start, std::int64_t received,
                 std::int64_t sent) {
  const auto cells =
      batch.add({.series = series, .start = start, .end = start + std::chrono::seconds(30), .samples = 30});
  cells[0].present = cells[1].present = cells[2].present = true;
  cells[0].counter = {received, received, 1.5};
  cells[1].counter = {sent, sent, 0};
  cells[2].text = intern_text("up");
}

Batch traffic_batch(SeriesTable& table, const std::string& interface, std::int64_t received, WallTime start) {
  Batch batch;
  batch.labels = {{"host", "test"}};
  add_traffic(batch, table.intern(traffic(), {{"interface", interface}}), start, received, 2 * received);
  return batch;
}

std::string difference(const Batch& a, const Batch& b) {
  if (a.labels != b.labels) return "labels";
  if (a.rows.size() != b.rows.size()) return fmt::format("{} rows, {} rows", a.rows.size(), b.rows.size());
  for (std::size_t i = 0; i < a.rows.size(); ++i) {
    const Row& x = a.rows[i];
    const Row& y = b.rows[i];
    if (x.series->text() != y.series->text() || !(x.series->measurement() == y.series->measurement()))
      return fmt::format("row {}: {}, {}", i, x.series->text(), y.series->text());
    if (x.start != y.start || x.end != y.end || x.samples != y.samples || x.flags != y.flags ||
        x.clock_steps != y.clock_steps)
      return fmt::format("row {}: head", i);
    for (std::size_t k = 0; k < x.series->measurement().fields.size(); ++k)
      if (!same_cell(x.series->measurement().fields[k], a.cells_of(x)[k], b.cells_of(y)[k]))
        return fmt::format("row {}: field {}", i, x.series->measurement().fields[k].name);
  }
  return {};
}

}  // namespace collector::test
