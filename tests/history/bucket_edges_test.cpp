// Where buckets begin, on days that have 23, 24 and 25 hours, and in zones that change by half an hour.
#include "collector/history/bucket_edges.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "tests/history/vectors.h"

namespace collector::test {
namespace {

using history::BucketUnit;
using history::Interval;
using history::Seconds;

std::string texts(const std::vector<Seconds>& edges) {
  std::string all;
  for (const Seconds edge : edges)
    all += (all.empty() ? "" : " ") + text_of(edge);
  return all;
}

std::vector<Seconds> edges(const std::string& zone, const std::string& from, const std::string& to,
                           BucketUnit unit) {
  return history::bucket_edges(zone_of(zone), {moment_of(from), moment_of(to)},
                               {.unit = unit, .period = cycle_of("month 14")});
}

std::vector<Seconds> hours_of_day(const std::string& zone, const std::string& noon) {
  const auto day = history::Cycle::daily().around(zone_of(zone), moment_of(noon));
  return history::bucket_edges(zone_of(zone), day, {.unit = BucketUnit::hour});
}

TEST(BucketEdges, DaysHaveTheHoursThatClocksShow) {
  EXPECT_EQ(hours_of_day("Europe/Berlin", "2026-01-15T12:00:00").size(), 25U);
  EXPECT_EQ(hours_of_day("Europe/Berlin", "2026-03-29T12:00:00").size(), 24U);
  EXPECT_EQ(hours_of_day("Europe/Berlin", "2026-10-25T12:00:00").size(), 26U);
  EXPECT_EQ(hours_of_day("Asia/Kathmandu", "2026-03-29T12:00:00").size(), 25U);
}

TEST(BucketEdges, ClocksThatChangeByHalfAnHourMakeOneHourShorter) {
  // 5 April 2026, 02:00 is 01:30 again: that hour's second half comes twice.
  const auto autumn = hours_of_day("Australia/Lord_Howe", "2026-04-05T00:00:00");
  const auto spring = hours_of_day("Australia/Lord_Howe", "2026-10-04T00:00:00");
  EXPECT_EQ(autumn.size(), 26U);
  EXPECT_EQ(spring.size(), 25U);
  const auto shortest = [](const std::vector<Seconds>& all) {
    auto least = std::chrono::seconds(7200);
    for (std::size_t i = 1; i < all.size(); ++i)
      least = std::min(least, all[i] - all[i - 1]);
    return least;
  };
  EXPECT_EQ(shortest(autumn), std::chrono::minutes(30));
  EXPECT_EQ(shortest(spring), std::chrono::minutes(30));
}

TEST(BucketEdges, EveryBucketHoldsItsMoments) {
  for (const char* zone : {"Europe/Berlin", "Australia/Lord_Howe", "Asia/Kathmandu", "Pacific/Apia"}) {
    const auto all = edges(zone, "2026-03-28T00:00:00", "2026-04-10T00:00:00", BucketUnit::hour);
    for (std::size_t i = 1; i + 2 < all.size(); ++i)
      for (const auto at : {all[i], all[i] + std::chrono::minutes(7), all[i + 1] - std::chrono::seconds(1)})
        ASSERT_EQ(history::bucket_around(zone_of(zone), at, {.unit = BucketUnit::hour}),
                  (Interval{all[i], all[i + 1]}))
            << zone << " " << text_of(at);
  }
}

TEST(BucketEdges, FirstAndLastMayBeParts) {
  EXPECT_EQ(texts(edges("Europe/Berlin", "2026-03-28T10:00:00", "2026-03-30T10:00:00", BucketUnit::day)),
            "2026-03-28T10:00:00 2026-03-28T23:00:00 2026-03-29T22:00:00 2026-03-30T10:00:00");
  EXPECT_EQ(texts(edges("UTC", "2026-01-20T00:00:00", "2026-03-01T00:00:00", BucketUnit::period)),
            "2026-01-20T00:00:00 2026-02-14T00:00:00 2026-03-01T00:00:00");
  EXPECT_EQ(texts(edges("UTC", "2026-01-20T00:00:00", "2026-01-20T00:00:00", BucketUnit::day)),
            "2026-01-20T00:00:00 2026-01-20T00:00:00");
}

TEST(BucketEdges, StepsAreNoShorterThanAPixel) {
  const Interval week{moment_of("2026-01-01T00:00:00"), moment_of("2026-01-08T00:00:00")};
  EXPECT_EQ(history::step_for(week, 1284), std::chrono::minutes(10));
  EXPECT_EQ(history::step_for(week, 7), std::chrono::hours(24));
  EXPECT_EQ(history::step_for(week, 6), std::chrono::hours(48));
  EXPECT_EQ(history::step_for(week, 1), std::chrono::hours(7 * 24));
  EXPECT_EQ(history::step_for(week, 0), std::chrono::hours(7 * 24));
  EXPECT_EQ(history::step_for({week.start, week.start + std::chrono::minutes(2)}, 1300),
            std::chrono::seconds(1));
  const auto steps =
      history::step_edges({week.start + std::chrono::seconds(30), week.end}, std::chrono::hours(1));
  EXPECT_EQ(steps.front(), week.start);
  EXPECT_EQ(steps.back(), week.end);
  EXPECT_EQ(steps.size(), 169U);
}

TEST(BucketEdges, ColumnsOfWholeDaysAreDaysOfTheZone) {
  const auto picture = [](const char* zone, const char* from, const char* to, int pixels) {
    const auto all = history::picture_of(zone_of(zone), {moment_of(from), moment_of(to)}, pixels);
    return (all.step ? std::to_string(all.step->count()) + ": " : "") + texts(all.edges);
  };
  EXPECT_EQ(picture("Europe/Berlin", "2026-03-27T10:00:00", "2026-03-31T10:00:00", 4),
            "2026-03-27T10:00:00 2026-03-27T23:00:00 2026-03-28T23:00:00 2026-03-29T22:00:00 "
            "2026-03-30T22:00:00 2026-03-31T10:00:00");
  EXPECT_EQ(picture("Asia/Kathmandu", "2026-01-01T00:00:00", "2026-01-08T00:00:00", 3),
            "2026-01-01T00:00:00 2026-01-03T18:15:00 2026-01-06T18:15:00 2026-01-08T00:00:00");
  // Wherever the range begins, columns begin at the same days.
  EXPECT_EQ(picture("Asia/Kathmandu", "2026-01-02T19:00:00", "2026-01-08T00:00:00", 2),
            "2026-01-02T19:00:00 2026-01-03T18:15:00 2026-01-06T18:15:00 2026-01-08T00:00:00");
  EXPECT_EQ(picture("Europe/Berlin", "2026-03-29T00:30:00", "2026-03-29T13:00:00", 2),
            "43200: 2026-03-29T00:30:00 2026-03-29T12:00:00 2026-03-29T13:00:00");
  EXPECT_EQ(picture("Europe/Berlin", "2026-03-29T00:30:00", "2026-03-29T00:30:00", 2),
            "1: 2026-03-29T00:30:00 2026-03-29T00:30:00");
}

}  // namespace
}  // namespace collector::test
