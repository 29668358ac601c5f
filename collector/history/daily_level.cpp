#include "collector/history/daily_level.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

namespace collector::history {
namespace {

// Where all levels begin: at the middle one of the first week's days; where most of them were idle, at a part
// of their mean.
double first_level(const DailyAmounts& days) {
  constexpr std::size_t week = 7;
  std::array<double, week> levels{};
  for (std::size_t day = 0; day < week; ++day)
    levels[day] = days.moved[day] / days.usual[day];
  std::ranges::sort(levels);
  const double mean = std::accumulate(levels.begin(), levels.end(), 0.0) / week;
  return std::max(levels[week / 2], 0.3 * mean);
}

}  // namespace

DailyAmounts::DailyAmounts(std::span<const WeekHour> hours, std::span<const double, hours_in_week> week) {
  constexpr std::size_t day = 24;
  for (hours = hours.last(hours.size() / day * day); !hours.empty(); hours = hours.subspan(day)) {
    double amount = 0, expected = 0;
    for (const WeekHour& hour : hours.first(day)) {
      amount += hour.amount;
      expected += week[hour.hour_of_week];
    }
    moved.push_back(amount);
    usual.push_back(expected);
    moved_before.push_back(moved_before.back() + amount);
    usual_before.push_back(usual_before.back() + expected);
  }
}

std::vector<double> without_single_days(const DailyAmounts& days) {
  constexpr std::size_t weeks = 28, enough = 7;
  std::vector<double> amounts;
  for (std::size_t day = 0; day < days.count(); ++day) {
    double largest = 0, second = 0;
    const std::size_t first = day + 1 > weeks ? day + 1 - weeks : 0;
    for (std::size_t other = first; other <= day; ++other) {
      const double level = days.moved[other] / days.usual[other];
      second = std::max(second, std::min(level, largest));
      largest = std::max(largest, level);
    }
    const bool known = day + 1 >= enough;
    amounts.push_back(known ? std::min(days.moved[day], second * days.usual[day]) : days.moved[day]);
  }
  return amounts;
}

std::vector<double> levels_of(const DailyAmounts& days, std::span<const double> amounts, double memory) {
  const double kept = std::exp2(-1 / memory);
  double usual = 48, moved = first_level(days) * usual;  // counts as two days
  std::vector<double> levels;
  for (std::size_t day = 0; day < days.count(); ++day) {
    levels.push_back(moved / usual);
    moved = moved * kept + amounts[day];
    usual = usual * kept + days.usual[day];
  }
  levels.push_back(moved / usual);
  return levels;
}

}  // namespace collector::history
