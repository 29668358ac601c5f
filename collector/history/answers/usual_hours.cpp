#include "collector/history/answers/usual_hours.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "collector/history/figures.h"
#include "collector/history/plan_periods.h"

namespace collector {
namespace {

using history::BucketUnit;
using history::Interval;
using history::Seconds;
using history::UsageBucket;

constexpr int weeks_looked_at = 8;
constexpr std::size_t days_needed = 3;

// The same weekday of the weeks before, the oldest first.
std::vector<Interval> days_like(const HistoryQuestion& question) {
  std::vector<Interval> days;
  for (int week = weeks_looked_at; week >= 1; --week) {
    // From noon to noon: no change of clocks leads into another day.
    const Seconds noon = question.range.start + std::chrono::hours(12) - std::chrono::days(7 * week);
    days.push_back(history::bucket_around(question.zone, noon, {.unit = BucketUnit::day}));
  }
  return days;
}

}  // namespace

std::size_t hour_shown(const history::Zone& zone, Seconds moment) {
  return static_cast<std::size_t>(history::time_of_day(zone, moment) / std::chrono::hours(1));
}

// All days in one question: between them lies a bucket that nobody looks at.
Result<std::optional<UsualHours>> usual_hours(const HistoryQuestion& question,
                                              const history::HistoryFile& file) {
  const std::vector<Interval> days = days_like(question);
  history::UsageQuery query{question.selection, {}};
  for (const Interval& day : days)
    for (const Seconds edge : history::bucket_edges(question.zone, day, {.unit = BucketUnit::hour}))
      if (query.edges.empty() || edge > query.edges.back()) query.edges.push_back(edge);
  const auto answer = file.usage(query);
  if (!answer) return std::unexpected(answer.error());
  const std::vector<history::UsageBucket> buckets = together(*answer);
  std::vector<UsualHours> measured;
  for (const Interval& day : days) {
    UsualHours hours{};
    bool known = false;
    for (const history::UsageBucket& bucket : buckets) {
      if (!day.holds(bucket.time.start)) continue;
      known |= bucket.is_known();
      // A day of long ago that is kept as a whole tells of no hours.
      if (bucket.time.length() > std::chrono::hours(1)) {
        known = false;
        break;
      }
      hours[hour_shown(question.zone, bucket.time.start)] += moved_in(bucket).total();
    }
    if (known) measured.push_back(hours);
  }
  if (measured.size() < days_needed) return std::nullopt;
  UsualHours usual{};
  for (std::size_t hour = 0; hour < usual.size(); ++hour) {
    std::vector<std::uint64_t> amounts;
    for (const UsualHours& day : measured)
      amounts.push_back(day[hour]);
    std::ranges::sort(amounts);
    if (amounts.size() > days_needed) amounts.pop_back();
    usual[hour] = std::accumulate(amounts.begin(), amounts.end(), std::uint64_t{0}) / amounts.size();
  }
  return usual;
}

std::uint64_t usual_before(Seconds moment, const HistoryQuestion& question,
                           const std::vector<UsageBucket>& hours, const UsualHours& usual) {
  std::uint64_t sum = 0;
  for (const UsageBucket& hour : hours) {
    if (hour.time.start >= moment) break;
    const std::uint64_t whole = usual[hour_shown(question.zone, hour.time.start)];
    const auto passed = std::min(moment, hour.time.end) - hour.time.start;
    sum += whole / 3600 * static_cast<std::uint64_t>(std::min(passed, std::chrono::seconds(3600)).count());
  }
  return sum;
}

}  // namespace collector
