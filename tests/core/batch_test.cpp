#include "collector/core/batch.h"

#include <gtest/gtest.h>

#include "collector/core/value.h"

namespace collector {
namespace {

TEST(Flags, HaveFixedBitsAndNames) {
  EXPECT_EQ(flags_text(0), "");
  EXPECT_EQ(flags_text(flag::reset | flag::gap), "reset|gap");
  EXPECT_EQ(flags_text(63), "reset|wrap|gap|recovered|implausible|clock");
}

TEST(Batch, CellsOfARowFollowItsMeasurement) {
  const auto measurement =
      std::make_shared<const Measurement>(Measurement{"m",
                                                      "",
                                                      {},
                                                      {{"a", FieldKind::counter, FieldType::integer, "1", ""},
                                                       {"b", FieldKind::gauge, FieldType::real, "1", ""}}});
  SeriesTable table;
  Batch batch;
  for (int i = 0; i < 3; ++i) {
    Row row;
    row.series = table.intern(measurement, {});
    batch.add(row)[1].reals.mean = i;
  }
  EXPECT_EQ(batch.cells.size(), 6U);
  EXPECT_FALSE(batch.cells_of(batch.rows[2])[0].present);
  EXPECT_EQ(batch.cells_of(batch.rows[2])[1].reals.mean, 2);
}

TEST(Text, IsInternedAndBounded) {
  EXPECT_EQ(intern_text("up"), intern_text(std::string("u") + "p"));
  for (int i = 0; i < 20'000; ++i)
    intern_text("text " + std::to_string(i));
  EXPECT_EQ(*intern_text("one more that is new"), "other");
  EXPECT_EQ(*intern_text("up"), "up");
}

}  // namespace
}  // namespace collector
