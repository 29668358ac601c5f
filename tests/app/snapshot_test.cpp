#include "collector/app/snapshot.h"

#include <gtest/gtest.h>

#include <thread>

#include "tests/support/snapshot_feed.h"

namespace collector {
namespace {

using namespace std::chrono_literals;

const MeasurementPtr measurement = std::make_shared<const Measurement>(
    Measurement{"m",
                "",
                {},
                {{"bytes", FieldKind::counter, FieldType::integer, "bytes", ""},
                 with_decimals(2, {"level", FieldKind::gauge, FieldType::real, "percent", ""})}});

class SnapshotBoardTest : public ::testing::Test {
 protected:
  void read(std::uint64_t bytes, double level, Duration at, Report report = Report::always) {
    sample_.clear();
    sample_.taken = {WallTime(at), BootTime(at)};
    const auto values = sample_.add({.series = series_.get(), .report = report});
    values[0] = Value::counter(bytes);
    values[1] = Value::real(level);
    board_.take(sample_);
  }
  std::shared_ptr<const Snapshot> published(std::uint64_t tick, Duration at) {
    board_.publish(tick, {WallTime(at), BootTime(at)});
    return board_.latest();
  }

  SeriesTable table_;
  SeriesPtr series_ = table_.intern(measurement, {{"a", "b"}});
  Sample sample_;
  test::SnapshotFeed board_{table_, 10'000};
};

TEST_F(SnapshotBoardTest, IsEmptyAtFirst) {
  EXPECT_TRUE(board_.latest()->layout->series.empty());
  EXPECT_EQ(board_.latest()->tick, 0U);
}

TEST_F(SnapshotBoardTest, HoldsTheLatestReadingAndItsRate) {
  read(1000, 1.5, 10s);
  read(3000, 2.5, 14s);
  const auto snapshot = published(2, 14s);
  ASSERT_EQ(snapshot->layout->series.size(), 1U);
  EXPECT_EQ(snapshot->layout->series[0], series_);
  EXPECT_EQ(snapshot->tick, 2U);
  EXPECT_EQ(snapshot->values_of(0)[0].as_counter(), 3000U);
  EXPECT_DOUBLE_EQ(snapshot->rates_of(0)[0].value(), 500.0) << "by the real time between the readings";
  EXPECT_DOUBLE_EQ(snapshot->values_of(0)[1].as_real(), 2.5);
}

TEST_F(SnapshotBoardTest, HasLevelsWithTheirDecimalsAsRowsHave) {
  read(1000, 200.0 / 3, 10s);
  EXPECT_EQ(published(1, 10s)->values_of(0)[1].as_real(), 66.67);
}

TEST_F(SnapshotBoardTest, APublishedOneDoesNotChange) {
  read(1000, 1, 10s);
  const auto before = published(1, 10s);
  read(9000, 9, 11s);
  const auto after = published(2, 11s);
  EXPECT_EQ(before->values_of(0)[0].as_counter(), 1000U);
  EXPECT_EQ(after->values_of(0)[0].as_counter(), 9000U);
}

TEST_F(SnapshotBoardTest, AResetCountsFromZero) {
  read(1000, 1, 10s);
  read(10, 1, 11s);
  EXPECT_DOUBLE_EQ(published(2, 11s)->rates_of(0)[0].value(), 10);
}

TEST_F(SnapshotBoardTest, WhatThePipelineSetsAsideIsNotShown) {
  read(1000, 50, 10s);
  read(10'001'000, 101, 11s);
  const auto snapshot = published(2, 11s);
  EXPECT_FALSE(snapshot->rates_of(0)[0]) << "a thousand times what the link carries";
  EXPECT_EQ(snapshot->values_of(0)[0].as_counter(), 10'001'000U) << "what the kernel says is no rate";
  EXPECT_FALSE(snapshot->values_of(0)[1].present());
  read(10'006'000, 51, 12s);
  EXPECT_DOUBLE_EQ(published(3, 12s)->rates_of(0)[0].value(), 5000);
  EXPECT_DOUBLE_EQ(published(3, 12s)->values_of(0)[1].as_real(), 51);
}

TEST_F(SnapshotBoardTest, WhatIsGoneIsShownNoMore) {
  const SeriesPtr tun = table_.intern(measurement, {{"a", "tun0"}});
  const auto sample_both = [&](Duration at, bool tun_is_gone) {
    sample_.clear();
    sample_.taken = {WallTime(at), BootTime(at)};
    sample_.add({.series = tun.get(), .object = 5})[0] = Value::counter(7);
    if (tun_is_gone) sample_.add_gone({.measurement = measurement.get(), .object = 5});
    sample_.add({.series = series_.get(), .object = 2})[0] = Value::counter(9);
    board_.take(sample_);
  };
  sample_both(10s, false);
  const auto before = published(1, 10s);
  ASSERT_EQ(before->layout->series.size(), 2U);
  sample_both(11s, true);
  const auto after = published(2, 11s);
  ASSERT_EQ(after->layout->series.size(), 1U);
  EXPECT_EQ(after->layout->series[0], series_);
  EXPECT_EQ(after->values_of(0)[0].as_counter(), 9U);
  EXPECT_EQ(before->values_of(0)[0].as_counter(), 7U) << "the one before is as it was";
}

// Whoever copies slowly misses ticks, and is told how many; the loop never waits.
TEST_F(SnapshotBoardTest, TicksThatASlowReaderMissedAreCounted) {
  read(1000, 1, 10s);
  published(1, 10s);
  std::atomic<bool> stop{false};
  std::thread reader([&] {
    while (!stop)
      board_.latest();
  });
  std::uint64_t ticks = 1;
  while (published(++ticks, 11s)->skipped == 0)
    continue;
  stop = true;
  reader.join();
  const auto last = published(++ticks, 12s);
  EXPECT_EQ(last->tick, ticks);
  EXPECT_GE(last->skipped, 1U);
}

TEST_F(SnapshotBoardTest, ExcludedReadingsAreNotShown) {
  read(1000, 1, 10s, Report::never);
  EXPECT_TRUE(published(1, 10s)->layout->series.empty());
}

TEST_F(SnapshotBoardTest, IdleSeriesAreForgotten) {
  read(1000, 1, 10s);
  board_.forget_idle(BootTime(100s), 1min);
  EXPECT_TRUE(published(1, 100s)->layout->series.empty());
  read(2000, 1, 101s);
  EXPECT_EQ(published(2, 101s)->values_of(0)[0].as_counter(), 2000U);
}

}  // namespace
}  // namespace collector
