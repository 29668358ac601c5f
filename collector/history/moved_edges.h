// Which edges of a question are not where it wanted them: both its ends, each by itself; those inside, of
// which there may be one for each hour of years, in one sum for each level that is kept there. Pure.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "collector/history/usage.h"

namespace collector::history {

// Inside of the range edges had to be moved, because only a coarser level is kept there: rows are as long as
// its buckets.
struct CoarserRows {
  std::string level;
  Interval time{};          // from the first such edge to the last one
  std::uint64_t edges = 0;  // that were moved
};

struct MovedEdges {
  std::vector<MovedEdge> ends;
  std::vector<CoarserRows> coarser;  // one for each level

  // In the order of their times. `range`: as it was wanted.
  void add(const MovedEdge& edge, const Interval& range);
};
MovedEdges moved_edges(std::span<const MovedEdge> moved, const Interval& range);

}  // namespace collector::history
