#include "collector/history/plan_periods.h"

#include <gtest/gtest.h>

#include <numeric>

namespace collector::history::test {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using namespace std::chrono_literals;

Zone zone(const char* name) {
  auto loaded = Zone::load(name);
  EXPECT_TRUE(loaded) << name;
  return loaded ? *loaded : Zone::utc();
}

// In UTC.
Seconds utc(int year, unsigned month, unsigned day, minutes time = {}) {
  const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(month),
                                         std::chrono::day(day)};
  return Seconds(std::chrono::sys_days(date)) + time;
}

TEST(PlanPeriods, CyclesAreThoseOfThePlan) {
  const Zone berlin = zone("Europe/Berlin");
  const Seconds now = utc(2026, 11, 29, 16h);
  EXPECT_EQ(cycle_of({MonthlyCycle{14}, 6h}).around(berlin, now),
            (Interval{utc(2026, 11, 14, 5h), utc(2026, 12, 14, 5h)}));
  EXPECT_EQ(cycle_of({MonthlyCycle{-1}, {}}).around(berlin, now),
            (Interval{utc(2026, 10, 30, 23h), utc(2026, 11, 29, 23h)}));
  EXPECT_EQ(cycle_of({WeeklyCycle{std::chrono::Sunday}, {}}).around(berlin, now),
            (Interval{utc(2026, 11, 28, 23h), utc(2026, 12, 5, 23h)}));
  const std::chrono::year_month_day from(std::chrono::year(2026), std::chrono::November,
                                         std::chrono::day(14));
  EXPECT_EQ(cycle_of({DaysCycle{10, from}, {}}).around(berlin, now),
            (Interval{utc(2026, 11, 23, 23h), utc(2026, 12, 3, 23h)}));
}

TEST(PlanPeriods, HoursOfTheWeekAreLocal) {
  // Sunday, 29 November 2026.
  EXPECT_EQ(hour_of_week(Zone::utc(), utc(2026, 11, 29, 23h)), 6U * 24 + 23);
  EXPECT_EQ(hour_of_week(zone("Europe/Berlin"), utc(2026, 11, 29, 23h)), 0U);
  EXPECT_EQ(hour_of_week(zone("Asia/Kathmandu"), utc(2026, 11, 29, 18h + 15min)), 0U);
  EXPECT_EQ(hour_of_week(zone("Asia/Kathmandu"), utc(2026, 11, 29, 18h + 14min)), 167U);
}

TEST(PlanPeriods, WhatComesIsCutAtLocalHours) {
  const auto coming = coming_time(zone("Asia/Kathmandu"), utc(2026, 11, 29, 18h), utc(2026, 11, 29, 20h));
  ASSERT_EQ(coming.size(), 3U);
  EXPECT_EQ(coming[0].hour_of_week, 167U);
  EXPECT_EQ(coming[0].seconds, 900U);
  EXPECT_EQ(coming[1].seconds, 3'600U);
  EXPECT_EQ(coming[2].hour_of_week, 1U);
  EXPECT_EQ(coming[2].seconds, 2'700U);
  EXPECT_TRUE(coming_time(Zone::utc(), utc(2026, 11, 29), utc(2026, 11, 29)).empty());
}

// No second is lost or counted twice on days of 23, 23½, 24½ and 25 hours.
TEST(PlanPeriods, WhatComesAddsUpAcrossChangesOfTheClock) {
  for (const char* name : {"Europe/Berlin", "Australia/Lord_Howe", "America/New_York", "Pacific/Chatham"}) {
    const Zone here = zone(name);
    const auto coming = coming_time(here, utc(2026, 1, 1, 7min), utc(2027, 1, 1, 3min));
    std::int64_t seconds = 0;
    for (const ComingTime& time : coming) {
      EXPECT_GT(time.seconds, 0U);
      EXPECT_LE(time.seconds, 3'600U);
      seconds += time.seconds;
    }
    EXPECT_EQ(seconds, 365 * 86'400 - 240) << name;
  }
}

TEST(PlanPeriods, TimesOfTheDayAreLocal) {
  EXPECT_EQ(time_of_day(zone("Europe/Berlin"), utc(2026, 11, 29, 23h)), 0min);
  EXPECT_EQ(time_of_day(zone("Asia/Kathmandu"), utc(2026, 11, 29, 18h)), 23h + 45min);
  // The hour that is put forward over is missed, the one that comes twice is free twice.
  EXPECT_EQ(time_of_day(zone("Europe/Berlin"), utc(2026, 3, 29, 1h)), 3h);
  EXPECT_EQ(time_of_day(zone("Europe/Berlin"), utc(2026, 10, 25, 0h + 30min)), 2h + 30min);
  EXPECT_EQ(time_of_day(zone("Europe/Berlin"), utc(2026, 10, 25, 1h + 30min)), 2h + 30min);
}

}  // namespace
}  // namespace collector::history::test
