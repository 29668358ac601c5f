// The usual week: which share of a week's traffic each of its 168 hours has. Pure.
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <vector>

namespace collector::history {

inline constexpr std::size_t hours_in_week = 168;

// One hour of the past: which of the week it is (0: Monday, 00:00, local time) and what moved in it.
struct WeekHour {
  std::size_t hour_of_week = 0;
  double amount = 0;
};

// For each hour of the week the amount that is usual in it, in parts of the mean hour: they add up to 168,
// and none is zero. `hours`: without gaps, the oldest first; whole weeks are taken, counted back from the
// last hour.
//
// Each week counts the same, however much it moved: a change of level or a holiday week alters nothing. Of
// four or more values of an hour the largest is left out: a single transfer is no habit. A few weeks say
// little about an hour by itself, so it is drawn towards what its day of the week and its time of the day
// have in common, with the weight of three weeks.
std::array<double, hours_in_week> usual_week(std::span<const WeekHour> hours);

}  // namespace collector::history
