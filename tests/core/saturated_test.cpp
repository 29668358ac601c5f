#include "collector/core/saturated.h"

#include <gtest/gtest.h>

namespace collector {
namespace {

constexpr auto most = std::numeric_limits<std::int64_t>::max();
constexpr auto least = std::numeric_limits<std::int64_t>::min();

TEST(Saturated, SumsStayAtTheNearestInteger) {
  EXPECT_EQ(saturated_sum(2, -5), -3);
  EXPECT_EQ(saturated_sum(most - 1, 1), most);
  EXPECT_EQ(saturated_sum(most, 1), most);
  EXPECT_EQ(saturated_sum(least, -1), least);
  EXPECT_EQ(saturated_sum(most, least), -1);
}

TEST(Saturated, RoundsToTheNearestInteger) {
  EXPECT_EQ(saturated_round(2.5), 3);
  EXPECT_EQ(saturated_round(-2.5), -3);
  EXPECT_EQ(saturated_round(0x1p62), std::int64_t{1} << 62);
  EXPECT_EQ(saturated_round(0x1p63), most);
  EXPECT_EQ(saturated_round(1e308), most);
  EXPECT_EQ(saturated_round(std::numeric_limits<double>::infinity()), most);
  EXPECT_EQ(saturated_round(-0x1p63), least);
  EXPECT_EQ(saturated_round(-1e308), least);
  EXPECT_EQ(saturated_round(std::numeric_limits<double>::quiet_NaN()), 0);
}

}  // namespace
}  // namespace collector
