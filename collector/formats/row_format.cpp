#include "collector/formats/row_format.h"

#include <algorithm>
#include <string_view>
#include <utility>

namespace collector {
namespace {

using What = Column::What;

// Collects the columns of one measurement; a derived name that one of its fields has already is left out, so
// that names are unique whatever the fields are called.
class ColumnList {
 public:
  explicit ColumnList(const Measurement& measurement) : measurement_(measurement) {}

  void plain(std::size_t index, What what, std::string_view explanation) {
    add(index, what, measurement_.fields[index].name, explanation);
  }
  void derived(std::size_t index, What what, std::string_view suffix, std::string_view explanation) {
    std::string name = measurement_.fields[index].name;
    name += suffix;
    const auto taken = [&name](const Column& column) { return column.name == name; };
    if (measurement_.field(name) || std::ranges::any_of(columns_, taken)) return;
    add(index, what, std::move(name), explanation);
  }
  std::vector<Column> take() { return std::move(columns_); }

 private:
  void add(std::size_t index, What what, std::string name, std::string_view explanation) {
    const Field& field = measurement_.fields[index];
    Column column;
    column.name = std::move(name);
    column.field = index;
    column.what = what;
    const bool gauge =
        what == What::mean || what == What::minimum || what == What::maximum || what == What::last;
    column.real = what == What::peak || (gauge && field.type == FieldType::real);
    column.unit = what == What::peak ? field.unit + "/second" : field.unit;
    column.sentence = field.sentence;
    if (!explanation.empty()) column.sentence.append(" (").append(explanation).append(")");
    columns_.push_back(std::move(column));
  }

  const Measurement& measurement_;
  std::vector<Column> columns_;
};

void add_counter(ColumnList& list, const Field& field, std::size_t index, const RowFormat& format) {
  constexpr std::string_view in_span = "in the row's span";
  constexpr std::string_view running = "running total since the state directory was made";
  if (format.counters == Counters::total) {
    list.plain(index, What::total, running);
  } else {
    list.plain(index, What::delta, in_span);
    if (format.counters == Counters::both) list.derived(index, What::total, "_total", running);
  }
  if (format.peak && field.unit == "bytes")
    list.derived(index, What::peak, "_peak", "highest rate between two samples");
}

void add_gauge(ColumnList& list, const Field& field, std::size_t index, const RowFormat& format) {
  list.plain(index, What::mean, field.constant ? "" : "mean");
  if (field.constant) return;
  if (format.maximum) list.derived(index, What::maximum, "_max", "highest");
  if (format.minimum) list.derived(index, What::minimum, "_min", "lowest");
  if (format.last) list.derived(index, What::last, "_last", "last");
}

template <typename T>
T gauge_value(const Cell::Gauge<T>& gauge, What what) {
  if (what == What::minimum) return gauge.min;
  if (what == What::maximum) return gauge.max;
  return what == What::last ? gauge.last : gauge.mean;
}

}  // namespace

std::string_view statistic_name(Column::What what) {
  using enum Column::What;
  switch (what) {
    case delta:
      return "delta";
    case total:
      return "total";
    case peak:
      return "peak";
    case mean:
      return "mean";
    case minimum:
      return "min";
    case maximum:
      return "max";
    case last:
      return "last";
    case text:
      return "text";
  }
  std::unreachable();
}

std::vector<Column> columns_of(const Measurement& measurement, const RowFormat& format) {
  ColumnList list(measurement);
  for (std::size_t i = 0; i < measurement.fields.size(); ++i) {
    const Field& field = measurement.fields[i];
    if (field.hidden) continue;
    switch (field.kind) {
      case FieldKind::counter:
        add_counter(list, field, i, format);
        break;
      case FieldKind::increment:
        list.plain(i, What::delta, "in the row's span");
        break;
      case FieldKind::gauge:
        add_gauge(list, field, i, format);
        break;
      case FieldKind::state:
        list.plain(i, What::text, "last seen");
        break;
    }
  }
  return list.take();
}

std::int64_t integer_of(const Cell& cell, const Column& column) {
  if (column.what == What::delta) return cell.counter.delta;
  if (column.what == What::total) return cell.counter.total;
  return gauge_value(cell.integers, column.what);
}

double real_of(const Cell& cell, const Column& column) {
  if (column.what == What::peak) return cell.counter.peak;
  return gauge_value(cell.reals, column.what);
}

}  // namespace collector
