// Periods of the calendar: a file of cases from the zones' published rules, and what holds for all of them.
#include "collector/history/calendar.h"

#include <gtest/gtest.h>

#include <array>
#include <map>
#include <random>

#include "tests/history/vectors.h"

namespace collector::test {
namespace {

using namespace std::chrono;
using history::Cycle;
using history::Interval;

TEST(Calendar, Vectors) {
  for (const VectorLine& line : vectors_of("calendar_vectors.txt")) {
    ASSERT_GE(line.columns.size(), 5U) << line.text;
    const auto period =
        cycle_of(line.columns[1]).around(zone_of(line.columns[0]), moment_of(line.columns[2]));
    EXPECT_EQ(text_of(period.start), line.columns[3]) << line.text;
    EXPECT_EQ(text_of(period.end), line.columns[4]) << line.text;
  }
}

// Whatever the zone and the cycle: periods follow one another, and a moment lies in one of them.
TEST(Calendar, PeriodsTileTime) {
  std::mt19937_64 random(20261129);
  for (const char* zone_name : {"Europe/Berlin", "America/St_Johns", "Australia/Lord_Howe", "Pacific/Apia",
                                "Africa/Casablanca", "Asia/Pyongyang", "America/Havana", "UTC"}) {
    const auto zone = zone_of(zone_name);
    for (const char* cycle_name : {"day", "day at 02:30", "week", "month 31", "month -30 at 23:59",
                                   "days 3 from 2020-02-29", "days 10 from 2500-01-01", "year"}) {
      const auto cycle = cycle_of(cycle_name);
      for (int i = 0; i < 100; ++i) {
        const history::Seconds moment(seconds(random() % 4'000'000'000));  // to 2096
        const Interval period = cycle.around(zone, moment);
        ASSERT_TRUE(period.holds(moment)) << zone_name << ", " << cycle_name << ", " << text_of(moment);
        ASSERT_EQ(cycle.around(zone, period.start), period);
        ASSERT_EQ(cycle.around(zone, period.end - seconds(1)), period);
        ASSERT_EQ(cycle.after(zone, period).start, period.end);
        ASSERT_EQ(cycle.before(zone, period).end, period.start);
      }
    }
  }
}

// Days are unions of 5-minute buckets in every zone there is, since the last odd offset went in 1972.
TEST(Calendar, DaysBeginOnFiveMinutes) {
  for (const char* zone_name : {"Africa/Monrovia", "Asia/Kathmandu", "Pacific/Chatham", "Australia/Eucla",
                                "America/Caracas", "Pacific/Marquesas", "Asia/Kolkata"}) {
    const auto zone = zone_of(zone_name);
    for (auto day = Cycle::daily().around(zone, history::Seconds(hours(24 * 800)));
         day.start < sys_days(year(2030) / 1 / 1); day = Cycle::daily().after(zone, day))
      ASSERT_EQ(day.start.time_since_epoch().count() % 300, 0) << zone_name << ' ' << text_of(day.start);
  }
}

TEST(Calendar, DateOfAMomentIsTheOneItsDayBeginsWith) {
  const auto zone = zone_of("America/St_Johns");
  const auto date = history::date_of(zone, moment_of("2010-11-07T03:00:00"));  // clocks show the 6th again
  EXPECT_EQ(date, local_days(year(2010) / 11 / 7));
  EXPECT_EQ(history::date_of(zone, moment_of("2010-11-07T02:29:59")), local_days(year(2010) / 11 / 6));
}

// vnStat's published behaviour: 20 days from 1 February 2000 on, 1 in and 2 out a day.
TEST(Calendar, DaysFallIntoTheMonthsOfACycleDay) {
  const auto sums = [](int first_day) {
    std::map<std::string, int> in;
    for (int i = 0; i < 20; ++i)
      ++in[text_of(Cycle::monthly(first_day)
                       .around(history::Zone::utc(), sys_days(year(2000) / 2 / 1) + days(i))
                       .start)];
    return in;
  };
  EXPECT_EQ(sums(1), (std::map<std::string, int>{{"2000-02-01T00:00:00", 20}}));
  EXPECT_EQ(sums(7), (std::map<std::string, int>{{"2000-01-07T00:00:00", 6}, {"2000-02-07T00:00:00", 14}}));
}

TEST(Calendar, LengthsOfMonthsAndYears) {
  const auto length = [](const char* cycle, const char* moment) {
    return cycle_of(cycle).around(history::Zone::utc(), moment_of(moment)).length().count();
  };
  EXPECT_EQ(length("month 1", "2021-01-15T00:00:00"), 2'678'400);
  EXPECT_EQ(length("year", "2021-01-15T00:00:00"), 31'536'000);
  EXPECT_EQ(length("year", "2020-01-15T00:00:00"), 31'622'400);
}

TEST(Zone, NamesThatAreNoneAreRefused) {
  for (const char* name :
       {"Europe/Nowhere", "", "../../../etc/passwd", "/etc/localtime", "Europe", "Fixed/UTC+01:00:00",
        "Europe/Berlin\n", "tzdata.zi", "Europe//Berlin", "Europe/Berlin/"}) {
    const auto zone = history::Zone::load(name);
    EXPECT_FALSE(zone) << name;
  }
  EXPECT_TRUE(history::Zone::load("Etc/GMT+12"));
}

}  // namespace
}  // namespace collector::test
