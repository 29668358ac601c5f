// Batches for the tests of the formats: one measurement with every kind of field.
#pragma once

#include <memory>
#include <utility>
#include <vector>

#include "collector/core/batch.h"
#include "collector/core/value.h"

namespace collector::test {

inline MeasurementPtr every_kind() {
  const auto field = [](std::string name, FieldKind kind, FieldType type, std::string unit) {
    Field made;
    made.name = std::move(name);
    made.kind = kind;
    made.type = type;
    made.unit = std::move(unit);
    return made;
  };
  auto made = std::make_shared<Measurement>();
  made->name = "example";
  made->fields = {
      field("bytes", FieldKind::counter, FieldType::integer, "bytes"),
      field("extra", FieldKind::increment, FieldType::integer, "packets"),
      field("level", FieldKind::gauge, FieldType::integer, "1"),
      field("load", FieldKind::gauge, FieldType::real, "1"),
      field("mode", FieldKind::state, FieldType::text, "1"),
  };
  return made;
}

inline constexpr WallTime noon{std::chrono::seconds(1769860800)};  // 2026-01-31T12:00:00Z

// A batch of one row of `series` at noon, 30 s long; its cells are given back to be filled.
inline std::pair<Batch, std::span<Cell>> one_row(const SeriesPtr& series) {
  std::pair<Batch, std::span<Cell>> made;
  made.first.origin = {*Uuid::parse("11111111-1111-4111-8111-111111111111"),
                       *Uuid::parse("22222222-2222-4222-8222-222222222222"), 17};
  made.first.labels = {{"host", "laptop"}, {"site", "home"}};
  Row row;
  row.series = series;
  row.start = noon;
  row.end = noon + std::chrono::seconds(30);
  row.samples = 30;
  made.second = made.first.add(std::move(row));
  return made;
}

inline Cell counter_cell(std::int64_t delta, std::int64_t total, double peak) {
  Cell cell;
  cell.present = true;
  cell.counter = {delta, total, peak};
  return cell;
}
inline Cell gauge_cell(std::int64_t mean, std::int64_t min, std::int64_t max, std::int64_t last) {
  Cell cell;
  cell.present = true;
  cell.integers = {mean, min, max, last};
  return cell;
}
inline Cell real_cell(double mean, double min, double max, double last) {
  Cell cell;
  cell.present = true;
  cell.reals = {mean, min, max, last};
  return cell;
}
inline Cell text_cell(std::string_view text) {
  Cell cell;
  cell.present = true;
  cell.text = intern_text(text);
  return cell;
}

}  // namespace collector::test
