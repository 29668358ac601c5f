#include "collector/history/forecast.h"

#include <gtest/gtest.h>

#include <vector>

namespace collector::history::test {
namespace {

constexpr std::int64_t monday = 1'795'392'000;  // 23 Nov 2026, 00:00 UTC
constexpr std::uint64_t gigabyte = 1'000'000'000;

// `amount` in the hours that `is_busy` says, nothing in the others, for so many days up to `monday`.
template <typename Busy>
std::vector<PastHour> past_of(int days, std::uint64_t amount, Busy is_busy) {
  std::vector<PastHour> past;
  for (int hour = 0; hour < days * 24; ++hour) {
    const auto of_week = static_cast<std::size_t>((hour + (26 * 7 - days) * 24) % 168);
    past.push_back({monday - (days * 24 - hour) * 3'600, 3'600'000, is_busy(of_week) ? amount : 0, of_week});
  }
  return past;
}
bool always(std::size_t) {
  return true;
}
bool in_working_hours(std::size_t hour) {
  return hour / 24 < 5 && hour % 24 >= 9 && hour % 24 < 17;
}

std::vector<ComingTime> coming_hours(std::size_t from, int count) {
  std::vector<ComingTime> coming;
  for (int i = 0; i < count; ++i)
    coming.push_back({(from + static_cast<std::size_t>(i)) % 168, 3'600});
  return coming;
}

double near(std::uint64_t value) {
  return static_cast<double>(value) / 1e9;
}

TEST(Forecast, AnEvenFlowGoesOn) {
  const auto answer = forecast(past_of(56, gigabyte, always), 100 * gigabyte, coming_hours(0, 10 * 24));
  ASSERT_TRUE(answer);
  EXPECT_NEAR(near(answer->expected), 340, 1);
  EXPECT_LT(answer->low, answer->expected);
  EXPECT_GT(answer->high, answer->expected);
  EXPECT_GT(answer->low, 280 * gigabyte);
  EXPECT_LT(answer->high, 420 * gigabyte);
}

// Linear extrapolation says the same for a Saturday as for a Monday.
TEST(Forecast, KnowsTheHoursOfTheWeek) {
  const auto past = past_of(70, gigabyte, in_working_hours);
  const auto work = forecast(past, 0, coming_hours(0, 5 * 24));
  const auto weekend = forecast(past, 0, coming_hours(5 * 24, 2 * 24));
  const auto morning = forecast(past, 0, coming_hours(9, 4));
  ASSERT_TRUE(work && weekend && morning);
  EXPECT_NEAR(near(work->expected), 40, 4);
  EXPECT_LT(near(weekend->expected), 2);
  EXPECT_NEAR(near(morning->expected), 4, 0.6);
}

TEST(Forecast, ALastingChangeIsFollowedWithinAFewDays) {
  auto past = past_of(70, gigabyte, always);
  for (std::size_t hour = past.size() - 12 * 24; hour < past.size(); ++hour)
    past[hour].amount = 3 * gigabyte;
  const auto answer = forecast(past, 0, coming_hours(0, 7 * 24));
  ASSERT_TRUE(answer);
  EXPECT_NEAR(near(answer->expected), 3 * 168, 75);
}

TEST(Forecast, OneLargeTransferIsNoHabit) {
  auto past = past_of(70, gigabyte, always);
  past[past.size() - 30].amount = 2'000 * gigabyte;
  const auto answer = forecast(past, 0, coming_hours(0, 7 * 24));
  ASSERT_TRUE(answer);
  EXPECT_NEAR(near(answer->expected), 168, 25);
}

TEST(Forecast, HoursThatAreNotThereMovedNothing) {
  const auto whole = past_of(70, gigabyte, in_working_hours);
  std::vector<PastHour> sparse;
  for (const PastHour& hour : whole)
    if (hour.amount > 0) sparse.push_back(hour);
  sparse.push_back(whole.back());
  sparse.insert(sparse.begin(), whole.front());
  const auto coming = coming_hours(0, 100);
  EXPECT_EQ(forecast(sparse, 0, coming)->expected, forecast(whole, 0, coming)->expected);
}

TEST(Forecast, TheRestOfTheHourCounts) {
  const auto past = past_of(56, gigabyte, always);
  const std::vector<ComingTime> quarter = {{0, 900}};
  EXPECT_NEAR(near(forecast(past, 7 * gigabyte, quarter)->expected), 7.25, 0.02);
}

TEST(Forecast, NothingLeftIsWhatWasUsed) {
  const auto answer = forecast({}, 42, {});
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->expected, 42U);
  EXPECT_EQ(answer->low, 42U);
  EXPECT_EQ(answer->high, 42U);
}

TEST(Forecast, OfAMachineThatMovesNothingIsWhatWasUsed) {
  const auto answer = forecast(past_of(56, 0, always), 5, coming_hours(0, 240));
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->low, 5U);
  EXPECT_LT(answer->high, 1'000U);
}

TEST(Forecast, SaysWhenThereIsTooLittleHistory) {
  const auto coming = coming_hours(0, 24);
  EXPECT_FALSE(forecast({}, 1, coming));
  const auto young = forecast(past_of(13, gigabyte, always), 1, coming);
  ASSERT_FALSE(young);
  EXPECT_EQ(young.error().days, 13);
  EXPECT_EQ(young.error().needed, 14);
  EXPECT_TRUE(forecast(past_of(14, gigabyte, always), 1, coming));
  // Two months, but it ran on six days only.
  auto off = past_of(60, gigabyte, always);
  for (std::size_t hour = 0; hour < 54 * 24; ++hour)
    off[hour].observed = 0;
  const auto seldom = forecast(off, 1, coming);
  ASSERT_FALSE(seldom);
  EXPECT_EQ(seldom.error().days, 6);
  EXPECT_EQ(seldom.error().needed, 7);
}

TEST(Forecast, HoldsWithTheLargestNumbers) {
  const auto answer =
      forecast(past_of(56, std::uint64_t{1} << 62, always), std::uint64_t{1} << 63, coming_hours(0, 700));
  ASSERT_TRUE(answer);
  EXPECT_GE(answer->low, std::uint64_t{1} << 63);
  EXPECT_GE(answer->high, answer->expected);
}

}  // namespace
}  // namespace collector::history::test
