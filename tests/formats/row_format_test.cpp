#include "collector/formats/row_format.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace collector {
namespace {

Measurement example() {
  Measurement m;
  m.name = "example";
  m.fields = {
      {.name = "bytes", .kind = FieldKind::counter, .unit = "bytes", .sentence = "Bytes"},
      {.name = "packets", .kind = FieldKind::counter, .unit = "packets", .sentence = "Packets"},
      {.name = "secret", .kind = FieldKind::counter, .unit = "bytes", .sentence = "Hidden", .hidden = true},
      {.name = "extra", .kind = FieldKind::increment, .unit = "bytes", .sentence = "Extra"},
      {.name = "level",
       .kind = FieldKind::gauge,
       .type = FieldType::integer,
       .unit = "1",
       .sentence = "Level"},
      {.name = "load", .kind = FieldKind::gauge, .type = FieldType::real, .unit = "1", .sentence = "Load"},
      {.name = "mode", .kind = FieldKind::state, .type = FieldType::text, .unit = "1", .sentence = "Mode"},
  };
  return m;
}

std::vector<std::string> names(const RowFormat& format) {
  std::vector<std::string> out;
  for (const Column& column : columns_of(example(), format))
    out.push_back(column.name + (column.real ? ":real" : ""));
  return out;
}

using Names = std::vector<std::string>;

TEST(RowFormat, DeltaUnderThePlainNameWithPeakAndMaximumIsTheDefault) {
  EXPECT_EQ(names({}), (Names{"bytes", "bytes_peak:real", "packets", "extra", "level", "level_max",
                              "load:real", "load_max:real", "mode"}));
}

TEST(RowFormat, TotalsTakeThePlainNameOrStandBeside) {
  EXPECT_EQ(names({.counters = Counters::total, .maximum = false, .peak = false}),
            (Names{"bytes", "packets", "extra", "level", "load:real", "mode"}));
  EXPECT_EQ(names({.counters = Counters::both, .maximum = false}),
            (Names{"bytes", "bytes_total", "bytes_peak:real", "packets", "packets_total", "extra", "level",
                   "load:real", "mode"}));
}

TEST(RowFormat, EveryStatisticCanBeHad) {
  EXPECT_EQ(names({.minimum = true, .maximum = true, .last = true, .peak = false}),
            (Names{"bytes", "packets", "extra", "level", "level_max", "level_min", "level_last", "load:real",
                   "load_max:real", "load_min:real", "load_last:real", "mode"}));
}

TEST(RowFormat, ADerivedNameGivesWayToAField) {
  Measurement m;
  m.fields.resize(2);
  m.fields[0].name = "load";
  m.fields[1].name = "load_max";
  std::vector<std::string> found;
  for (const Column& column : columns_of(m, {}))
    found.push_back(column.name);
  EXPECT_EQ(found, (Names{"load", "load_max", "load_max_max"}));
}

TEST(RowFormat, ColumnsPickTheirNumber) {
  const auto columns = columns_of(example(), {.counters = Counters::both, .minimum = true, .last = true});
  Cell counter;
  counter.counter = {.delta = 9007199254740993, .total = 4, .peak = 2.5};
  EXPECT_EQ(integer_of(counter, columns[0]), 9007199254740993);
  EXPECT_EQ(integer_of(counter, columns[1]), 4);
  EXPECT_EQ(real_of(counter, columns[2]), 2.5);
  EXPECT_EQ(columns[2].unit, "bytes/second");
  Cell level;
  level.integers = {.mean = 1, .min = 2, .max = 3, .last = 4};
  Cell load;
  load.reals = {.mean = 1.5, .min = 2.5, .max = 3.5, .last = 4.5};
  const auto named = [&columns](std::string_view name) {
    return *std::ranges::find(columns, name, &Column::name);
  };
  EXPECT_EQ(integer_of(level, named("level")), 1);
  EXPECT_EQ(integer_of(level, named("level_min")), 2);
  EXPECT_EQ(integer_of(level, named("level_max")), 3);
  EXPECT_EQ(integer_of(level, named("level_last")), 4);
  EXPECT_EQ(real_of(load, named("load")), 1.5);
  EXPECT_EQ(real_of(load, named("load_min")), 2.5);
  EXPECT_EQ(real_of(load, named("load_max")), 3.5);
  EXPECT_EQ(real_of(load, named("load_last")), 4.5);
}

}  // namespace
}  // namespace collector
