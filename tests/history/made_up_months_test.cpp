// The made-up months are what they say: of the right length, each another one, always the same.
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "tests/history/made_up_months.h"

namespace collector::test {
namespace {

void look_at(const std::vector<MadeUpMonth>& months, std::size_t count, std::size_t processes) {
  ASSERT_EQ(months.size(), count);
  std::set<std::string> names;
  std::set<std::vector<std::uint64_t>> all;
  for (const MadeUpMonth& month : months) {
    names.insert(month.process);
    all.insert(month.bytes);
    const auto hours = static_cast<std::size_t>((month.end - month.first) / 3600);
    EXPECT_EQ(month.bytes.size(), hours);
    EXPECT_EQ(month.seconds.size(), hours);
    EXPECT_EQ(month.first % 86'400, 0);
    EXPECT_GE(month.end - month.begin, 28 * 86'400);
    EXPECT_LE(month.end - month.begin, 31 * 86'400);
    for (const std::int64_t asked : month.asked) {
      EXPECT_EQ(asked % 3600, 0);
      EXPECT_GT(asked, month.begin);
      EXPECT_LT(asked, month.end);
    }
    for (std::size_t hour = 0; hour < hours; ++hour)
      EXPECT_TRUE(month.seconds[hour] > 0 || month.bytes[hour] == 0);
  }
  EXPECT_EQ(names.size(), processes);
  EXPECT_EQ(all.size(), count);
}

TEST(MadeUpMonths, KnownOnesComeFromSixMechanisms) {
  look_at(known_months(), 200, 6);
}
TEST(MadeUpMonths, UnseenOnesHaveTwoMore) {
  look_at(unseen_months(), 50, 8);
}

TEST(MadeUpMonths, AreTheSameEachTime) {
  const auto one = known_months(), other = known_months();
  EXPECT_TRUE(std::ranges::equal(one, other, {}, &MadeUpMonth::bytes, &MadeUpMonth::bytes));
}

}  // namespace
}  // namespace collector::test
