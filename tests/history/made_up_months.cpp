#include "tests/history/made_up_months.h"

#include <algorithm>
#include <cmath>

#include "tests/history/chance.h"
#include "tests/history/traffic_processes.h"

namespace collector::test {
namespace {

constexpr std::int64_t day_seconds = 86'400;
constexpr double gigabyte = 1e9;

struct Range {
  double low, high;
  double pick(Chance& chance) const { return chance.between(low, high); }
};

// What happens to any machine, whatever it does.
struct Life {
  int least_days, most_days;  // before the month
  Range shift_days;           // the mean time from one lasting change to the next, in days
  double shift;               // it multiplies by up to this, or divides
  Range growth;               // each week
  Range holiday_days;         // the mean time from one holiday to the next
  Range holiday_length;
  Range off;         // the share of days on which the machine stays off
  Range burst_days;  // the mean time from one burst to the next
  Range burst_size;  // the smallest, as a share of a mean day
  Range burst_tail;  // alpha of the Pareto distribution
};

constexpr Life known_life{21,      200,       {40, 400}, 3,        {0.99, 1.02}, {40, 200},
                          {3, 16}, {0, 0.08}, {3, 40},   {0.5, 2}, {1.1, 2}};
constexpr Life unseen_life{17,      280,       {30, 600}, 4,        {0.985, 1.025}, {30, 250},
                           {2, 22}, {0, 0.12}, {2, 60},   {0.3, 3}, {1.05, 2.5}};

// Factors that last: changes for good, growth, holidays (away, or at home).
void live(Hours& hours, const Life& life, Chance& chance) {
  const double shift_days = life.shift_days.pick(chance),
               growth = std::pow(life.growth.pick(chance), 1 / 7.0);
  const double holiday_days = life.holiday_days.pick(chance);
  double level = 1, holiday = 1;
  int holiday_left = 0;
  for (std::size_t day = 0; day * 24 < hours.size(); ++day) {
    if (chance.happens(1 / shift_days)) level *= chance.log_between(1 / life.shift, life.shift);
    if (--holiday_left < 0 && chance.happens(1 / holiday_days)) {
      holiday_left = static_cast<int>(life.holiday_length.pick(chance));
      holiday = chance.happens(0.6) ? chance.between(0, 0.2) : chance.between(1.3, 2.2);
    }
    const double factor =
        level * std::pow(growth, static_cast<double>(day)) * (holiday_left >= 0 ? holiday : 1);
    for (std::size_t hour = day * 24; hour < day * 24 + 24; ++hour)
      hours[hour] *= factor;
  }
}

// Single large transfers, and whole days off, of which nothing is measured.
void happen(Hours& hours, std::vector<std::uint32_t>& seconds, const Life& life, Chance& chance) {
  double mean_day = 0;
  for (const double hour : hours)
    mean_day += hour * 24 / static_cast<double>(hours.size());
  const double off = chance.happens(0.5) ? life.off.pick(chance) : 0;
  const bool has_bursts = chance.happens(0.7);
  const double burst_days = life.burst_days.pick(chance), size = life.burst_size.pick(chance);
  const double tail = life.burst_tail.pick(chance);
  for (std::size_t day = 0; day * 24 < hours.size(); ++day) {
    if (has_bursts && chance.happens(1 / burst_days))
      hours[day * 24 + static_cast<std::size_t>(chance.whole(0, 23))] +=
          mean_day * std::min(10.0, chance.pareto(size, tail));
    if (!chance.happens(off)) continue;
    for (std::size_t hour = day * 24; hour < day * 24 + 24; ++hour) {
      hours[hour] = 0;
      seconds[hour] = 0;
    }
  }
}

MadeUpMonth make_month(const TrafficProcess& process, const Life& life, Chance& chance) {
  MadeUpMonth month;
  month.process = process.name;
  const int before = chance.whole(life.least_days, life.most_days), length = chance.whole(28, 31);
  const int first_day = 18'000 + chance.whole(0, 3'000);  // days since 1970: from 2019 on
  const int weekday = (first_day + 3) % 7;                // that one was a Thursday
  month.first = first_day * day_seconds;
  month.begin = month.first + before * day_seconds;
  month.end = month.begin + length * day_seconds;
  Hours hours = process.make(before + length, weekday, chance);
  month.seconds.assign(hours.size(), 3'600);
  live(hours, life, chance);
  happen(hours, month.seconds, life, chance);
  for (const double hour : hours)
    month.bytes.push_back(static_cast<std::uint64_t>(std::min(hour, 450 * gigabyte)));  // 1 Gbit/s
  for (const double part : {0.12, 0.3, 0.48, 0.66, 0.86})
    month.asked.push_back(month.begin + static_cast<std::int64_t>(part * length * 24) * 3'600 +
                          chance.whole(-18, 18) * 3'600);
  return month;
}

std::vector<MadeUpMonth> make_months(std::size_t count, std::size_t processes, const Life& life,
                                     std::uint64_t first_seed) {
  std::vector<MadeUpMonth> months;
  for (std::size_t i = 0; i < count; ++i) {
    Chance chance(first_seed + i);
    months.push_back(make_month(traffic_processes()[i % processes], life, chance));
  }
  return months;
}

}  // namespace

std::vector<MadeUpMonth> known_months() {
  return make_months(200, known_processes, known_life, 20'261'129);
}
std::vector<MadeUpMonth> unseen_months() {
  return make_months(50, traffic_processes().size(), unseen_life, 77'000'001);
}

}  // namespace collector::test
