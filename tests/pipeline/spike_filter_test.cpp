#include "collector/pipeline/spike_filter.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "tests/pipeline/rig.h"

namespace collector::test {
namespace {

constexpr std::int64_t largest = std::numeric_limits<std::int64_t>::max();

// The filter's verdict on one advance of one field.
class SpikeFilterTest : public testing::Test {
 protected:
  std::optional<Quarantined> check(std::size_t field, std::uint64_t delta, Duration elapsed,
                                   double byte_limit = max_rate, std::int64_t total = 0) {
    advances_.assign(6, {});
    advances_[field] = {.present = true, .delta = delta, .elapsed = elapsed, .ahead = &ahead_};
    return filter_.check(reading(byte_limit), field, total);
  }
  ReadingAdvance reading(double byte_limit = max_rate) {
    ReadingAdvance reading;
    reading.series = eth0_.get();
    reading.advances = advances_;
    reading.byte_limit = byte_limit;
    return reading;
  }

  Machine machine_;
  SeriesPtr eth0_ = machine_.series("eth0");
  SpikeFilter filter_{max_rate, machine_.table};
  std::vector<Advance> advances_;
  double ahead_ = 0;  // of the counter; another one where it is set to 0
};

TEST_F(SpikeFilterTest, WhatTheLinkCanCarryPasses) {
  EXPECT_FALSE(check(0, 12'500'000'000, seconds(1)));
  EXPECT_FALSE(check(0, 25'000'000'000, seconds(2)));
  EXPECT_EQ(filter_.quarantined(), 0);
}

TEST_F(SpikeFilterTest, TenGigabitPerSecondForOneSecondPasses) {
  EXPECT_FALSE(check(0, 1'250'000'000, seconds(1))) << "under the default limit";
  EXPECT_FALSE(check(0, 1'250'000'000, seconds(1), 1.25e9 * 1.05)) << "under the link's own";
}

TEST_F(SpikeFilterTest, RateAboveTheLimitIsSetAsideAndSaysWhy) {
  const auto verdict = check(0, 31'250'000'001, seconds(1));
  ASSERT_TRUE(verdict) << "more than a second and all that the hardware may have kept back";
  EXPECT_EQ(verdict->delta, 31'250'000'001);
  EXPECT_EQ(verdict->elapsed, seconds(1));
  EXPECT_EQ(verdict->limit, max_rate);
  EXPECT_EQ(verdict->series->text(), "quarantine{field=bytes_recv,interface=eth0,measurement=net}");
  EXPECT_EQ(filter_.quarantined(), 1);
}

TEST_F(SpikeFilterTest, EachDirectionByItself) {
  advances_.assign(6, {});
  advances_[0] = {true, 90'000'000'000, seconds(1), 0};
  advances_[1] = {true, 90, seconds(1), 0};
  EXPECT_TRUE(filter_.check(reading(), 0, 0));
  EXPECT_FALSE(filter_.check(reading(), 1, 0));
}

TEST_F(SpikeFilterTest, ElapsedTimeCountsNotTheInterval) {
  EXPECT_FALSE(check(0, 12'500'000'000 * 3600 * 8, hours(8)));
  EXPECT_TRUE(check(0, 31'250'000'000, milliseconds(900)));
}

// Many network cards write their counters to memory once a second, by a clock of their own: most readings
// show one period, now and then one shows two or none. At full speed of the link (1 Gbit/s, its limit 5 %
// above).
TEST_F(SpikeFilterTest, ACardThatUpdatesItsCountersOnceASecondIsBelievedAtFullSpeed) {
  constexpr double line = 125e6;
  for (const int period : {1000, 999, 970, 900, 1030}) {
    SCOPED_TRACE(period);
    ahead_ = 0;
    std::uint64_t shown = 0;
    for (int now = 1000; now <= 400'000; now += 1000) {
      const auto counted = static_cast<std::uint64_t>(line * (now / period * period) / 1000);
      ASSERT_FALSE(check(0, counted - shown, seconds(1), line * 1.05)) << "at " << now << " ms";
      shown = counted;
    }
  }
}

TEST_F(SpikeFilterTest, WhatPassesInTheLongRunIsNeverMoreThanTheLimitAllows) {
  constexpr double limit = 1000;
  std::uint64_t passed = 0;
  for (int i = 0; i < 100; ++i)
    if (!check(0, 2000, seconds(1), limit)) passed += 2000;
  EXPECT_LE(static_cast<double>(passed), limit * (100 + 1.5));
  EXPECT_GE(passed, 98'000) << "and what the limit allows passes";
}

// Two processors' stolen time: half a minute may be told late, but not by a counter that has just begun anew.
TEST_F(SpikeFilterTest, ACounterThatBeganAnewHasNothingToTellLate) {
  const auto stolen = std::make_shared<const Measurement>(
      Measurement{"cpu",
                  "Test processors",
                  {},
                  {bounded({"time_steal", FieldKind::counter, FieldType::integer, "jiffies", "Stolen"},
                           {.per_second = 100, .per_processor = true, .lag = seconds(30)})}});
  const SeriesPtr series = machine_.table.intern(stolen, {});
  const auto passes = [&](std::uint64_t delta, std::uint16_t flags = 0) {
    advances_.assign(1, {});
    advances_[0] = {.present = true, .delta = delta, .elapsed = seconds(1), .flags = flags, .ahead = &ahead_};
    ReadingAdvance all;
    all.series = series.get();
    all.advances = advances_;
    all.processors = 2;
    return !filter_.check(all, 0, 0);
  };
  EXPECT_TRUE(passes(6000)) << "a machine that was halted for half a minute";
  ahead_ = 0;
  EXPECT_TRUE(passes(500, flag::reset));
  EXPECT_FALSE(passes(500));
  EXPECT_FALSE(passes(500)) << "nor later: that is no time that passed";
  EXPECT_TRUE(passes(20));
  for (int second = 0; second < 30; ++second)
    EXPECT_TRUE(passes(0));
  EXPECT_TRUE(passes(6000)) << "half a minute later it may again";
  EXPECT_FALSE(passes(900'000));
  EXPECT_FALSE(passes(500)) << "after a leap, too";
}

// Nobody knows when exactly the reading before was: the advance may have taken so much longer.
TEST_F(SpikeFilterTest, TheUncertaintyOfAReadingIsPartOfItsTime) {
  advances_.assign(6, {});
  advances_[0] = {.present = true, .delta = 5000, .elapsed = seconds(1), .tolerance = milliseconds(2500)};
  EXPECT_FALSE(filter_.check(reading(1000), 0, 0)) << "1 s, 2.5 s and what the source may be behind";
  advances_[0].delta = 5001;
  EXPECT_TRUE(filter_.check(reading(1000), 0, 0));
  advances_[0].delta = 3500;
  EXPECT_EQ(filter_.certain_time(reading(1000), 0), milliseconds(3500));
  advances_[0].delta = 3501;
  EXPECT_EQ(filter_.certain_time(reading(1000), 0), milliseconds(5000)) << "the source was behind";
}

TEST_F(SpikeFilterTest, PacketsAreHeldToTheSmallestPossible) {
  EXPECT_FALSE(check(2, 1'562'500'000, seconds(1)));
  ahead_ = 0;
  const auto verdict = check(2, 1'562'500'001, seconds(1));
  ASSERT_TRUE(verdict);
  EXPECT_EQ(verdict->limit, max_rate / 20);
}

TEST_F(SpikeFilterTest, OtherUnitsHaveOnlyTheStorableBound) {
  EXPECT_FALSE(check(5, static_cast<std::uint64_t>(largest), milliseconds(1)));
  const auto verdict = check(5, static_cast<std::uint64_t>(largest) + 1, seconds(1));
  ASSERT_TRUE(verdict);
  EXPECT_EQ(verdict->limit, 0);
}

TEST_F(SpikeFilterTest, DeltaThatWouldOverflowTheTotalIsSetAside) {
  EXPECT_FALSE(check(0, 10, seconds(1), max_rate, largest - 10));
  const auto verdict = check(0, 11, seconds(1), max_rate, largest - 10);
  ASSERT_TRUE(verdict);
  EXPECT_EQ(verdict->delta, 11);
  EXPECT_EQ(verdict->limit, 0);
}

TEST_F(SpikeFilterTest, ReadingsOwnLimitGoesBeforeTheConfiguredOne) {
  Reading reading;
  EXPECT_EQ(filter_.byte_limit(reading), max_rate);
  reading.byte_limit = 1e6;
  EXPECT_EQ(filter_.byte_limit(reading), 1e6);
  filter_.set_max_rate(5);
  EXPECT_EQ(filter_.byte_limit({}), 5);
}

// Fields that say what bounds them.
class BoundTest : public testing::Test {
 protected:
  static constexpr std::size_t busy = 0, waited = 1, percent = 2, total = 3, used = 4, free = 5, load = 6;

  ReadingAdvance reading(std::uint32_t processors = 1) {
    ReadingAdvance reading;
    reading.series = series_.get();
    reading.advances = advances_;
    reading.values = values_;
    reading.processors = processors;
    return reading;
  }
  bool advance_passes(std::size_t field, std::uint64_t delta, std::uint32_t processors) {
    advances_.assign(7, {});
    advances_[field] = {.present = true, .delta = delta, .elapsed = seconds(1)};
    return !filter_.check(reading(processors), field, 0);
  }
  std::optional<Quarantined> level(std::size_t field, Value value) {
    values_.assign(7, {});
    values_[total] = Value::integer(1000);
    values_[field] = value;
    return filter_.check_level(reading(), field);
  }

  SeriesTable table_;
  SeriesPtr series_ = table_.intern(
      std::make_shared<const Measurement>(Measurement{
          "load",
          "Test",
          {},
          {bounded({"busy", FieldKind::counter, FieldType::integer, "jiffies", "Time"},
                   {.per_second = 100, .per_processor = true, .lag = Duration::zero()}),
           bounded({"waited", FieldKind::counter, FieldType::integer, "microseconds", "Time"},
                   {.per_second = 1e6, .lag = seconds(3)}),
           {"percent", FieldKind::gauge, FieldType::real, "percent", "Share"},
           {"total", FieldKind::gauge, FieldType::integer, "bytes", "Size"},
           bounded({"used", FieldKind::gauge, FieldType::integer, "bytes", "Part"}, {.most_field = "total"}),
           {"free", FieldKind::gauge, FieldType::integer, "bytes", "Part"},
           {"load", FieldKind::gauge, FieldType::real, "1", "Level"}}}),
      {});
  SpikeFilter filter_{max_rate, table_};
  std::vector<Advance> advances_;
  std::vector<Value> values_;
};

TEST_F(BoundTest, NoCounterOfTimeGoesFurtherThanTimeOfAllProcessors) {
  EXPECT_TRUE(advance_passes(busy, 100, 1));
  EXPECT_FALSE(advance_passes(busy, 101, 1));
  EXPECT_TRUE(advance_passes(busy, 400, 4));
  EXPECT_FALSE(advance_passes(busy, 401, 4));
  EXPECT_TRUE(advance_passes(waited, 4'000'000, 8)) << "added up by the kernel every two seconds";
  EXPECT_FALSE(advance_passes(waited, 4'000'001, 8));
}

TEST_F(BoundTest, LevelsThatCanNotBeAreSetAsideWithTheBoundTheyBreak) {
  EXPECT_FALSE(level(percent, Value::real(100)));
  EXPECT_FALSE(level(percent, Value::real(0)));
  EXPECT_FALSE(level(used, Value::integer(1000)));
  EXPECT_FALSE(level(load, Value::real(-1e9))) << "nothing is known of it";
  const auto above = level(percent, Value::real(100.5));
  ASSERT_TRUE(above);
  EXPECT_EQ(above->limit, 100);
  EXPECT_EQ(above->level, 100.5);
  EXPECT_EQ(above->series->text(), "quarantine{field=percent,measurement=load}");
  EXPECT_TRUE(level(percent, Value::real(-0.5)));
  EXPECT_TRUE(level(used, Value::integer(1001))) << "more than there is";
  EXPECT_TRUE(level(free, Value::integer(-1)));
  EXPECT_EQ(filter_.quarantined(), 4U);
}

TEST_F(BoundTest, NumbersThatNoRowCanHoldAreSetAside) {
  const auto limit = [this](std::size_t field, double number) {
    const auto verdict = level(field, Value::real(number));
    return verdict ? verdict->limit : -1;
  };
  EXPECT_EQ(limit(load, NAN), 0);
  EXPECT_EQ(limit(load, INFINITY), 0);
  EXPECT_EQ(limit(load, -INFINITY), 0);
  EXPECT_EQ(limit(percent, INFINITY), 100) << "the bound that it breaks";
  EXPECT_EQ(limit(free, 9.3e18), 0) << "beyond an integer";
  EXPECT_EQ(filter_.quarantined(), 5U);
  EXPECT_EQ(limit(load, std::numeric_limits<double>::max()), -1);
  EXPECT_EQ(limit(free, 9.1e18), -1);
  EXPECT_FALSE(level(free, Value::integer(largest)));
  EXPECT_FALSE(level(load, Value{}));
}

}  // namespace
}  // namespace collector::test
