#include "collector/formats/line_protocol.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <string_view>
#include <utility>
#include <vector>

namespace collector {
namespace {

// Escapes `special` characters by a backslash. A line break would end the line, and no escape for it exists
// outside of strings: it becomes a space. A trailing backslash would escape what follows: it is doubled.
void append_escaped(std::string_view text, std::string_view special, std::string& out) {
  for (const char c : text) {
    if (c == '\n' || c == '\r') {
      out += special.find(' ') != std::string_view::npos ? "\\ " : " ";
      continue;
    }
    if (special.find(c) != std::string_view::npos) out += '\\';
    out += c;
  }
  if (!text.empty() && text.back() == '\\') out += '\\';
}

void append_string(std::string_view text, std::string& out) {
  out += '"';
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c == '\n' || c == '\r' ? ' ' : c;
  }
  out += '"';
}

template <typename T>
void append_number(T value, std::string& out) {
  std::array<char, 32> digits{};
  const auto [end, error] = std::to_chars(digits.data(), digits.data() + digits.size(), value);
  if (error == std::errc{}) out.append(digits.data(), end);
}

void append_tags(const Batch& batch, const Series& series, std::string& out) {
  std::vector<Tag> tags(series.tags().begin(), series.tags().end());
  // The series' own tag wins over a label of the same name: normalise_tags keeps the first.
  tags.insert(tags.end(), batch.labels.begin(), batch.labels.end());
  for (const Tag& tag : normalise_tags(std::move(tags))) {
    out += ',';
    append_escaped(tag.key, ",= ", out);
    out += '=';
    append_escaped(tag.value, ",= ", out);
  }
}

// False when the value can't be written.
bool append_field(const Cell& cell, const Column& column, std::string& out) {
  if (column.what == Column::What::text) {
    append_string(*cell.text, out);
    return true;
  }
  if (!column.real) {
    append_number(integer_of(cell, column), out);
    out += 'i';
    return true;
  }
  const double value = real_of(cell, column);
  if (!std::isfinite(value)) return false;
  append_number(value, out);
  return true;
}

}  // namespace

void append_line_protocol(const Batch& batch, const Row& row, const RowFormat& format, std::string& out) {
  const std::size_t start = out.size();
  append_escaped(row.series->measurement().name, ", ", out);
  append_tags(batch, *row.series, out);
  char separator = ' ';
  const auto cells = batch.cells_of(row);
  for (const Column& column : columns_of(row.series->measurement(), format)) {
    if (!cells[column.field].present) continue;
    const std::size_t before = out.size();
    out += separator;
    append_escaped(column.name, ",= ", out);
    out += '=';
    if (append_field(cells[column.field], column, out))
      separator = ',';
    else
      out.resize(before);
  }
  if (separator == ' ') {
    out.resize(start);
    return;
  }
  out += ' ';
  append_number((row.end + std::chrono::milliseconds(row.clock_steps)).time_since_epoch().count(), out);
  out += '\n';
}

}  // namespace collector
