#include "collector/history/field_columns.h"

#include <fmt/format.h>

#include <algorithm>

namespace collector::history {
namespace {

// How long a bucket had readings for a mean: its span, without what it says had none.
std::string observed_of(const StoredMeasurement& measurement, const std::string& mean) {
  const std::string unobserved = measurement.column("level", "", "unobserved");
  if (unobserved == "NULL" || mean == "NULL") return "span";
  std::string key;
  for (std::size_t i = 1; i + 1 < mean.size(); ++i) {  // without its quotes
    if (mean[i] == '"') ++i;
    key += mean[i] == '\'' ? "''" : std::string(1, mean[i]);
  }
  return fmt::format("span - coalesce({} ->> '{}', 0)", unobserved, key);
}

// Mostly as in the rows (SCHEMA.md).
std::string column_of(const StoredMeasurement& measurement, const std::string& field, const char* statistic,
                      bool is_level) {
  const std::string own = is_level ? measurement.column("level", field, statistic) : "NULL";
  return own == "NULL" ? measurement.column("field", field, statistic) : own;
}

// Of a gauge: its mean, the lowest and highest of whatever tells them, and the time that it is of.
std::string gauge_columns(const StoredMeasurement& measurement, const std::string& field, bool is_level) {
  const std::string mean = column_of(measurement, field, "mean", is_level);
  const auto told = [&](const char* statistic) {
    const std::string column = column_of(measurement, field, statistic, is_level);
    return column == "NULL" ? mean : fmt::format("coalesce({}, {})", column, mean);
  };
  return fmt::format(", {}, {}, {}, {}", mean, told("min"), told("max"),
                     is_level ? observed_of(measurement, mean) : "span");
}

std::string columns_for(const StoredMeasurement& measurement, const std::string& field, FieldKind kind,
                        bool is_level) {
  if (kind == FieldKind::gauge) return gauge_columns(measurement, field, is_level);
  if (kind == FieldKind::state) return ", " + column_of(measurement, field, "text", is_level);
  std::string columns = fmt::format(", {}, {}", column_of(measurement, field, "delta", is_level),
                                    column_of(measurement, field, "peak", is_level));
  if (is_level) (columns += ", ") += measurement.column("level", field, "peak_time");
  return columns;
}

// From sum, peak, and when that was; of a row when it began.
void read_amount(const sqlite::ScannedRow& row, int column, bool is_row, std::int64_t start, Amount& amount) {
  amount.sum = row.integer(column);
  amount.is_known = amount.sum != 0 || !row.is_null(column);
  // Without a peak it is 0, as SQLite gives NULL.
  amount.busiest = row.real(column + 1);
  amount.busiest_at = is_row ? start : row.integer(column + 2);
}

}  // namespace

FieldColumns::FieldColumns(const StoredMeasurement& measurement, const std::vector<std::string>& fields)
    : amounts_(fields.size()) {
  for (const std::string& field : fields) {
    kinds_.push_back(measurement.kind_of(field).value_or(FieldKind::counter));
    of_levels_ += columns_for(measurement, field, kinds_.back(), true);
    of_rows_ += columns_for(measurement, field, kinds_.back(), false);
  }
  if (std::ranges::any_of(kinds_, [](FieldKind kind) { return kind != FieldKind::counter; }))
    readings_.resize(fields.size());
}

void FieldColumns::read_bucket(const sqlite::ScannedRow& row, int first, const RowTime& time,
                               std::int64_t end) {
  read(row, first, time, end * 1000, false);
}

void FieldColumns::read_row(const sqlite::ScannedRow& row, int first, const RowTime& time) {
  read(row, first, time, time.end_ms(), true);
}

void FieldColumns::read(const sqlite::ScannedRow& row, int first, const RowTime& time, std::int64_t until_ms,
                        bool is_row) {
  int column = first;
  for (std::size_t i = 0; i < kinds_.size(); ++i) {
    if (kinds_[i] == FieldKind::counter) {
      read_amount(row, column, is_row, time.start, amounts_[i]);
      column += is_row ? 2 : 3;
      continue;
    }
    Reading& reading = readings_[i] = {};
    reading.is_known = !row.is_null(column);
    const bool is_gauge = kinds_[i] == FieldKind::gauge;
    if (reading.is_known && is_gauge) {
      reading.mean = row.real(column);
      reading.lowest = row.real(column + 1);
      reading.highest = row.real(column + 2);
      reading.weight = std::max<std::int64_t>(row.integer(column + 3), 0);
    } else if (reading.is_known) {
      reading.last = row.text(column);
      reading.last_until = until_ms;
    }
    column += is_gauge ? 4 : 1;
  }
}

}  // namespace collector::history
