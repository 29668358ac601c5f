// The table "Rules for numbers", one test per rule: what one object's counters advance by.
#include "collector/pipeline/rates.h"

#include <gtest/gtest.h>

#include <limits>

#include "tests/pipeline/rig.h"

namespace collector::test {
namespace {

constexpr std::uint64_t giga = 1'000'000'000;
constexpr std::uint64_t top = std::numeric_limits<std::uint64_t>::max();

TEST(Rules, FirstSightEverIsBaselineOnly) {
  RatesRig rig;
  const auto first = rig.read({{"eth0", 2, {5000, 7000, 9}}});
  for (const Advance& advance : first.at("eth0").advances)
    EXPECT_FALSE(advance.present);
  EXPECT_EQ(first.at("eth0").flags, 0);
  EXPECT_EQ(first.at("eth0").since, rig.clock.now());
}

TEST(Rules, ValueNotBelowPreviousGivesTheDifference) {
  RatesRig rig;
  rig.read({{"eth0", 2, {5000, 7000, 9}}});
  const Instant before = rig.clock.now();
  const auto next = rig.read_after(milliseconds(1500), {{"eth0", 2, {5001, 7000, 19}}}).at("eth0");
  EXPECT_TRUE(next[0].present && next[1].present && next[2].present);
  EXPECT_EQ(next[0].delta, 1);
  EXPECT_EQ(next[1].delta, 0);
  EXPECT_EQ(next[2].delta, 10);
  EXPECT_EQ(next.flags, 0);
  EXPECT_EQ(next.since, before);
}

TEST(Rules, ElapsedIsTheBootTimeDifference) {
  RatesRig rig;
  rig.read({{"eth0", 2, {0, 0, 0}}});
  rig.clock.step_wall(hours(-5));
  const auto next = rig.read_after(milliseconds(1250), {{"eth0", 2, {10, 0, 0}}}).at("eth0");
  EXPECT_EQ(next[0].elapsed, milliseconds(1250));
}

TEST(Rules, FieldThatAppearsLaterIsBaselineOnlyThenCounts) {
  RatesRig rig;
  rig.read({{"eth0", 2, {10}}});
  EXPECT_FALSE(rig.read_after(seconds(1), {{"eth0", 2, {11, 500}}}).at("eth0")[1].present);
  EXPECT_EQ(rig.read_after(seconds(1), {{"eth0", 2, {12, 501}}}).at("eth0")[1].delta, 1);
}

TEST(Rules, FieldAbsentForAReadingCountsFromItsOwnLastOne) {
  RatesRig rig;
  rig.read({{"eth0", 2, {10, 20}}});
  const Instant before = rig.clock.now();
  EXPECT_FALSE(rig.read_after(seconds(1), {{"eth0", 2, {11}}}).at("eth0")[1].present);
  const auto next = rig.read_after(seconds(1), {{"eth0", 2, {12, 50}}}).at("eth0");
  EXPECT_EQ(next[1].delta, 30);
  EXPECT_EQ(next[1].elapsed, seconds(2));
  EXPECT_EQ(next[0].elapsed, seconds(1));
  EXPECT_EQ(next.since, before);
}

TEST(Rules, StepBackBelowOnePercentKeepsTheHigherValue) {
  RatesRig rig;
  rig.read({{"eth0", 2, {10000, 1, 1}}});
  const auto back = rig.read_after(seconds(1), {{"eth0", 2, {9901, 1, 1}}}).at("eth0");
  EXPECT_TRUE(back[0].present);
  EXPECT_EQ(back[0].delta, 0);
  EXPECT_EQ(back.flags, 0);
  EXPECT_EQ(rig.rates->figures().steps_back, 1);
  EXPECT_EQ(rig.read_after(seconds(1), {{"eth0", 2, {10005, 1, 1}}}).at("eth0")[0].delta, 5);
  EXPECT_EQ(rig.rates->figures().resets, 0);
}

TEST(Rules, StepBackOfOnePercentIsAReset) {
  RatesRig rig;
  rig.read({{"eth0", 2, {10000, 1, 1}}});
  const auto reset = rig.read_after(seconds(1), {{"eth0", 2, {9900, 1, 1}}}).at("eth0");
  EXPECT_EQ(reset[0].delta, 9900);
  EXPECT_EQ(reset[0].flags, flag::reset);
}

TEST(Rules, StepBackOfATinyCounterIsAReset) {
  RatesRig rig;
  rig.read({{"eth0", 2, {100, 1, 1}}});
  EXPECT_EQ(rig.read_after(seconds(1), {{"eth0", 2, {99, 1, 1}}}).at("eth0")[0].delta, 99);
}

TEST(Rules, LargeDropIsAResetCountedFromZero) {
  RatesRig rig;
  rig.read({{"eth0", 2, {5 * giga, 4 * giga, 100}}});
  const auto reset = rig.read_after(seconds(1), {{"eth0", 2, {300, 200, 2}}}).at("eth0");
  EXPECT_EQ(reset[0].delta, 300);
  EXPECT_EQ(reset[1].delta, 200);
  EXPECT_EQ(reset[2].delta, 2);
  EXPECT_EQ(reset.flags, flag::reset);
  EXPECT_EQ(rig.rates->figures().resets, 1);
}

TEST(Rules, OneDirectionsResetLeavesTheOtherAlone) {
  RatesRig rig;
  rig.read({{"eth0", 2, {5 * giga, 4 * giga, 100}}});
  const auto next = rig.read_after(seconds(1), {{"eth0", 2, {70, 4 * giga + 9, 101}}}).at("eth0");
  EXPECT_EQ(next[0].delta, 70);
  EXPECT_EQ(next[0].flags, flag::reset);
  EXPECT_EQ(next[1].delta, 9);
  EXPECT_EQ(next[1].flags, 0);
  EXPECT_EQ(next[2].delta, 1);
}

TEST(Rules, OneCounterAloneDroppingToZeroIsAResetAtOnce) {
  RatesRig rig;
  rig.read({{"eth0", 2, {5 * giga, 4 * giga, 100}}});
  const auto next = rig.read_after(seconds(1), {{"eth0", 2, {0, 4 * giga, 100}}}).at("eth0");
  EXPECT_TRUE(next[0].present);
  EXPECT_EQ(next[0].delta, 0);
  EXPECT_EQ(next[0].flags, flag::reset);
  EXPECT_EQ(rig.read_after(seconds(1), {{"eth0", 2, {8, 4 * giga, 100}}}).at("eth0")[0].delta, 8);
}

TEST(Rules, Wrap32BitWithinTheLimitIsExact) {
  RatesRig rig(net_measurement(32));
  rig.read({{"eth0", 2, {4294967290, 5, 4294967295}}});
  const auto next = rig.read_after(seconds(1), {{"eth0", 2, {10, 6, 4}}}, 1e6).at("eth0");
  EXPECT_EQ(next[0].delta, 16);
  EXPECT_EQ(next[0].flags, flag::wrap);
  EXPECT_EQ(next[1].delta, 1);
  EXPECT_EQ(next[1].flags, 0);
  EXPECT_EQ(next[2].delta, 5);
  EXPECT_EQ(next[2].flags, flag::wrap);
  EXPECT_EQ(rig.rates->figures().resets, 0);
}

// A disk that was replaced: its 64-bit counters tell that the short ones have not wrapped.
TEST(Rules, WhatIsResetHasNotWrapped) {
  const auto mixed = std::make_shared<Measurement>(*net_measurement(32));
  mixed->fields[1].counter_bits = 64;
  RatesRig rig(mixed);
  rig.read({{"eth0", 2, {4'000'000'000, 5 * giga, 4'000'000'000}}});
  const auto next = rig.read_after(seconds(1), {{"eth0", 2, {10, 20, 30}}}, 1e12).at("eth0");
  for (const std::size_t i : {0U, 1U, 2U}) {
    EXPECT_EQ(next[i].delta, 10 * (i + 1));
    EXPECT_EQ(next[i].flags, flag::reset);
  }
}

TEST(Rules, Wrap32BitBeyondTheLimitIsAReset) {
  RatesRig rig(net_measurement(32));
  rig.read({{"eth0", 2, {3'000'000'000, 5, 2'000'000'000}}});
  const auto next = rig.read_after(seconds(1), {{"eth0", 2, {10, 5, 4}}}, 1e6).at("eth0");
  EXPECT_EQ(next[0].delta, 10);
  EXPECT_EQ(next[0].flags, flag::reset);
  EXPECT_EQ(next[2].delta, 4) << "2^32 - 2,000,000,000 packets are more than half the way round";
  EXPECT_EQ(next[2].flags, flag::reset);
}

TEST(Rules, Counter64BitNeverWraps) {
  RatesRig rig;
  rig.read({{"eth0", 2, {4294967290, 5, 5}}});
  EXPECT_EQ(rig.read_after(seconds(1), {{"eth0", 2, {10, 5, 5}}}).at("eth0")[0].flags, flag::reset);
}

TEST(Rules, CounterAt2To64Minus1) {
  RatesRig rig;
  rig.read({{"eth0", 2, {10, 5, top}}});
  const auto up = rig.read_after(seconds(1), {{"eth0", 2, {top, 6, top}}}).at("eth0");
  EXPECT_EQ(up[0].delta, top - 10);
  EXPECT_EQ(up[2].delta, 0);
  const auto over = rig.read_after(seconds(1), {{"eth0", 2, {20, 7, top}}}).at("eth0");
  EXPECT_EQ(over[0].delta, 20);
  EXPECT_EQ(over[0].flags, flag::reset);
}

TEST(Rules, OneZeroReadBetweenTwoGoodOnesIsAGlitch) {
  RatesRig rig;
  rig.read({{"eth0", 2, {5 * giga, 4 * giga, 0}}});
  const Instant before = rig.clock.now();
  const auto held = rig.read_after(seconds(1), {{"eth0", 2, {0, 0, 0}}}).at("eth0");
  for (const Advance& advance : held.advances)
    EXPECT_FALSE(advance.present);
  const auto next = rig.read_after(seconds(1), {{"eth0", 2, {5 * giga + 30, 4 * giga, 0}}}).at("eth0");
  EXPECT_EQ(next[0].delta, 30);
  EXPECT_EQ(next[0].elapsed, seconds(2));
  EXPECT_EQ(next.flags, 0);
  EXPECT_EQ(next.since, before);
  EXPECT_EQ(rig.rates->figures().glitches, 1);
  EXPECT_EQ(rig.rates->figures().resets, 0);
}

TEST(Rules, GlitchThatComesBackASmallStepLowerIsNoReset) {
  RatesRig rig;
  rig.read({{"eth0", 2, {5 * giga, 0, 0}}});
  rig.read_after(seconds(1), {{"eth0", 2, {0, 0, 0}}});
  const auto next = rig.read_after(seconds(1), {{"eth0", 2, {5 * giga - 1, 0, 0}}}).at("eth0");
  EXPECT_EQ(next[0].delta, 0);
  EXPECT_EQ(next.flags, 0);
  EXPECT_EQ(rig.rates->figures().glitches, 1);
}

TEST(Rules, AllZeroThenStillLowIsAReset) {
  RatesRig rig;
  rig.read({{"eth0", 2, {5 * giga, 4 * giga, 0}}});
  rig.read_after(seconds(1), {{"eth0", 2, {0, 0, 0}}});
  const auto next = rig.read_after(seconds(1), {{"eth0", 2, {12, 3, 1}}}).at("eth0");
  EXPECT_EQ(next[0].delta, 12);
  EXPECT_EQ(next[1].delta, 3);
  EXPECT_EQ(next[2].delta, 1);
  EXPECT_EQ(next.flags, flag::reset);
  EXPECT_EQ(rig.rates->figures().glitches, 0);
}

TEST(Rules, AllZeroTwiceIsAResetAndCountsFromZero) {
  RatesRig rig;
  rig.read({{"eth0", 2, {5 * giga, 4 * giga, 0}}});
  rig.read_after(seconds(1), {{"eth0", 2, {0, 0, 0}}});
  const auto second = rig.read_after(seconds(1), {{"eth0", 2, {0, 0, 0}}}).at("eth0");
  EXPECT_EQ(second[0].delta, 0);
  EXPECT_EQ(second.flags, flag::reset);
  EXPECT_EQ(rig.read_after(seconds(1), {{"eth0", 2, {7, 0, 0}}}).at("eth0")[0].delta, 7);
}

TEST(Rules, AllZeroWithNoNextTickKeepsTheOldBaseline) {
  RatesRig rig;
  rig.read({{"eth0", 2, {5 * giga, 4 * giga, 0}}});
  const Instant before = rig.clock.now();
  rig.read_after(seconds(1), {{"eth0", 2, {0, 0, 0}}});
  rig.restart("boot-1");
  ASSERT_EQ(rig.stored.series.size(), 1);
  EXPECT_EQ(rig.stored.series[0].objects.at(0).raw[0], 5 * giga);
  EXPECT_EQ(rig.stored.series[0].objects.at(0).taken, before);
  const auto next = rig.read_after(seconds(1), {{"eth0", 2, {5 * giga + 1, 4 * giga, 0}}}).at("eth0");
  EXPECT_EQ(next[0].delta, 1);
  EXPECT_EQ(next.flags, flag::recovered);
}

TEST(Rules, TickLateByMoreThanThreeIntervalsIsAGap) {
  RatesRig rig;
  rig.read({{"eth0", 2, {0, 0, 0}}});
  EXPECT_EQ(rig.read_after(seconds(3), {{"eth0", 2, {5, 0, 0}}}).at("eth0").flags, 0);
  const auto late = rig.read_after(milliseconds(3001), {{"eth0", 2, {9, 0, 0}}}).at("eth0");
  EXPECT_EQ(late.flags, flag::gap);
  EXPECT_EQ(late[0].delta, 4);
  EXPECT_EQ(late[0].elapsed, milliseconds(3001));
  EXPECT_EQ(rig.rates->figures().gaps, 1);
}

TEST(Rules, SuspendOf8HoursKeepsTheDeltaAndTheTrueSpan) {
  RatesRig rig;
  rig.read({{"eth0", 2, {0, 0, 0}}});
  const auto woken = rig.read_after(hours(8), {{"eth0", 2, {5 * giga, 0, 0}}}).at("eth0");
  EXPECT_EQ(woken[0].delta, 5 * giga);
  EXPECT_EQ(woken[0].elapsed, hours(8));
  EXPECT_EQ(woken.flags, flag::gap);
}

TEST(Rules, HiddenCountersAreTracked) {
  RatesRig rig;
  rig.read({{"eth0", 2, {0, 0, 0}}});
  std::uint16_t flags = 0;
  const auto hidden = [&rig, &flags](std::uint64_t raw) {
    Sample sample;
    sample.taken = rig.clock.now();
    const SeriesPtr series = rig.series("eth0");
    sample.add({.series = series.get(), .object = 2, .space = 1})[5] = Value::counter(raw);
    rig.rates->begin(sample);
    const auto advance = rig.rates->advance(sample.readings()[0], seconds(1), unlimited);
    flags = advance.flags;
    return advance.advances[5];
  };
  EXPECT_FALSE(hidden(40).present);
  EXPECT_EQ(hidden(45).delta, 5);
  EXPECT_EQ(hidden(30).flags, flag::reset);
  EXPECT_EQ(flags, 0) << "no number of the row was counted from zero";
  EXPECT_EQ(rig.rates->figures().resets, 0);
}

TEST(Rules, IncrementsPassAsTheyAreAndAreNeverRecovered) {
  const auto measurement = std::make_shared<const Measurement>(
      Measurement{"events", "Test", {}, {{"lost", FieldKind::increment, FieldType::integer, "1", "Lost"}}});
  RatesRig rig(measurement);
  EXPECT_EQ(rig.read({{"x", 0, {3}, 0}}).at("x")[0].delta, 3);
  EXPECT_EQ(rig.rates->add_to_total(*rig.series("x"), 0, 3), 3);
  rig.restart("boot-2");
  const auto next = rig.read_after(seconds(1), {{"x", 0, {2}, 0}}).at("x");
  EXPECT_EQ(next[0].delta, 2);
  EXPECT_EQ(next.flags, 0);
  EXPECT_EQ(rig.rates->add_to_total(*rig.series("x"), 0, 2), 5);
}

}  // namespace
}  // namespace collector::test
