// Which numbers of a row a sink writes, and under which names. One vocabulary for every sink (`counters:` and
// `statistics:`), so that a column means the same everywhere.
//
//   counter    delta → <field>        total → <field>  (`counters: total`);  both → <field> and <field>_total
//              peak  → <field>_peak   (byte counters)
//   increment  as a counter's delta, always under the plain name
//   gauge      mean  → <field>        max → <field>_max, min → <field>_min, last → <field>_last
//              of a constant only the plain name: all four are one number
//   state      text  → <field>
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "collector/core/batch.h"
#include "collector/core/measurement.h"

namespace collector {

enum class Counters : std::uint8_t { delta, total, both };

struct RowFormat {
  Counters counters = Counters::delta;
  bool minimum = false;
  bool maximum = true;
  bool last = false;
  bool peak = true;

  friend bool operator==(const RowFormat&, const RowFormat&) = default;
};

// One column that a measurement has under a format.
struct Column {
  enum class What : std::uint8_t { delta, total, peak, mean, minimum, maximum, last, text };
  std::string name;
  std::size_t field = 0;  // index into the measurement's fields
  What what = What::delta;
  bool real = false;     // double; else int64 (or text)
  std::string unit;      // the field's, "<unit>/second" for a peak
  std::string sentence;  // for comments and documentation

  friend bool operator==(const Column&, const Column&) = default;
};

// "delta", "mean", "min": what a column's numbers are, as databases note it down.
std::string_view statistic_name(Column::What what);

// Hidden fields have no columns. The order is the fields', plain name first.
std::vector<Column> columns_of(const Measurement& measurement, const RowFormat& format);

// The number in a present cell that a column names.
std::int64_t integer_of(const Cell& cell, const Column& column);  // not for real columns
double real_of(const Cell& cell, const Column& column);           // not for integer columns

}  // namespace collector
