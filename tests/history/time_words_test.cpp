// What people write for a time, and what they are told when it is none.
#include "collector/history/time_words.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "tests/history/vectors.h"

namespace collector::test {
namespace {

history::TimeContext context() {
  return {.now = moment_of("2026-11-29T15:34:00"),
          .zone = zone_of("Europe/Berlin"),
          .period = cycle_of("month 14")};
}

std::string said(const Result<history::Interval>& range) {
  return range ? text_of(range->start) + " " + text_of(range->end) : range.error().text();
}

std::string word(std::string_view text) {
  return said(history::range_of(text, context()));
}

TEST(TimeWords, NamesAreStretchesOfTheZone) {
  EXPECT_EQ(word("today"), "2026-11-28T23:00:00 2026-11-29T23:00:00");
  EXPECT_EQ(word("yesterday"), "2026-11-27T23:00:00 2026-11-28T23:00:00");
  EXPECT_EQ(word("week"), "2026-11-22T23:00:00 2026-11-29T23:00:00");
  EXPECT_EQ(word("month"), "2026-10-31T23:00:00 2026-11-30T23:00:00");
  EXPECT_EQ(word("last-month"), "2026-09-30T22:00:00 2026-10-31T23:00:00");
  EXPECT_EQ(word("year"), "2025-12-31T23:00:00 2026-12-31T23:00:00");
  EXPECT_EQ(word("period"), "2026-11-13T23:00:00 2026-12-13T23:00:00");
  EXPECT_EQ(word("last-period"), "2026-10-13T22:00:00 2026-11-13T23:00:00");
  EXPECT_EQ(word("-24h"), "2026-11-28T15:34:00 2026-11-29T15:34:00");
  EXPECT_EQ(word("-2w"), "2026-11-15T15:34:00 2026-11-29T15:34:00");
}

TEST(TimeWords, DatesAreAsLongAsTheyAreWritten) {
  EXPECT_EQ(word("2026"), "2025-12-31T23:00:00 2026-12-31T23:00:00");
  EXPECT_EQ(word("2026-02"), "2026-01-31T23:00:00 2026-02-28T23:00:00");
  EXPECT_EQ(word("2026-03-29"), "2026-03-28T23:00:00 2026-03-29T22:00:00");
  EXPECT_EQ(word("20260329"), word("2026-03-29")) << "and no second of the year 1970";
  EXPECT_EQ(word("20260230"), "'2026-02-30' is not a date; did you mean 2026-02-28?");
}

TEST(TimeWords, MomentsAreOfTheZoneUnlessTheySayOtherwise) {
  EXPECT_EQ(word("2026-07-01T14:02"), "2026-07-01T12:02:00 2026-07-01T12:02:00");
  EXPECT_EQ(word("2026-07-01T14:02:05Z"), "2026-07-01T14:02:05 2026-07-01T14:02:05");
  EXPECT_EQ(word("2026-07-01T14:02:05-05:45"), "2026-07-01T19:47:05 2026-07-01T19:47:05");
  EXPECT_EQ(word("2026-07-01T14:02:05+05:45"), "2026-07-01T08:17:05 2026-07-01T08:17:05");
  EXPECT_EQ(word("1767225600"), "2026-01-01T00:00:00 2026-01-01T00:00:00");
  // As Python's time(), JavaScript's Date.now() and toISOString(), and Grafana's ${__from} have them.
  EXPECT_EQ(word("1767225600.9371"), "2026-01-01T00:00:00 2026-01-01T00:00:00");
  EXPECT_EQ(word("1767225600937"), "2026-01-01T00:00:00 2026-01-01T00:00:00");
  EXPECT_EQ(word("2026-07-01T14:02:05.678Z"), "2026-07-01T14:02:05 2026-07-01T14:02:05");
}

TEST(TimeWords, FromIsABeginningAndToAnEnd) {
  const auto between = [](std::string_view from, std::string_view to) {
    return said(history::range_between(from, to, context()));
  };
  EXPECT_EQ(between("2026-03", "2026-04"), "2026-02-28T23:00:00 2026-04-30T22:00:00");
  EXPECT_EQ(between("yesterday", ""), "2026-11-27T23:00:00 2026-11-29T15:34:00");
  EXPECT_EQ(between("-3h", "-1h"), "2026-11-29T12:34:00 2026-11-29T14:34:00");
  EXPECT_EQ(between("today", "yesterday"), "2026-11-28T23:00:00 2026-11-28T23:00:00");
  EXPECT_EQ(between("2026-05", "2026-04-01"),
            "'2026-05' is later than '2026-04-01'; write the earlier one first");
  EXPECT_EQ(between("2026-12", "2026-11"), "'2026-12' is later than '2026-11'; write the earlier one first")
      << "although the one begins where the other ends";
}

TEST(TimeWords, WhatIsPlainIsTakenHoweverItIsWritten) {
  const std::string day = word("2026-03-29");
  for (const char* other :
       {"2026/3/29", "2026.03.29", "29.3.2026", "29.03.2026", "2026-3-29", "29 Mar 2026", "29 march 2026"})
    EXPECT_EQ(word(other), day) << other;
  for (const char* other :
       {"2026/10", "10.2026", "2026-10", "October", "oct", "Oct 2026", "last month", "Last-Month"})
    EXPECT_EQ(word(other), "2026-09-30T22:00:00 2026-10-31T23:00:00") << other;
  EXPECT_EQ(word("december"), word("2025-12")) << "the last that has begun";
  EXPECT_EQ(word("november"), word("2026-11"));
  for (const char* other : {"Today", "TODAY"})
    EXPECT_EQ(word(other), word("today")) << other;
  for (const char* other : {"this month", "this-month"})
    EXPECT_EQ(word(other), word("month")) << other;
  for (const char* other : {"now-2h", "2h ago", "2 hours ago", "-2hours"})
    EXPECT_EQ(word(other), "2026-11-29T13:34:00 2026-11-29T15:34:00") << other;
  EXPECT_EQ(word("1 minute ago"), word("-60s"));
  EXPECT_EQ(word("3 weeks ago"), word("-21d"));
}

// It is a Sunday.
TEST(TimeWords, WeekdaysAreTheLastThatHaveBegun) {
  EXPECT_EQ(word("sunday"), word("today"));
  EXPECT_EQ(word("Sun"), word("today"));
  EXPECT_EQ(word("saturday"), word("yesterday"));
  EXPECT_EQ(word("monday"), word("2026-11-23"));
  EXPECT_EQ(word("last monday"), word("2026-11-23"));
  EXPECT_EQ(word("last sunday"), word("2026-11-22")) << "before today";
}

TEST(TimeWords, WeeksAreThoseOfIso8601) {
  EXPECT_EQ(word("2026-W48"), word("week"));
  EXPECT_EQ(word("2026w48"), word("week"));
  EXPECT_EQ(word("2026-W01"), "2025-12-28T23:00:00 2026-01-04T23:00:00");
  EXPECT_EQ(word("2026-W53"), "2026-12-27T23:00:00 2027-01-03T23:00:00");
  EXPECT_EQ(word("2027-W1"), "2027-01-03T23:00:00 2027-01-10T23:00:00");
  EXPECT_EQ(word("2025-W53"),
            "'2025-w53' is not a week: 2025 has the weeks 1 to 52; write year and week: 2025-W52");
}

TEST(TimeWords, AClockIsThatOfTodayOrOfTheDayBeforeIt) {
  EXPECT_EQ(word("14:00"), "2026-11-29T13:00:00 2026-11-29T13:00:00");
  EXPECT_EQ(word("9:05"), "2026-11-29T08:05:00 2026-11-29T08:05:00");
  EXPECT_EQ(word("yesterday 14:00"), "2026-11-28T13:00:00 2026-11-28T13:00:00");
  EXPECT_EQ(word("monday 14:00"), "2026-11-23T13:00:00 2026-11-23T13:00:00");
  EXPECT_EQ(word("29.3.2026 14:00:30"), "2026-03-29T12:00:30 2026-03-29T12:00:30");
  EXPECT_EQ(word("2026-03-29 14:00"), word("2026-03-29T14:00"));
  EXPECT_FALSE(history::range_of("october 14:00", context()));
  EXPECT_FALSE(history::range_of("25:00", context()));
  EXPECT_FALSE(history::range_of("14:60", context()));
  EXPECT_EQ(said(history::range_between("17:00", "", context())),
            "'17:00' is later than 'now'; did you mean 'yesterday 17:00'?");
}

TEST(TimeWords, WrongOnesGetASuggestion) {
  EXPECT_EQ(word("yesteday"), "'yesteday' is not a time; did you mean 'yesterday'?");
  EXPECT_EQ(word("3/4/2026"), "'3/4/2026' is not a time; did you mean '2026-04-03' or '2026-03-04'?");
  EXPECT_EQ(word("29/3/2026"), "'29/3/2026' is not a time; did you mean '2026-03-29'?");
  EXPECT_EQ(word("29.3.26"), "'29.3.26' is not a time; did you mean '2026-03-29'?");
  EXPECT_EQ(word("24h"), "'24h' is not a time; did you mean '-24h'?");
  EXPECT_EQ(word("7 days"), "'7 days' is not a time; did you mean '-7d'?");
  for (const char* unclear : {"1.2.3.2026", "2026/", "1.5", "tomorrow evening", "last october", "99/99/2026"})
    EXPECT_EQ(
        word(unclear),
        fmt::format("'{}' is not a time; write today, yesterday, monday, week, last-month, year, period, "
                    "-24h, -7d, 14:02, 2026-03, 2026-W13, 2026-03-29, 2026-03-29T14:02 or Unix seconds",
                    unclear));
  EXPECT_EQ(word("2026-02-30"), "'2026-02-30' is not a date; did you mean 2026-02-28?");
  EXPECT_EQ(word("30.2.2026"), "'2026-02-30' is not a date; did you mean 2026-02-28?");
  EXPECT_EQ(word("2026-13"),
            "'2026-13' is not a date: there is no month 13; write year-month-day: 2026-03-29");
  EXPECT_EQ(word("2026-"), "'2026-' is not a date; write year, month and day: 2026-03-29");
  EXPECT_EQ(word("2026-03-29T25:00"),
            "'2026-03-29T25:00' is not a time: after the date, 'T25:00' is no time of the day; write "
            "2026-03-29T14:02, with Z or an offset such as +02:00 where another zone is meant");
  for (const char* wrong : {"",
                            " ",
                            "-",
                            "-5",
                            "-5x",
                            "-99999999999999999999d",
                            "12",
                            "99999999999999999999",
                            "2026-01-01T10:00+1",
                            "ago",
                            " ago",
                            "now-",
                            "last-",
                            "2026-W",
                            "2026-W0",
                            "w48",
                            ":",
                            "1:",
                            "/",
                            ".",
                            "..",
                            "1767225600.",
                            "1767225600.5x",
                            "14:02:05.",
                            "1.5",
                            "//2026"})
    EXPECT_FALSE(history::range_of(wrong, context())) << wrong;
}

// Calendars of a hundred thousand years take for ever to count.
TEST(TimeWords, NothingIsBeforeTheYearOne) {
  const history::TimeContext context{.now = moment_of("2026-11-29T16:34:00"), .zone = history::Zone::utc()};
  for (const char* far : {"-99999999d", "-800000d"}) {
    const auto range = history::range_of(far, context);
    ASSERT_FALSE(range) << far;
    EXPECT_NE(range.error().what.find("before the year 1"), std::string::npos) << range.error().what;
  }
  EXPECT_TRUE(history::range_of("-700000d", context));
}

}  // namespace
}  // namespace collector::test
