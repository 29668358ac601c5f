#include "collector/core/retention_clock.h"

#include <gtest/gtest.h>

namespace collector::test {
namespace {

using namespace std::chrono_literals;
using std::chrono::hours;

constexpr WallTime spring{std::chrono::seconds(1'774'000'000)};  // 2026-03-20T09:46:40Z

class RetentionClockTest : public ::testing::Test {
 protected:
  // Two days of a service: the time is certain.
  RetentionClockTest() {
    for (int i = 0; i <= 48; ++i)
      clock_.observe({spring + hours(i), BootTime(hours(1 + i))});
  }
  WallTime now() { return *clock_.believed({spring + hours(48), BootTime(hours(49))}); }
  std::uint64_t allowed(WallTime when, Duration age, std::uint64_t total) {
    return clock_.allowance("archive", when, age, [&] { return total; });
  }
  void next_run() {
    RetentionClock next;
    next.restore(clock_.text());
    EXPECT_EQ(next.text(), clock_.text());
    clock_.restore(clock_.text());
  }
  RetentionClock clock_;
};

TEST_F(RetentionClockTest, NothingIsBelievedAtFirst) {
  RetentionClock fresh;
  EXPECT_FALSE(fresh.believed({spring, BootTime(1h)}));
  EXPECT_NE(fresh.held_back({spring, BootTime(1h)}, hours(24)), "");
}

TEST_F(RetentionClockTest, ACertainTimeIsTheWallClocks) {
  EXPECT_EQ(now(), spring + hours(48));
  EXPECT_EQ(clock_.held_back({spring + hours(48), BootTime(hours(49))}, hours(24)), "");
}

TEST_F(RetentionClockTest, ALeapIsNotBelievedAndIsTold) {
  const Instant leapt{spring + hours(24 * 3650), BootTime(hours(49))};
  EXPECT_EQ(clock_.believed(leapt), spring + hours(48));
  EXPECT_EQ(clock_.held_back(leapt, hours(24)).find("only rows older than 2026-03-21 09:46 UTC"), 0U)
      << clock_.held_back(leapt, hours(24));
}

// Else cron mails a warning each day.
TEST_F(RetentionClockTest, WhatRunsOnceADayHasNothingToTell) {
  for (int day = 3; day < 10; ++day) {
    next_run();
    const auto late = std::chrono::seconds(day % 3);
    const Instant run{spring + hours(24 * day) + late, BootTime(hours(1 + 24 * day) + late)};
    EXPECT_EQ(clock_.held_back(run, hours(72)), "") << "day " << day;
  }
}

TEST_F(RetentionClockTest, AnEarlierWallClockIsTakenAtItsWord) {
  EXPECT_EQ(clock_.believed({spring - hours(24 * 300), BootTime(hours(49))}), spring - hours(24 * 300));
  EXPECT_EQ(clock_.believed({WallTime{}, BootTime(hours(49))}), WallTime{});
}

TEST_F(RetentionClockTest, AQuarterMayGoInAnHourAlsoInManyRuns) {
  EXPECT_EQ(allowed(now(), hours(24 * 90), 100), 25U);
  clock_.spend("archive", 20);
  next_run();
  EXPECT_EQ(allowed(now(), hours(24 * 90), 80), 5U);
  clock_.spend("archive", 5);
  next_run();
  EXPECT_EQ(allowed(now(), hours(24 * 90), 75), 0U);
  EXPECT_EQ(allowed(now() + hours(1), hours(24 * 90), 75), 19U);
}

TEST_F(RetentionClockTest, OfAShortHistoryMoreMayGo) {
  EXPECT_EQ(allowed(now(), hours(4), 100), 50U);
  EXPECT_EQ(allowed(now() + hours(1), hours(1), 100), 100U);
  EXPECT_EQ(allowed(now() + hours(2), hours(24), 1), 1U) << "at least one";
}

TEST_F(RetentionClockTest, WhatIsStampedInTheFutureGoesWhenItHasBeenThereLongEnough) {
  const WallTime far = spring + hours(24 * 3650);
  const auto expired = [&](Duration after, WallTime newest) {
    return clock_.future_expired("archive", now() + after, now() + after, newest, hours(24 * 90));
  };
  EXPECT_FALSE(expired(0h, far));
  next_run();
  EXPECT_FALSE(expired(hours(24 * 89), far));
  EXPECT_TRUE(expired(hours(24 * 91), far));
  // To a clock that has leapt there, or whose time is only not confirmed yet, nothing is of the future.
  EXPECT_FALSE(clock_.future_expired("archive", now() + hours(24 * 91), far, far, hours(24 * 90)));
  EXPECT_TRUE(expired(hours(24 * 91), far)) << "it is not forgotten";
  EXPECT_FALSE(expired(hours(24 * 92), far + 1s)) << "there is something new";
  EXPECT_FALSE(expired(hours(24 * 93), now())) << "nothing is in the future";
  EXPECT_FALSE(expired(hours(24 * 300), far));
}

}  // namespace
}  // namespace collector::test
