#include "collector/history/bucket_edges.h"

#include <algorithm>
#include <array>

#include "collector/history/level.h"

namespace collector::history {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr std::array<seconds, 18> steps{seconds(1),  seconds(2),  seconds(5), seconds(10), seconds(15),
                                        seconds(30), minutes(1),  minutes(2), minutes(5),  minutes(10),
                                        minutes(15), minutes(30), hours(1),   hours(2),    hours(3),
                                        hours(6),    hours(12),   hours(24)};

Cycle cycle_for(const Bucketing& bucketing) {
  switch (bucketing.unit) {
    case BucketUnit::week:
      return Cycle::weekly(bucketing.week_begins);
    case BucketUnit::month:
      return Cycle::monthly();
    case BucketUnit::year:
      return Cycle::yearly();
    case BucketUnit::period:
      return bucketing.period;
    default:
      return Cycle::daily();
  }
}

Seconds rounded_down(Seconds moment, seconds unit) {
  return Seconds(seconds(floor_to(moment.time_since_epoch().count(), unit.count())));
}

// How long clocks have shown this hour.
seconds into_hour(const Zone& zone, Seconds moment) {
  const auto local = zone.local(moment);
  return local - std::chrono::floor<hours>(local);
}

Interval hour_around(const Zone& zone, Seconds moment) {
  const seconds passed = into_hour(zone, moment);
  Seconds start = moment - passed;
  // Where clocks were changed by less than an hour since, they did not show a full hour then.
  if (into_hour(zone, start) != seconds(0)) start += hours(1) - into_hour(zone, start);
  return {start, start + (hours(1) - into_hour(zone, start))};
}

}  // namespace

std::string_view name_of(BucketUnit unit) {
  switch (unit) {
    case BucketUnit::five_minutes:
      return "5m";
    case BucketUnit::hour:
      return "hour";
    case BucketUnit::day:
      return "day";
    case BucketUnit::week:
      return "week";
    case BucketUnit::month:
      return "month";
    case BucketUnit::year:
      return "year";
    case BucketUnit::period:
      return "period";
    case BucketUnit::none:
      break;
  }
  return "none";
}

Interval bucket_around(const Zone& zone, Seconds moment, const Bucketing& bucketing) {
  if (bucketing.unit == BucketUnit::hour) return hour_around(zone, moment);
  if (bucketing.unit == BucketUnit::five_minutes) {
    const Seconds start = rounded_down(moment, seconds(five_minutes));
    return {start, start + seconds(five_minutes)};
  }
  return cycle_for(bucketing).around(zone, moment);
}

std::vector<Seconds> bucket_edges(const Zone& zone, const Interval& range, const Bucketing& bucketing) {
  if (range.end <= range.start) return {range.start, range.start};
  if (bucketing.unit == BucketUnit::none) return {range.start, range.end};
  std::vector<Seconds> edges{range.start};
  Seconds next = bucket_around(zone, range.start, bucketing).end;
  while (next < range.end && edges.size() < most_buckets) {
    edges.push_back(next);
    next = bucketing.unit == BucketUnit::hour ? next + (hours(1) - into_hour(zone, next))
                                              : bucket_around(zone, next, bucketing).end;
  }
  edges.push_back(std::min(next, range.end));
  return edges;
}

std::chrono::seconds step_for(const Interval& range, int pixels) {
  pixels = std::max(pixels, 1);
  for (const seconds step : steps)
    if (step * pixels >= range.length()) return step;
  const auto days = range.length() / pixels / steps.back();
  return steps.back() * (days * pixels * steps.back() < range.length() ? days + 1 : days);
}

std::vector<Seconds> step_edges(const Interval& range, std::chrono::seconds step) {
  if (range.end <= range.start) return {range.start, range.start};
  std::vector<Seconds> edges;
  for (Seconds edge = rounded_down(range.start, step); edge < range.end && edges.size() < most_buckets;
       edge += step)
    edges.push_back(edge);
  edges.push_back(edges.back() + step);
  return edges;
}

std::vector<Seconds> picture_edges(const Interval& range, std::chrono::seconds step) {
  std::vector<Seconds> edges = step_edges(range, step);
  edges.front() = range.start;
  edges.back() = std::max(range.start, range.end);
  return edges;
}

Picture picture_of(const Zone& zone, const Interval& range, int pixels) {
  const seconds step = step_for(range, pixels);
  if (step < steps.back()) return {picture_edges(range, step), step};
  const Cycle days = Cycle::every_days(static_cast<int>(step / steps.back()), LocalDays{});
  return {bucket_edges(zone, range, {.unit = BucketUnit::period, .period = days}), std::nullopt};
}

}  // namespace collector::history
