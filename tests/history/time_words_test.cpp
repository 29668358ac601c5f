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

TEST(TimeWords, WrongOnesGetASuggestion) {
  EXPECT_EQ(word("yesteday"), "'yesteday' is not a time; did you mean 'yesterday'?");
  for (const char* other : {"2026/3/29", "2026.03.29", "29.3.2026", "29.03.2026"})
    EXPECT_EQ(word(other), fmt::format("'{}' is not a time; did you mean '2026-03-29'?", other));
  EXPECT_EQ(word("2026/10"), "'2026/10' is not a time; did you mean '2026-10'?");
  EXPECT_EQ(word("10.2026"), "'10.2026' is not a time; did you mean '2026-10'?");
  for (const char* unclear : {"3/4/2026", "29.3.26", "1.2.3.2026", "2026/", "1.5", "october"})
    EXPECT_EQ(word(unclear),
              fmt::format("'{}' is not a time; write today, yesterday, week, last-month, year, period, -24h, "
                          "-7d, 2026-03, 2026-03-29 or 2026-03-29T14:02",
                          unclear));
  EXPECT_EQ(word("2026-02-30"), "'2026-02-30' is not a date; did you mean 2026-02-28?");
  EXPECT_EQ(word("2026-13"),
            "'2026-13' is not a date: there is no month 13; write year-month-day: 2026-03-29");
  EXPECT_EQ(word("2026-3-1"),
            "'2026-3-1' is not a date; write year, month and day with two digits: 2026-03-29");
  EXPECT_EQ(word("2026-03-29T25:00"),
            "'2026-03-29T25:00' is not a time: after the date, 'T25:00' is no time of the day; write "
            "2026-03-29T14:02, with Z or an offset such as +02:00 where another zone is meant");
  for (const char* wrong :
       {"", "-", "-5", "-5x", "-99999999999999999999d", "12", "99999999999999999999", "2026-01-01T10:00+1"})
    EXPECT_FALSE(history::range_of(wrong, context())) << wrong;
}

}  // namespace
}  // namespace collector::test
