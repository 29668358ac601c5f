// Where an export has anything to ask, and how its pieces join. Pure.
#pragma once

#include <vector>

#include "collector/history/bucket_edges.h"
#include "collector/history/usage.h"

namespace collector::history {

// What of a range there can be rows of: from the bucket that the history begins in to the one of its end, or
// of `now`. A range from the year 1 on has millions of buckets before it. Empty, and within the range, where
// it has nothing.
Interval export_range(const HistoryContent& content, const Interval& range, const Zone& zone,
                      const Bucketing& buckets, Seconds now);

// A piece begins where the one before has ended, also where that edge had to be moved: nothing is in two of
// them, or in none.
void begin_where_it_ended(std::vector<Seconds>& edges, Seconds ended);

}  // namespace collector::history
