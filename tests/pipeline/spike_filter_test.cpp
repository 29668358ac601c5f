#include "collector/pipeline/spike_filter.h"

#include <gtest/gtest.h>

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
    advances_[field] = {true, delta, elapsed, 0};
    ReadingAdvance reading;
    reading.series = eth0_.get();
    reading.advances = advances_;
    reading.byte_limit = byte_limit;
    return filter_.check(reading, field, total);
  }

  Machine machine_;
  SeriesPtr eth0_ = machine_.series("eth0");
  SpikeFilter filter_{max_rate, machine_.table};
  std::vector<Advance> advances_;
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
  const auto verdict = check(0, 12'500'000'001, seconds(1));
  ASSERT_TRUE(verdict);
  EXPECT_EQ(verdict->delta, 12'500'000'001);
  EXPECT_EQ(verdict->elapsed, seconds(1));
  EXPECT_EQ(verdict->limit, max_rate);
  EXPECT_EQ(verdict->series->text(), "quarantine{field=bytes_recv,interface=eth0,measurement=net}");
  EXPECT_EQ(filter_.quarantined(), 1);
}

TEST_F(SpikeFilterTest, EachDirectionByItself) {
  advances_.assign(6, {});
  advances_[0] = {true, 90'000'000'000, seconds(1), 0};
  advances_[1] = {true, 90, seconds(1), 0};
  ReadingAdvance reading;
  reading.series = eth0_.get();
  reading.advances = advances_;
  reading.byte_limit = max_rate;
  EXPECT_TRUE(filter_.check(reading, 0, 0));
  EXPECT_FALSE(filter_.check(reading, 1, 0));
}

TEST_F(SpikeFilterTest, ElapsedTimeCountsNotTheInterval) {
  EXPECT_FALSE(check(0, 12'500'000'000 * 3600 * 8, hours(8)));
  EXPECT_TRUE(check(0, 12'500'000'000, milliseconds(900)));
}

TEST_F(SpikeFilterTest, NothingPassesInNoTimeButNothing) {
  EXPECT_TRUE(check(0, 1, Duration::zero()));
  EXPECT_FALSE(check(0, 0, Duration::zero()));
}

TEST_F(SpikeFilterTest, PacketsAreHeldToTheSmallestPossible) {
  EXPECT_FALSE(check(2, 625'000'000, seconds(1)));
  const auto verdict = check(2, 625'000'001, seconds(1));
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

}  // namespace
}  // namespace collector::test
