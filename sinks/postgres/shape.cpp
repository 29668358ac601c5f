#include "sinks/postgres/shape.h"

#include <fmt/format.h>

#include <utility>

#include "sinks/postgres/hash.h"
#include "sinks/postgres/names.h"

namespace collector::postgres_store {

Shape shape_of(const MeasurementPtr& measurement, const RowFormat& format) {
  Shape shape{.measurement = measurement,
              .table = table_name(measurement->name),
              .view = view_name(measurement->name),
              .columns = {}};
  std::string all = shape.table;
  for (Column& column : columns_of(*measurement, format)) {
    ShapeColumn made{.column = std::move(column), .name = {}, .type = {}, .array = {}, .meaning = {}};
    made.name = column_name(made.column.name);
    made.meaning = statistic_name(made.column.what);
    if (made.column.what == Column::What::text)
      made.type = "text", made.array = "text[]";
    else if (made.column.real)
      made.type = "double precision", made.array = "double precision[]";
    else
      made.type = "bigint", made.array = "bigint[]";
    all += fmt::format("|{} {} {}", made.name, made.type, made.meaning);
    shape.columns.push_back(std::move(made));
  }
  shape.hash = hash_of(all);
  return shape;
}

std::string comment_of(const ShapeColumn& column) {
  return fmt::format("{} [{}, {}]", clean(column.column.sentence), clean(column.column.unit), column.meaning);
}

std::string_view meaning_in(std::string_view comment) {
  if (!comment.ends_with(']')) return "";
  const auto comma = comment.rfind(", ");
  if (comma == std::string_view::npos) return "";
  const auto meaning = comment.substr(comma + 2);
  return meaning.substr(0, meaning.size() - 1);
}

}  // namespace collector::postgres_store
