#include "tests/history/traffic_processes.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

namespace collector::test {
namespace {

constexpr double gigabyte = 1e9;

bool is_weekend(int day, int weekday) {
  return (day + weekday) % 7 >= 5;
}

// Spreads an amount over the hours from `hour` on that it takes at `per_hour`.
void transfer(Hours& hours, double hour, double amount, double per_hour) {
  for (auto at = static_cast<std::size_t>(hour); amount > 0 && at < hours.size(); ++at) {
    const double now = std::min(amount, per_hour);
    hours[at] += now;
    amount -= now;
  }
}

// Some people who watch in the evening, more and longer at weekends, and load a game now and then.
Hours make_household(int days, int weekday, Chance& chance) {
  Hours hours(static_cast<std::size_t>(days) * 24, 0.01 * gigabyte);
  const int people = chance.whole(1, 5);
  const double likely = chance.between(0.3, 0.8), stream = chance.between(1, 5) * gigabyte;
  const double game_days = chance.between(6, 40), game_size = chance.between(20, 70) * gigabyte;
  for (int day = 0; day < days; ++day) {
    const bool weekend = is_weekend(day, weekday);
    for (int person = 0; person < people; ++person) {
      if (!chance.happens(weekend ? std::min(1.0, likely * 1.3) : likely)) continue;
      const double begin = chance.between(weekend ? 11 : 17, 22);
      const double length = std::min(7.0, chance.exponential(weekend ? 3.5 : 2));
      transfer(hours, day * 24 + begin, length * stream, stream);
    }
    if (chance.happens(1 / game_days))
      transfer(hours, day * 24 + chance.between(9, 23), chance.log_normal(game_size, 0.4), 25 * gigabyte);
  }
  return hours;
}

// Jobs that arrive in working hours; nobody is there at weekends.
Hours make_office(int days, int weekday, Chance& chance) {
  Hours hours(static_cast<std::size_t>(days) * 24, 0.0);
  const double jobs = chance.between(10, 200), size = chance.log_between(0.02, 0.5) * gigabyte;
  const double sigma = chance.between(0.6, 1.4);
  for (int day = 0; day < days; ++day) {
    if (is_weekend(day, weekday)) continue;
    const double friday = (day + weekday) % 7 == 4 ? 0.7 : 1;
    for (int job = chance.poisson(jobs * friday); job > 0; --job)
      transfer(hours, day * 24 + 8 + 5 * (chance.uniform() + chance.uniform()),
               chance.log_normal(size, sigma), 30 * gigabyte);
  }
  return hours;
}

// Visitors by the time of day, noise that lasts for hours, and pages that the whole world reads for a day.
Hours make_server(int days, int weekday, Chance& chance) {
  Hours hours;
  const double mean = chance.log_between(0.3, 8) * gigabyte, swing = chance.between(0.2, 0.9);
  const double weekend = chance.between(0.6, 1.3), noise = chance.between(0.1, 0.4);
  const double viral_days = chance.between(12, 60), half_life = chance.between(6, 30);
  double state = 0, viral = 0;
  for (int hour = 0; hour < days * 24; ++hour) {
    state = 0.9 * state + noise * std::sqrt(1 - 0.81) * chance.normal();
    viral *= std::exp2(-1 / half_life);
    if (chance.happens(1 / (viral_days * 24))) viral += chance.pareto(0.5, 1.5);
    const double wave = 1 + swing * std::sin(2 * std::numbers::pi * (hour % 24 - 9) / 24.0);
    const double week = is_weekend(hour / 24, weekday) ? weekend : 1;
    hours.push_back(mean * (wave * week * std::exp(state) + std::min(viral, 20.0)));
  }
  return hours;
}

// What has changed is copied each night, everything once a week, and some nights nothing runs.
Hours make_backup(int days, int weekday, Chance& chance) {
  Hours hours(static_cast<std::size_t>(days) * 24, 0.02 * gigabyte);
  const double changed = chance.log_between(1, 15) * gigabyte;
  double everything = chance.log_between(20, 200) * gigabyte;
  const double growth = chance.between(1, 1.02), missed = chance.between(0, 0.15);
  const int full_day = chance.whole(0, 6);
  for (int day = 0; day < days; ++day) {
    if (chance.happens(missed)) continue;
    const bool full = (day + weekday) % 7 == full_day;
    if (full) everything *= growth;
    transfer(hours, day * 24 + 2,
             full ? chance.log_normal(everything, 0.05) : chance.log_normal(changed, 0.7), 40 * gigabyte);
  }
  return hours;
}

// A laptop that is at home, at work or away for days, and moves different amounts in each place.
Hours make_roaming(int days, int, Chance& chance) {
  Hours hours;
  const std::array<double, 3> amount = {chance.log_between(3, 30) * gigabyte,
                                        chance.log_between(1, 10) * gigabyte,
                                        chance.log_between(0.05, 1) * gigabyte};
  const double stays = chance.between(2, 8);
  int place = 0;
  for (int day = 0; day < days; ++day) {
    if (chance.happens(1 / stays)) place = chance.whole(0, 2);
    const double today = chance.log_normal(amount[static_cast<std::size_t>(place)], 0.5);
    const int begin = chance.whole(6, 11), end = chance.whole(17, 23);
    for (int hour = 0; hour < 24; ++hour)
      hours.push_back(hour >= begin && hour < end ? today * chance.between(0.2, 1.8) / (end - begin) : 0);
  }
  return hours;
}

// What others ask of it: a random walk day by day, up to what the line can carry.
Hours make_seeder(int days, int, Chance& chance) {
  Hours hours;
  const double line = chance.log_between(5, 45) * gigabyte, middle = line * chance.between(0.03, 0.4);
  const double step = chance.between(0.05, 0.3), back = chance.between(0.02, 0.15);
  double state = 0;
  for (int day = 0; day < days; ++day) {
    state = (1 - back) * state + step * chance.normal();
    for (int hour = 0; hour < 24; ++hour)
      hours.push_back(std::min(line, chance.log_normal(middle * std::exp(state), 0.3)));
  }
  return hours;
}

// Term and vacation in blocks of weeks, parties and deadlines in between.
Hours make_student(int days, int weekday, Chance& chance) {
  Hours hours;
  const double term = chance.log_between(2, 12) * gigabyte, vacation = term * chance.log_between(0.2, 2.5);
  int left = chance.whole(5, 60);
  bool in_term = chance.happens(0.7);
  for (int day = 0; day < days; ++day) {
    if (--left < 0) {
      in_term = !in_term;
      left = in_term ? chance.whole(40, 110) : chance.whole(14, 60);
    }
    const double typical = (in_term ? term : vacation) * (is_weekend(day, weekday) ? 1.4 : 1);
    const double today = chance.happens(0.1) ? 0.1 * typical : chance.log_normal(typical, 0.6);
    const int wake = chance.whole(8, 13);
    for (int hour = 0; hour < 24; ++hour)
      hours.push_back(hour >= wake || hour < 2 ? today / 15 * chance.exponential(1) : 0);
  }
  return hours;
}

// A camera that sends all the time, and storms of events in which one brings the next.
Hours make_camera(int days, int, Chance& chance) {
  Hours hours;
  const double always = chance.log_between(0.05, 1) * gigabyte,
               event = chance.log_between(0.02, 0.4) * gigabyte;
  const double rate = chance.between(0.2, 2), brings = chance.between(0.2, 0.85);
  double waiting = 0;
  for (int hour = 0; hour < days * 24; ++hour) {
    const bool day = hour % 24 >= 7 && hour % 24 < 20;
    const int events = chance.poisson(rate * (day ? 1.5 : 0.4) + brings * waiting);
    waiting = events;
    hours.push_back(always + events * event);
  }
  return hours;
}

constexpr std::array<TrafficProcess, 8> processes = {{
    {"household", make_household},
    {"office", make_office},
    {"server", make_server},
    {"backup", make_backup},
    {"roaming", make_roaming},
    {"seeder", make_seeder},
    {"student", make_student},
    {"camera", make_camera},
}};

}  // namespace

std::span<const TrafficProcess> traffic_processes() {
  return processes;
}

}  // namespace collector::test
