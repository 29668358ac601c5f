// Columns of rows as PostgreSQL's text form of arrays, "{1,2,NULL}": most of our numbers are small, and take
// a third of the bytes that the binary form does.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "sinks/postgres/rows.h"

namespace collector::postgres_store {

// Builds one array.
class ArrayText {
 public:
  explicit ArrayText(std::size_t elements) { text_.reserve(elements * 6 + 2); }
  void add_null() { add("NULL"); }
  void add(std::int64_t value);
  void add(double value);  // not finite: NULL
  void add_text(std::string_view value);
  std::string take();

 private:
  void add(std::string_view token);
  std::string text_;
};

// Start of each row in milliseconds after `base`.
std::string times_of(std::span<const RowRef> rows, WallTime base);
std::string series_of(std::span<const RowRef> rows);
std::string spans_of(std::span<const RowRef> rows);  // milliseconds
std::string flags_of(std::span<const RowRef> rows);
std::string values_of(std::span<const RowRef> rows, const ShapeColumn& column);

}  // namespace collector::postgres_store
