// What is ranked, and what is too long for that: a day that is kept as a day alone is no hour, however much
// moved in it. Pure.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "collector/history/amount.h"
#include "collector/history/bucket_edges.h"
#include "collector/history/figures.h"

namespace collector {

// Buckets in which something moved, of a level that is coarser than what is ranked.
struct NotRanked {
  std::string_view level;  // "1d" or "1h"
  std::size_t buckets = 0;
  history::Interval time{};  // the first one's start to the last one's end
  Moved moved{};
};

// Takes those out that are longer than a whole one of `unit`; one sum for each level, the coarsest first.
std::vector<NotRanked> take_longer(std::vector<history::UsageBucket>& buckets, history::BucketUnit unit);

// "357 days are kept as days only: not ranked (7.1 TB)"
std::string not_ranked_text(const NotRanked& rest, AmountUnits units);

}  // namespace collector
