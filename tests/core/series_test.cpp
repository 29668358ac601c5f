#include "collector/core/series.h"

#include <gtest/gtest.h>

namespace collector {
namespace {

const MeasurementPtr net = std::make_shared<const Measurement>(Measurement{"net", "", {}, {}});
const MeasurementPtr disk = std::make_shared<const Measurement>(Measurement{"disk", "", {}, {}});

TEST(NormaliseTags, SortsDropsEmptyOnesAndKeepsTheFirstOfAKey) {
  EXPECT_EQ(normalise_tags({{"b", "2"}, {"a", "1"}, {"c", ""}, {"b", "3"}, {"", "4"}}),
            (std::vector<Tag>{{"a", "1"}, {"b", "2"}}));
}

TEST(SeriesTable, GivesOneSeriesForOneMeasurementAndTags) {
  SeriesTable table;
  const SeriesPtr series = table.intern(net, {{"interface", "eth0"}, {"kind", "veth"}});
  EXPECT_EQ(table.intern(net, {{"kind", "veth"}, {"interface", "eth0"}}), series);
  EXPECT_NE(table.intern(net, {{"interface", "eth1"}}), series);
  EXPECT_NE(table.intern(disk, {{"interface", "eth0"}, {"kind", "veth"}}), series);
  EXPECT_EQ(table.size(), 3U);
  EXPECT_EQ(series->tag("interface"), "eth0");
  EXPECT_EQ(series->tag("nothing"), "");
  EXPECT_EQ(series->text(), "net{interface=eth0,kind=veth}");
}

TEST(SeriesTable, FoldsWhatIsBeyondItsCapacity) {
  SeriesTable table(2);
  const SeriesPtr a = table.intern(net, {{"i", "a"}});
  const SeriesPtr b = table.intern(net, {{"i", "b"}});
  const SeriesPtr c = table.intern(net, {{"i", "c"}});
  EXPECT_EQ(c->text(), "net{other=true}");
  EXPECT_EQ(table.intern(net, {{"i", "d"}}), c);
  EXPECT_EQ(table.intern(net, {{"i", "a"}}), a) << "those that are there stay";
  EXPECT_EQ(table.folded(), 2U);
}

TEST(SeriesTable, CapacityCanBeRaisedAndLowered) {
  SeriesTable table(1);
  const auto measurement = std::make_shared<const Measurement>();
  const SeriesPtr first = table.intern(measurement, {{"a", "1"}});
  EXPECT_EQ(table.intern(measurement, {{"a", "2"}})->tag("other"), "true");
  table.set_capacity(4);
  EXPECT_EQ(table.intern(measurement, {{"a", "2"}})->tag("a"), "2");
  table.set_capacity(1);
  EXPECT_EQ(table.intern(measurement, {{"a", "1"}}), first);
  EXPECT_EQ(table.intern(measurement, {{"a", "3"}})->tag("other"), "true");
  // What is said of a field stays apart from what is said of another.
  EXPECT_EQ(table.intern(measurement, {{"a", "4"}, {"field", "f"}, {"measurement", "m"}})->text(),
            measurement->name + "{field=f,measurement=m,other=true}");
}

TEST(SeriesTable, FullOneMakesRoomWhereItCan) {
  SeriesTable table(1000);
  std::vector<SeriesPtr> held;
  const auto intern = [&](int i) { return table.intern(net, {{"i", std::to_string(i)}}); };
  for (int i = 0; i < 500; ++i)
    held.push_back(intern(i));
  for (int i = 500; i < 20'000; ++i)
    EXPECT_EQ(intern(i)->tag("other"), "") << i;
  EXPECT_LE(table.size(), 1000U);
  EXPECT_EQ(table.folded(), 0U);
  for (int i = 0; i < 500; ++i)
    EXPECT_EQ(intern(i), held[static_cast<std::size_t>(i)]);
  // Nearly full of what is in use, every place that is free is found before long.
  for (int i = 20'000; held.size() < 990; ++i)
    held.push_back(intern(i));
  for (int i = 30'000; i < 31'000; ++i)
    intern(i);
  EXPECT_GT(table.folded(), 0U);
  EXPECT_LT(table.folded(), 1000U);
}

TEST(SeriesTable, SweepForgetsWhatNobodyHolds) {
  SeriesTable table;
  const SeriesPtr kept = table.intern(net, {{"i", "a"}});
  table.intern(net, {{"i", "b"}});
  EXPECT_EQ(table.sweep(), 1U);
  EXPECT_EQ(table.size(), 1U);
  EXPECT_EQ(table.intern(net, {{"i", "a"}}), kept);
}

}  // namespace
}  // namespace collector
