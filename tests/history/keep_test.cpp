// Measurements with ages of their own, and what is said of `keep` when a file meets it.
#include "tests/history/store_fixture.h"
#include "tests/support/certain_time.h"
#include "tests/support/manual_clock.h"

namespace collector::test {
namespace {

using std::chrono::hours;

class KeepTest : public StoreTest {
 protected:
  KeepTest() {
    clock_.advance(hours(24 * 60));
    make_certain(retention_, clock_.now());
    options_.clock = &retention_;
    options_.now = now_ = clock_.now().wall;
  }
  // A row of both every hour over 60 days.
  void fill() {
    maker_.begin();
    for (std::int64_t hour = 0; hour < 24 * 60; ++hour)
      maker_.net("eth0", hour * 3600, 1).mem(hour * 3600, 1);
    ASSERT_EQ(write({maker_.take()}), "");
  }
  void let_go() {
    for (int hour = 0; hour < 60; ++hour) {
      const auto deleted = store_->remove_old(clock_.now(), 1000);
      ASSERT_TRUE(deleted) << deleted.error().what;
      clock_.advance(hours(1));
      retention_.observe(clock_.now());
    }
  }
  void let_rows_of_the_future_go(bool are_closed) {
    constexpr std::int64_t year_2035 = 9LL * 365 * 86'400;
    options_.keep.ages = {hours(24 * 30), {}};
    fill();
    maker_.begin();
    for (std::int64_t hour = 0; hour < 20; ++hour)
      maker_.net("eth0", year_2035 + hour * 3600, 1000).mem(year_2035 + hour * 3600, 1);
    if (are_closed) now_ += hours(24 * 365 * 10);
    ASSERT_EQ(write({maker_.take()}), "");
    EXPECT_EQ(number("SELECT count(*) FROM net_1h WHERE bytes_recv = 1000"), are_closed ? 19 : 0);
    const std::string rows = "SELECT (SELECT count(*) FROM net) + (SELECT count(*) FROM mem)";
    std::int64_t left = number(rows);
    for (int day = 0; day < 45; ++day) {
      for (int times = 0; times < 12; ++times) {
        clock_.advance(hours(2));
        retention_.observe(clock_.now());
      }
      const auto deleted = store_->remove_old(clock_.now(), 1000);
      ASSERT_TRUE(deleted) << deleted.error().what;
      const std::int64_t left_now = number(rows);
      ASSERT_EQ(static_cast<std::int64_t>(*deleted), left - left_now) << day;
      left = left_now;
    }
    EXPECT_EQ(number("SELECT count(*) FROM net WHERE time > 1767225600 + 86400 * 365"), 0);
    EXPECT_EQ(number("SELECT sum(bytes_recv) FROM net_1d WHERE time > 1767225600 + 86400 * 365"), 20'000);
  }
  // Whole days between the oldest of these and now.
  std::int64_t days_of(const std::string& rows) {
    return (unix_seconds(clock_.now().wall) - number("SELECT min(time) FROM " + rows)) / 86'400;
  }

  ManualClock clock_;
  RetentionClock retention_;
  BatchMaker maker_;
};

TEST_F(KeepTest, MeasurementsGoByTheirOwnAges) {
  options_.keep.ages = {hours(24 * 30), {hours(24 * 40), {}, {}}};
  options_.keep.measurements["mem"] = {hours(24 * 10), {hours(24 * 20), hours(24 * 25), {}}};
  options_.keep.measurements["nothing"] = {hours(24), {hours(24), hours(24), hours(24)}};
  fill();
  let_go();
  EXPECT_EQ(days_of("net"), 30);
  EXPECT_EQ(days_of("mem"), 10);
  EXPECT_NEAR(static_cast<double>(days_of("net_5m")), 40, 1);
  EXPECT_NEAR(static_cast<double>(days_of("mem_5m")), 20, 1);
  EXPECT_NEAR(static_cast<double>(days_of("mem_1h")), 25, 1);
  // What is noted as gone is what went, and no bucket more.
  EXPECT_EQ(number("SELECT min(time) FROM net_5m"),
            number("SELECT gone_5m FROM series WHERE measurement='net'"));
  EXPECT_EQ(number("SELECT min(time) FROM mem_1h"),
            number("SELECT gone_1h FROM series WHERE measurement='mem'"));
  EXPECT_EQ(number("SELECT sum(bytes_recv) FROM net_1h"), 24 * 60 - 1);
  EXPECT_EQ(number("SELECT sum(bytes_recv) FROM net_1d"), 24 * 60 - 1);
}

// What comes late for a time that a level does not keep any more is in the coarser ones alone: what is left
// of a level is whole, wherever one looks.
TEST_F(KeepTest, LateRowsDoNotBeginALevelAnew) {
  options_.keep.ages = {hours(24 * 30), {hours(24 * 20), hours(24 * 40), {}}};
  fill();
  let_go();
  const auto first_of = [&](const char* level) {
    return number(std::string("SELECT min(time) FROM net_") + level);
  };
  const auto fine = first_of("5m"), hourly = first_of("1h");
  ASSERT_LT(hourly, fine);
  const auto before = [&](std::int64_t second) { return second - first_second - 7200; };
  ASSERT_EQ(write({maker_.begin().net("eth0", before(fine), 10).net("eth0", before(hourly), 100).take()}),
            "");
  EXPECT_EQ(first_of("5m"), fine);
  EXPECT_EQ(first_of("1h"), hourly);
  EXPECT_EQ(number("SELECT bytes_recv FROM net_1h WHERE time = " + std::to_string(fine - 7200)), 11);
  EXPECT_EQ(number("SELECT sum(bytes_recv) FROM net_1d"), 24 * 60 - 1 + 110);
  // What comes late for the first bucket that is left is in it.
  ASSERT_EQ(write({maker_.begin()
                       .net("eth0", fine - first_second + 60, 1000)
                       .net("eth0", hourly - first_second + 60, 10'000)
                       .take()}),
            "");
  EXPECT_EQ(number("SELECT bytes_recv FROM net_5m WHERE time = " + std::to_string(fine)), 1001);
  EXPECT_EQ(number("SELECT bytes_recv FROM net_1h WHERE time = " + std::to_string(hourly)), 10'001);
}

// Sums that have gone for want of room do not begin anew either.
TEST_F(KeepTest, LateRowsDoNotBeginWhatTheSizeHasTaken) {
  options_.keep.size = 128 * 1024;
  fill();
  let_go();
  const auto fine = number("SELECT min(time) FROM net_5m");
  ASSERT_GT(fine, first_second) << "sums have gone";
  EXPECT_EQ(number("SELECT gone_5m FROM series WHERE measurement='net'"), fine);
  ASSERT_EQ(write({maker_.begin().net("eth0", fine - first_second - 7200, 10).take()}), "");
  EXPECT_EQ(number("SELECT min(time) FROM net_5m"), fine);
}

// Rows of 2035 go, and what they moved stays in the sums; each is counted as gone once. They may be in the
// sums already: a clock that was ahead has closed their hours.
TEST_F(KeepTest, RowsOfTheFutureAreInTheSumsWhenTheyGo) {
  let_rows_of_the_future_go(false);
}

TEST_F(KeepTest, RowsOfTheFutureThatAreClosedAreInTheSumsOnce) {
  let_rows_of_the_future_go(true);
}

TEST_F(KeepTest, OneWithoutAnEndOutlivesTheOthers) {
  options_.keep.ages = {hours(24 * 30), {}};
  options_.keep.measurements["net"] = {};
  fill();
  let_go();
  EXPECT_EQ(number("SELECT count(*) FROM net"), 24 * 60);
  EXPECT_EQ(days_of("mem"), 30);
}

TEST_F(KeepTest, WhatWillGoIsSaidOnce) {
  open();
  EXPECT_EQ(store_->keep_notice(), "") << "the file is empty";
  fill();
  options_.keep.ages = {hours(24 * 30), {hours(24 * 90), {}, {}}};
  options_.keep.size = 2UL << 30;
  options_.keep.measurements["mem"] = {};
  open();
  EXPECT_EQ(
      store_->keep_notice(),
      "rows stay 30d, and those before 2026-01-31 go in the next hours; sums over 5 minutes stay 90d and go "
      "from 2026-04-01 on; sums over an hour stay for ever; sums over a day stay for ever; other ages are "
      "set for mem; from 2GiB on the oldest goes, the finest first");
  open();
  EXPECT_EQ(store_->keep_notice(), "");
  options_.keep = {};
  open();
  EXPECT_EQ(store_->keep_notice(), "nothing goes by age");
}

}  // namespace
}  // namespace collector::test
