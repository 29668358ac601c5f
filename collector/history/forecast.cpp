#include "collector/history/forecast.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "collector/history/daily_level.h"

namespace collector::history {
namespace {

constexpr std::size_t longest_past = 26 * hours_in_week;
constexpr int least_days = 14;       // from the first hour to the last
constexpr int least_days_alive = 7;  // of them with something observed

// Chosen on the 200 known months of tests/history/forecast_backtest_test, and not by the unseen ones.
constexpr std::array<double, 4> memories = {4, 10, 30, 90};  // days after which a day counts half
constexpr std::size_t longest_try = 14;                      // days
constexpr std::size_t longest_choice = 2;                    // days, where it is only about who is right
constexpr double largest_miss = 2.5;                         // as a logarithm: a factor of 12
constexpr double presumed_miss = 0.4;   // of somebody of whom nothing is known; counts as much as one try
constexpr double nine_tenths = 1.2816;  // 90 % of a normal distribution lie below so many deviations

// Without gaps, the oldest first, at most the last 26 weeks.
std::vector<WeekHour> continuous(std::span<const PastHour> past) {
  constexpr std::int64_t hour = 3'600;
  const std::int64_t earliest = past.back().start - static_cast<std::int64_t>(longest_past - 1) * hour;
  const auto first = std::ranges::lower_bound(past, earliest, {}, &PastHour::start);
  std::vector<WeekHour> hours;
  for (auto one = first; one != past.end(); ++one) {
    // To the nearest: where clocks are changed by half an hour, hours do not begin in steps of one.
    const auto index = static_cast<std::size_t>((one->start - first->start + hour / 2) / hour);
    while (hours.size() < index)
      hours.push_back({(hours.back().hour_of_week + 1) % hours_in_week, 0});
    if (hours.size() == index) hours.push_back({one->hour_of_week, 0});
    hours[index].amount += static_cast<double>(one->amount);
  }
  return hours;
}

// By how much the forecasts of all past days missed, as logarithms of truth ÷ forecast, over `length` days
// each.
std::vector<double> misses_of(const DailyAmounts& days, const std::vector<double>& levels,
                              std::size_t length) {
  constexpr std::size_t first_try = 7;
  std::vector<double> misses;
  for (std::size_t day = first_try; day + length <= days.count(); ++day) {
    const double truth = days.moved_before[day + length] - days.moved_before[day];
    const double said = levels[day] * (days.usual_before[day + length] - days.usual_before[day]);
    // A byte more each, and a thousandth of what was said: nothing at all has no logarithm.
    const double miss = std::log((truth + 0.001 * said + 1) / (said + 1));
    misses.push_back(std::clamp(miss, -largest_miss, largest_miss));
  }
  return misses;
}

// Of the amounts of the misses, the oldest first; one counts half as much as one three weeks after it: who is
// right again after a change shall lead soon.
double mean_of_late(const std::vector<double>& misses) {
  const double kept = std::exp2(-1 / 21.0);
  double sum = 0, weight = 0;
  for (const double miss : misses) {
    sum = sum * kept + std::abs(miss);
    weight = weight * kept + 1;
  }
  return sum / weight;
}

// The four memories together. The weight of each falls with the eighth power of what it missed by: the best
// one leads, and those that are as good have a say.
struct Mixture {
  double level = 0;
  std::vector<double> misses = {};
};
Mixture mix(const DailyAmounts& days, std::size_t length) {
  constexpr double perfect = 0.01;
  const std::vector<double> amounts = without_single_days(days);
  Mixture mixture;
  double total = 0, log_level = 0;
  for (const double memory : memories) {
    const std::vector<double> levels = levels_of(days, amounts, memory);
    const std::vector<double> misses = misses_of(days, levels, length);
    const double missed = mean_of_late(misses_of(days, levels, std::min(length, longest_choice)));
    const double weight = std::pow(perfect + missed, -8);
    total += weight;
    log_level += weight * std::log(levels.back() + 1e-9);
    mixture.misses.resize(misses.size());
    for (std::size_t i = 0; i < misses.size(); ++i)
      mixture.misses[i] += weight * misses[i];
  }
  mixture.level = std::exp(log_level / total);
  for (double& miss : mixture.misses)
    miss /= total;
  return mixture;
}

std::uint64_t plus(std::uint64_t used, double more) {
  constexpr double most = 9e18;
  return used +
         static_cast<std::uint64_t>(std::clamp(more, 0.0, std::max(0.0, most - static_cast<double>(used))));
}

int days_alive(std::span<const PastHour> past) {
  constexpr std::int64_t day = 86'400;
  int count = 0;
  std::int64_t last = -1;
  for (const PastHour& hour : past) {
    if (hour.observed == 0 || hour.start / day == last) continue;
    last = hour.start / day;
    ++count;
  }
  return count;
}

}  // namespace

std::expected<Forecast, TooLittleHistory> forecast(std::span<const PastHour> past, std::uint64_t used,
                                                   std::span<const ComingTime> coming) {
  if (coming.empty()) return Forecast{used, used, used};
  const int alive = days_alive(past);
  const std::vector<WeekHour> hours = past.empty() ? std::vector<WeekHour>{} : continuous(past);
  const int known = static_cast<int>(hours.size() / 24);
  if (known < least_days) return std::unexpected(TooLittleHistory{std::min(alive, known), least_days});
  if (alive < least_days_alive) return std::unexpected(TooLittleHistory{alive, least_days_alive});

  const auto week = usual_week(hours);
  const DailyAmounts days(hours, week);
  double usual = 0, seconds = 0;
  for (const ComingTime& time : coming) {
    usual += week[time.hour_of_week] * time.seconds / 3'600.0;
    seconds += time.seconds;
  }
  const auto left = static_cast<std::size_t>(std::ceil(seconds / 86'400));
  const std::size_t length = std::clamp<std::size_t>(left, 1, std::min(longest_try, days.count() / 3));
  const Mixture mixture = mix(days, length);

  // Half of what it misses by on the middle day is mended; the rest may be chance.
  std::vector<double> sorted = mixture.misses;
  std::ranges::sort(sorted);
  const double mended = 0.5 * sorted[sorted.size() / 2];
  double squares = 0;
  for (const double miss : mixture.misses)
    squares += (miss - mended) * (miss - mended) / static_cast<double>(mixture.misses.size());
  // Tries that overlap are no new evidence.
  const double apart =
      std::max(1.0, static_cast<double>(mixture.misses.size()) / static_cast<double>(length));
  const double deviation = std::sqrt((squares * apart + presumed_miss * presumed_miss) / (apart + 1));
  const double more = mixture.level * usual * std::exp(mended), factor = std::exp(nine_tenths * deviation);
  return Forecast{plus(used, more), plus(used, more / factor), plus(used, more * factor)};
}

}  // namespace collector::history
