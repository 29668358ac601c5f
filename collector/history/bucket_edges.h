// Where the buckets of a range begin and end. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "collector/history/calendar.h"

namespace collector::history {

enum class BucketUnit : std::uint8_t { none, five_minutes, hour, day, week, month, year, period };
// "5m", "hour", "day" … "none".
std::string_view name_of(BucketUnit unit);

// What a range is cut into.
struct Bucketing {
  BucketUnit unit = BucketUnit::none;
  Cycle period = Cycle::monthly();  // of BucketUnit::period
  std::chrono::weekday week_begins = std::chrono::Monday;
};

// The start of each bucket, and the end of the last one; the first and the last may be parts. An hour begins
// where clocks show one, and where they are changed. An empty range, or an end before its start: two equal
// moments. At most `most_buckets`: what is beyond is left out.
inline constexpr std::size_t most_buckets = 200'000;
std::vector<Seconds> bucket_edges(const Zone& zone, const Interval& range, const Bucketing& bucketing);

// The bucket of that unit that a moment lies in.
Interval bucket_around(const Zone& zone, Seconds moment, const Bucketing& bucketing);

// For a picture `pixels` wide the smallest of 1 2 5 10 15 30 s, 1 2 5 10 15 30 min, 1 2 3 6 12 h and 1 d that
// is not shorter than a pixel; beyond, as many days as that takes.
std::chrono::seconds step_for(const Interval& range, int pixels);
// Equal steps (Unix time) from `range.start` rounded down to `range.end` rounded up.
std::vector<Seconds> step_edges(const Interval& range, std::chrono::seconds step);
// The same within the range: where it does not begin and end with a step, the first and last column are parts
// of one, and all of them together are the range.
std::vector<Seconds> picture_edges(const Interval& range, std::chrono::seconds step);

// A picture `pixels` wide, in columns of step_for(). Those of whole days are days of the zone, 23 to 25 hours
// long where clocks are changed: what is kept in days is read as such, and no date lies in two columns.
struct Picture {
  std::vector<Seconds> edges;                // as picture_edges(): the range exactly
  std::optional<std::chrono::seconds> step;  // nothing: days of the zone, which carry their own times
};
Picture picture_of(const Zone& zone, const Interval& range, int pixels);

}  // namespace collector::history
