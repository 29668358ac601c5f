// Shape: the columns that one definition of a measurement has in its table, under the sink's format. Follows
// from the definition alone.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "collector/core/measurement.h"
#include "collector/formats/row_format.h"

namespace collector::postgres_store {

struct ShapeColumn {
  Column column;
  std::string name;          // in the table
  std::string_view type;     // "bigint", "double precision", "text"
  std::string_view array;    // "bigint[]" …
  std::string_view meaning;  // "delta", "total", "peak", "mean", "min", "max", "last", "text"
};

struct Shape {
  MeasurementPtr measurement;
  std::string table;
  std::string view;
  std::vector<ShapeColumn> columns;
  std::uint64_t hash = 0;  // equal for shapes that need the same table
};

Shape shape_of(const MeasurementPtr& measurement, const RowFormat& format);

// "Bytes received (in the row's span) [bytes, delta]": what a column's comment says, and what it says the
// column's meaning is; empty where it says nothing.
std::string comment_of(const ShapeColumn& column);
std::string_view meaning_in(std::string_view comment);

}  // namespace collector::postgres_store
