// How moments are called on the days when that is difficult.
#include "collector/history/time_text.h"

#include <gtest/gtest.h>

#include "tests/history/vectors.h"

namespace collector::test {
namespace {

TEST(TimeText, AnHourThatClocksShowTwiceIsToldApart) {
  const history::Zone berlin = zone_of("Europe/Berlin");
  EXPECT_EQ(clock_text(berlin, moment_of("2026-10-25T00:30:00")), "02:30");
  EXPECT_EQ(clock_text(berlin, moment_of("2026-10-25T01:30:00")), "02:30 +01:00");
  EXPECT_EQ(moment_text(berlin, moment_of("2026-10-25T01:00:00")), "Sun 25 Oct 2026, 02:00 +01:00");
  EXPECT_EQ(clock_text(berlin, moment_of("2026-10-25T02:00:00")), "03:00");
  EXPECT_EQ(clock_text(berlin, moment_of("2026-03-29T01:00:00")), "03:00") << "put forward";
  EXPECT_EQ(clock_text(zone_of("Australia/Lord_Howe"), moment_of("2026-04-04T15:00:00")), "01:30 +10:30");
  EXPECT_EQ(offset_time_text(berlin, moment_of("2026-10-25T01:30:05")), "2026-10-25T02:30:05+01:00");
}

TEST(TimeText, OneDayIsNoRange) {
  const history::Zone utc = history::Zone::utc();
  const history::Interval month{moment_of("2026-11-01T00:00:00"), moment_of("2026-12-01T00:00:00")};
  const history::Interval first{moment_of("2026-11-01T00:00:00"), moment_of("2026-11-02T00:00:00")};
  EXPECT_EQ(bucket_text(utc, first, history::BucketUnit::week, month), "1 Nov 2026");
  EXPECT_EQ(range_text(utc, {first.end, first.end}), "Mon 2 Nov 2026, 00:00") << "nothing lies in it";
}

// Hours of a zone at a quarter to: what can't be cut at midnight begins in the month before.
TEST(TimeText, WhatWasCutElsewhereHasTheNameOfWhatItIsForTheMostPart) {
  const history::Zone zone = zone_of("Asia/Kathmandu");
  const history::Interval years{moment_of("2025-12-31T18:00:00"), moment_of("2027-12-31T18:00:00")};
  const history::Interval january{years.start, moment_of("2026-01-31T18:00:00")};
  EXPECT_EQ(bucket_text(zone, january, history::BucketUnit::month, years), "Jan 2026");
  EXPECT_EQ(
      bucket_text(zone, {years.start, moment_of("2026-12-31T18:00:00")}, history::BucketUnit::year, years),
      "2026");
  EXPECT_EQ(
      bucket_text(zone, {years.start, moment_of("2026-01-01T18:00:00")}, history::BucketUnit::day, january),
      "Thu 1");
}

}  // namespace
}  // namespace collector::test
