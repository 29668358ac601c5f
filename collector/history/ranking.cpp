#include "collector/history/ranking.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <iterator>
#include <optional>

#include "collector/core/plural.h"
#include "collector/history/level.h"

namespace collector {
namespace {

using history::BucketUnit;
using history::UsageBucket;

constexpr std::chrono::seconds one_hour_long{history::one_hour};
// A day is that of some zone, and has 23 hours once a year; no other bucket is as long.
constexpr std::chrono::hours shortest_day{22};

// Nothing: no level's buckets are longer.
std::optional<std::chrono::seconds> length_of(BucketUnit unit) {
  if (unit == BucketUnit::five_minutes) return std::chrono::minutes(5);
  if (unit == BucketUnit::hour) return one_hour_long;
  return std::nullopt;
}

}  // namespace

std::vector<NotRanked> take_longer(std::vector<UsageBucket>& buckets, BucketUnit unit) {
  const auto longest = length_of(unit);
  if (!longest) return {};
  std::array<NotRanked, 2> levels{NotRanked{.level = "1d"}, NotRanked{.level = "1h"}};
  std::erase_if(buckets, [&](const UsageBucket& bucket) {
    if (bucket.time.length() <= *longest) return false;
    const Moved moved = moved_in(bucket);
    if (moved.total() == 0) return true;
    NotRanked& level = levels[bucket.time.length() < shortest_day ? 1 : 0];
    if (level.buckets++ == 0) level.time.start = bucket.time.start;
    level.time.end = bucket.time.end;
    level.moved += moved;
    return true;
  });
  std::vector<NotRanked> taken;
  std::ranges::copy_if(levels, std::back_inserter(taken),
                       [](const NotRanked& one) { return one.buckets > 0; });
  return taken;
}

std::string not_ranked_text(const NotRanked& rest, AmountUnits units) {
  const bool days = rest.level == "1d";
  const std::string what = days ? counted(rest.buckets, "day is kept as a day", "days are kept as days")
                                : counted(rest.buckets, "hour is kept as an hour", "hours are kept as hours");
  return fmt::format("{} only: not ranked ({})", what, amount_text(rest.moved.total(), units));
}

}  // namespace collector
