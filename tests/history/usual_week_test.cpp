#include "collector/history/usual_week.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <vector>

namespace collector::history::test {
namespace {

// So many weeks in which every hour moves 1, but hour 20 of each day 3.
std::vector<WeekHour> evenings(std::size_t weeks) {
  std::vector<WeekHour> hours;
  for (std::size_t hour = 0; hour < weeks * hours_in_week; ++hour)
    hours.push_back({hour % hours_in_week, hour % 24 == 20 ? 3.0 : 1.0});
  return hours;
}

double total(const std::array<double, hours_in_week>& week) {
  return std::accumulate(week.begin(), week.end(), 0.0);
}

TEST(UsualWeek, AddsUpToItsHoursAndHasNoZero) {
  auto hours = evenings(6);
  for (WeekHour& hour : hours)
    if (hour.hour_of_week >= 120) hour.amount = 0;
  const auto week = usual_week(hours);
  EXPECT_NEAR(total(week), 168, 1e-9);
  EXPECT_GT(*std::ranges::min_element(week), 0);
  EXPECT_NEAR(week[20] / week[19], 3, 0.2);
  EXPECT_LT(week[150], 0.1);
}

TEST(UsualWeek, OfNothingIsEven) {
  const auto even = usual_week({});
  EXPECT_NEAR(*std::ranges::min_element(even), 1, 1e-9);
  EXPECT_NEAR(*std::ranges::max_element(even), 1, 1e-9);
  const std::vector<WeekHour> idle(hours_in_week * 3);
  EXPECT_NEAR(total(usual_week(idle)), 168, 1e-9);
}

TEST(UsualWeek, EachWeekCountsTheSameHoweverMuchItMoved) {
  auto hours = evenings(6);
  for (std::size_t hour = 0; hour < hours_in_week * 2; ++hour)
    hours[hour].amount *= 1'000;
  const auto week = usual_week(hours), same = usual_week(evenings(6));
  for (std::size_t hour = 0; hour < hours_in_week; ++hour)
    EXPECT_NEAR(week[hour], same[hour], 1e-9);
}

TEST(UsualWeek, ASingleTransferIsNoHabitATransferEachWeekIs) {
  auto once = evenings(8), always = evenings(8);
  once[hours_in_week * 3 + 50].amount = 500;
  for (std::size_t week = 0; week < 8; ++week)
    always[hours_in_week * week + 50].amount = 500;
  EXPECT_NEAR(usual_week(once)[50], usual_week(once)[49], 0.1);
  EXPECT_GT(usual_week(always)[50], 50);
}

// Of one week alone an hour says little: it is drawn towards its time of the day on other days.
TEST(UsualWeek, AFewWeeksAreDrawnTowardsWhatDaysHaveInCommon) {
  auto hours = evenings(1);
  hours[30].amount = 9;
  EXPECT_LT(usual_week(hours)[30], 5);
  auto many = evenings(20);
  for (std::size_t week = 0; week < 20; ++week)
    many[hours_in_week * week + 30].amount = 9;
  EXPECT_GT(usual_week(many)[30], 6);
}

// Whole weeks, counted back from the last hour: what is older than those is left out.
TEST(UsualWeek, IsOfWholeWeeks) {
  auto hours = evenings(5);
  hours.insert(hours.begin(), {167, 1e9});
  EXPECT_EQ(usual_week(hours), usual_week(evenings(5)));
}

}  // namespace
}  // namespace collector::history::test
