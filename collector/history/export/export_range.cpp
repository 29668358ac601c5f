#include "collector/history/export/export_range.h"

#include <algorithm>

namespace collector::history {

Interval export_range(const HistoryContent& content, const Interval& range, const Zone& zone,
                      const Bucketing& buckets, Seconds now) {
  if (buckets.unit == BucketUnit::none || range.end <= range.start) return range;
  const Interval known = content.time.value_or(Interval{now, now});
  const Seconds last = std::max(known.end, now) - std::chrono::seconds(1);
  const Seconds start = std::clamp(bucket_around(zone, known.start, buckets).start, range.start, range.end);
  return {start, std::clamp(bucket_around(zone, last, buckets).end, start, range.end)};
}

void begin_where_it_ended(std::vector<Seconds>& edges, Seconds ended) {
  edges.front() = ended;
  for (Seconds& edge : edges)
    edge = std::max(edge, ended);
}

}  // namespace collector::history
