#include "collector/history/percentile.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <random>

#include "tests/support/random_seed.h"

namespace collector::history::test {
namespace {

constexpr std::int64_t begin = 1'795'392'000;

// Slot i moves i in and 2 i out, all observed for 300 s.
std::vector<Slot> rising(std::size_t count) {
  std::vector<Slot> slots;
  for (std::size_t i = 0; i < count; ++i)
    slots.push_back({begin + static_cast<std::int64_t>(i) * 300, 300'000, i, 2 * i});
  return slots;
}
std::int64_t after(std::size_t count) {
  return begin + static_cast<std::int64_t>(count) * 300;
}

// What vnStat's own tests expect of the same numbers.
TEST(Percentile, OfAHundredSlotsIsThe95th) {
  const auto result = percentile_95(rising(100), begin, after(100));
  ASSERT_TRUE(result);
  EXPECT_EQ(result->in.value, 94U);
  EXPECT_EQ(result->out.value, 188U);
  EXPECT_EQ(result->both.value, 282U);
  EXPECT_EQ(result->larger.value, 188U);
  EXPECT_EQ(result->in.at_least, 94U);
  EXPECT_EQ(result->in.at_most, 94U);
  EXPECT_EQ(result->coverage(), 1);
  EXPECT_TRUE(result->missing.empty());
}

TEST(Percentile, OfOneSlotIsThatSlot) {
  const std::vector<Slot> one = {{begin, 300'000, 1, 2}};
  const auto result = percentile_95(one, begin, after(1));
  ASSERT_TRUE(result);
  EXPECT_EQ(result->in.value, 1U);
  EXPECT_EQ(result->out.value, 2U);
  EXPECT_EQ(result->both.value, 3U);
}

// The month that providers explain it with: 432 of 8,640 slots are free.
TEST(Percentile, OfAMonthLeavesOut36Hours) {
  const auto result = percentile_95(rising(8'640), begin, after(8'640));
  ASSERT_TRUE(result);
  EXPECT_EQ(result->in.value, 8'207U);  // the 8,208th, which moved 8,207
}

// "A month of 1 hour and 40 minutes", as carriers explain it (seanadams.com/95, HNS): of 20 samples each one
// is left out, 0.653 and 1.435 Mbit/s remain, and 1.435 is billed.
TEST(Percentile, OfTheExampleOfCarriersIsWhatTheyBill) {
  constexpr std::array in{139, 653, 201, 116, 84,  32,  47,  185, 198, 203,
                          276, 370, 971, 233, 218, 182, 169, 126, 131, 157};
  constexpr std::array out{1347, 1435, 1229, 523,  438,  231,  347, 689, 940, 1248,
                           1385, 1427, 3988, 1265, 1221, 1013, 992, 874, 896, 1002};
  std::vector<Slot> slots;
  for (std::size_t i = 0; i < in.size(); ++i)  // kbit/s over 300 s, in bytes
    slots.push_back({begin + static_cast<std::int64_t>(i) * 300, 300'000,
                     static_cast<std::uint64_t>(in[i]) * 37'500,
                     static_cast<std::uint64_t>(out[i]) * 37'500});
  const auto result = percentile_95(slots, begin, after(20));
  ASSERT_TRUE(result);
  EXPECT_DOUBLE_EQ(bits_per_second(result->in.value), 653'000);
  EXPECT_DOUBLE_EQ(bits_per_second(result->larger.value), 1'435'000);
}

// The larger one is of the two results, and both is slot by slot: traffic that takes turns has a low sum.
TEST(Percentile, DirectionsAreCountedAsBillsDo) {
  std::vector<Slot> slots;
  for (std::size_t i = 0; i < 20; ++i)
    slots.push_back(
        {begin + static_cast<std::int64_t>(i) * 300, 300'000, i < 2 ? 100U : 1U, i < 1 ? 1U : 5U});
  const auto result = percentile_95(slots, begin, after(20));
  ASSERT_TRUE(result);
  EXPECT_EQ(result->in.value, 100U);
  EXPECT_EQ(result->out.value, 5U);
  EXPECT_EQ(result->larger.value, 100U);
  EXPECT_EQ(result->both.value, 101U);
}

TEST(Percentile, MissingSlotsAreNamedAndNotLeftOutSilently) {
  auto slots = rising(100);
  slots.erase(slots.begin() + 40, slots.begin() + 43);
  slots.erase(slots.begin());
  slots[9].observed = 0;  // that of 10: something moved, so it is known
  slots[19] = {slots[19].start, 0, 0, 0};
  slots[29].observed = 12'000;
  const auto result = percentile_95(slots, begin, after(101));
  ASSERT_TRUE(result);
  EXPECT_EQ(result->slots, 101U);
  EXPECT_EQ(result->known, 95U);
  EXPECT_EQ(result->parts, 2U);
  EXPECT_EQ(
      result->missing,
      (std::vector<MissingSlots>{
          {begin, after(1)}, {after(20), after(21)}, {after(40), after(43)}, {after(100), after(101)}}));
  EXPECT_NEAR(result->coverage(), 95.0 / 101, 1e-12);
}

TEST(Percentile, WithMoreThanOneInTwentyMissingNothingIsTheMost) {
  auto slots = rising(100);
  slots.resize(95);
  const auto at_limit = percentile_95(slots, begin, after(100));
  EXPECT_EQ(at_limit->in, (PercentileValue{90, 89, 94}));
  slots.resize(94);
  const auto above = percentile_95(slots, begin, after(100));
  EXPECT_EQ(above->in, (PercentileValue{89, 88, std::nullopt}));
  EXPECT_EQ(above->larger.at_most, std::nullopt);
  slots.resize(5);
  EXPECT_EQ(percentile_95(slots, begin, after(100))->in, (PercentileValue{4, 0, std::nullopt}));
}

TEST(Percentile, OnlyTheRangeCounts) {
  const auto result = percentile_95(rising(100), after(20), after(40));
  ASSERT_TRUE(result);
  EXPECT_EQ(result->slots, 20U);
  EXPECT_EQ(result->in.value, 38U);
}

TEST(Percentile, OfNothingIsNothing) {
  EXPECT_FALSE(percentile_95({}, begin, after(12)));
  EXPECT_FALSE(percentile_95(rising(10), begin, begin));
  const std::vector<Slot> unseen = {{begin, 0, 0, 0}};
  EXPECT_FALSE(percentile_95(unseen, begin, after(1)));
}

// Whatever moved in the missing slots, the truth is within the limits that were told without them.
TEST(Percentile, LimitsHoldForAnythingThatIsMissing) {
  std::mt19937_64 random(collector::test::random_seed());
  for (int round = 0; round < 300; ++round) {
    std::vector<Slot> all;
    const auto count = static_cast<std::size_t>(1 + random() % 400);
    for (std::size_t i = 0; i < count; ++i)
      all.push_back({begin + static_cast<std::int64_t>(i) * 300, 300'000, random() % 50, random() % 1'000});
    auto known = all;
    std::erase_if(known, [&](const Slot&) { return random() % 30 == 0; });
    const auto truth = percentile_95(all, begin, after(count));
    const auto told = percentile_95(known, begin, after(count));
    if (!told) continue;
    for (const auto part : {&Percentile::in, &Percentile::out, &Percentile::larger, &Percentile::both}) {
      const PercentileValue& value = (*told).*part;
      EXPECT_LE(value.at_least, value.value);
      EXPECT_LE(value.at_least, ((*truth).*part).value);
      if (!value.at_most) continue;
      EXPECT_GE(*value.at_most, value.value);
      EXPECT_GE(*value.at_most, ((*truth).*part).value);
    }
  }
}

}  // namespace
}  // namespace collector::history::test
