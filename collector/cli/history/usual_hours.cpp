#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "collector/cli/history/today_view.h"
#include "collector/history/figures.h"
#include "collector/history/plan_periods.h"

namespace collector {
namespace {

using history::BucketUnit;
using history::Interval;
using history::Seconds;

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

std::string compared_text(std::uint64_t moved, std::uint64_t usual, const std::string& usual_day) {
  if (usual == 0) return "";
  const double ratio = static_cast<double>(moved) / static_cast<double>(usual);
  if (ratio >= 2.995) return fmt::format("{:.{}f} times {}", ratio, ratio < 9.95 ? 1 : 0, usual_day);
  const double percent = std::round((ratio - 1) * 100);
  if (percent == 0) return "as " + usual_day;
  return fmt::format("{:.0f} % {} than {}", std::abs(percent), percent > 0 ? "more" : "less", usual_day);
}

}  // namespace collector
