#include "collector/history/calendar.h"

#include <algorithm>

namespace collector::history {
namespace {

using std::chrono::days;
using std::chrono::year;

std::int64_t floor_divide(std::int64_t a, std::int64_t b) {
  const std::int64_t quotient = a / b;
  return quotient - (a % b < 0 ? 1 : 0);
}

// Months since January of year 0.
std::int64_t month_number(std::chrono::year_month_day date) {
  return static_cast<int>(date.year()) * 12LL + static_cast<unsigned>(date.month()) - 1;
}

// The day of the month that a cycle means by `day`, clamped to the days that there are.
LocalDays day_of_month(std::int64_t number, int day) {
  const std::chrono::year_month month(
      year(static_cast<int>(floor_divide(number, 12))),
      std::chrono::month(static_cast<unsigned>(number - floor_divide(number, 12) * 12) + 1));
  const int last = static_cast<int>(static_cast<unsigned>(
      std::chrono::year_month_day_last(month.year(), std::chrono::month_day_last(month.month())).day()));
  const int wanted = day > 0 ? day : last + 1 + day;
  return LocalDays(month / std::chrono::day(static_cast<unsigned>(std::clamp(wanted, 1, last))));
}

}  // namespace

Cycle Cycle::weekly(std::chrono::weekday first) {
  constexpr LocalDays thursday{};  // 1 January 1970
  return every_days(7, thursday + (first - std::chrono::Thursday));
}

Cycle Cycle::monthly(int day) {
  return {Unit::months, 1, day, LocalDays{}};
}

Cycle Cycle::every_days(int days, LocalDays on) {
  return {Unit::days, std::max(days, 1), 1, on};
}

Cycle Cycle::at(std::chrono::seconds time_of_day) const {
  Cycle later = *this;
  later.time_of_day_ = time_of_day;
  return later;
}

Seconds Cycle::start_of(const Zone& zone, std::int64_t number) const {
  const LocalDays date =
      unit_ == Unit::days ? anchor_ + days(number * count_) : day_of_month(number * count_, day_);
  return zone.first(date + time_of_day_);
}

std::int64_t Cycle::number_of(LocalSeconds time) const {
  const auto date = std::chrono::floor<days>(time);
  if (unit_ == Unit::days) return floor_divide((date - anchor_).count(), count_);
  return floor_divide(month_number(std::chrono::year_month_day(date)), count_);
}

Interval Cycle::around(const Zone& zone, Seconds moment) const {
  std::int64_t number = number_of(zone.local(moment));
  // Before this month's day, before the time of day; or after the first of two midnights.
  while (start_of(zone, number) > moment)
    --number;
  while (start_of(zone, number + 1) <= moment)
    ++number;
  return {start_of(zone, number), start_of(zone, number + 1)};
}

Interval Cycle::before(const Zone& zone, const Interval& period) const {
  return around(zone, period.start - std::chrono::seconds(1));
}

LocalDays date_of(const Zone& zone, Seconds moment) {
  const auto shown = std::chrono::floor<days>(zone.local(moment));
  return zone.first(shown + days(1)) <= moment ? shown + days(1) : shown;
}

}  // namespace collector::history
