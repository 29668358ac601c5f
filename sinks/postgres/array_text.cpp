#include "sinks/postgres/array_text.h"

#include <array>
#include <charconv>
#include <cmath>

#include "sinks/postgres/names.h"

namespace collector::postgres_store {
namespace {

std::int64_t milliseconds(Duration duration) {
  return std::chrono::floor<std::chrono::milliseconds>(duration).count();
}

template <typename Value>
std::string integers(std::span<const RowRef> rows, Value&& value) {
  ArrayText text(rows.size());
  for (const RowRef& row : rows)
    text.add(static_cast<std::int64_t>(value(row)));
  return text.take();
}

}  // namespace

void ArrayText::add(std::string_view token) {
  text_ += text_.empty() ? '{' : ',';
  text_ += token;
}

void ArrayText::add(std::int64_t value) {
  std::array<char, 24> digits;
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
  add(std::string_view(digits.data(), end));
}

void ArrayText::add(double value) {
  if (!std::isfinite(value)) return add_null();
  std::array<char, 32> digits;
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
  add(std::string_view(digits.data(), end));
}

void ArrayText::add_text(std::string_view value) {
  text_ += text_.empty() ? "{\"" : ",\"";
  for (const char c : value) {
    if (c == '"' || c == '\\') text_ += '\\';
    text_ += c;
  }
  text_ += '"';
}

std::string ArrayText::take() {
  text_ += text_.empty() ? "{}" : "}";
  return std::move(text_);
}

std::string times_of(std::span<const RowRef> rows, WallTime base) {
  return integers(rows, [base](const RowRef& row) { return milliseconds(row.row->start - base); });
}

std::string series_of(std::span<const RowRef> rows) {
  return integers(rows, [](const RowRef& row) { return row.series->id; });
}

std::string spans_of(std::span<const RowRef> rows) {
  return integers(rows, [](const RowRef& row) { return milliseconds(row.row->end - row.row->start); });
}

std::string flags_of(std::span<const RowRef> rows) {
  return integers(rows, [](const RowRef& row) { return row.row->flags; });
}

std::string values_of(std::span<const RowRef> rows, const ShapeColumn& wanted) {
  ArrayText text(rows.size());
  const Column& column = wanted.column;
  for (const RowRef& row : rows) {
    const Cell& cell = row.batch->cells_of(*row.row)[column.field];
    if (!cell.present)
      text.add_null();
    else if (column.what == Column::What::text)
      text.add_text(clean(*cell.text));
    else if (column.real)
      text.add(real_of(cell, column));
    else
      text.add(integer_of(cell, column));
  }
  return text.take();
}

}  // namespace collector::postgres_store
