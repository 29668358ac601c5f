#include "collector/history/usual_week.h"

#include <algorithm>
#include <numeric>

namespace collector::history {
namespace {

using Week = std::array<double, hours_in_week>;

constexpr double common_weight = 3;  // weeks
constexpr double least = 0.02;       // of a mean hour: nothing is impossible

// The values of each hour of the week, in parts of the mean hour of its week.
std::array<std::vector<double>, hours_in_week> values_of(std::span<const WeekHour> hours) {
  std::array<std::vector<double>, hours_in_week> values;
  for (; hours.size() >= hours_in_week; hours = hours.first(hours.size() - hours_in_week)) {
    const auto week = hours.last(hours_in_week);
    double total = 0;
    for (const WeekHour& hour : week)
      total += hour.amount;
    if (total <= 0) continue;
    for (const WeekHour& hour : week)
      values[hour.hour_of_week].push_back(hour.amount * hours_in_week / total);
  }
  return values;
}

double mean_without_largest(std::vector<double>& values) {
  constexpr std::size_t enough = 4;
  if (values.empty()) return 1;
  if (values.size() >= enough) values.erase(std::ranges::max_element(values));
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

// What each hour would have if all days had the same course, in the size of their weekday.
Week in_common(const Week& own, double mean) {
  std::array<double, 24> by_hour{};
  std::array<double, 7> by_day{};
  for (std::size_t hour = 0; hour < hours_in_week; ++hour) {
    by_hour[hour % 24] += own[hour] / 7;
    by_day[hour / 24] += own[hour] / 24;
  }
  Week week{};
  for (std::size_t hour = 0; hour < hours_in_week; ++hour)
    week[hour] = mean > 0 ? by_hour[hour % 24] * by_day[hour / 24] / mean : 1;
  return week;
}

}  // namespace

Week usual_week(std::span<const WeekHour> hours) {
  auto values = values_of(hours);
  Week own{}, weight{};
  for (std::size_t hour = 0; hour < hours_in_week; ++hour) {
    own[hour] = mean_without_largest(values[hour]);
    weight[hour] = static_cast<double>(values[hour].size());
  }
  const double mean = std::accumulate(own.begin(), own.end(), 0.0) / hours_in_week;
  const Week common = in_common(own, mean);
  const double floor = mean > 0 ? least * mean : 1;
  Week week{};
  for (std::size_t hour = 0; hour < hours_in_week; ++hour)
    week[hour] =
        (weight[hour] * own[hour] + common_weight * common[hour]) / (weight[hour] + common_weight) + floor;
  const double total = std::accumulate(week.begin(), week.end(), 0.0);
  for (double& hour : week)
    hour *= hours_in_week / total;
  return week;
}

}  // namespace collector::history
