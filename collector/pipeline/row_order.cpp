#include "collector/pipeline/row_order.h"

#include <algorithm>
#include <cstddef>
#include <unordered_map>
#include <utility>
#include <vector>

#include "collector/pipeline/aggregator.h"

namespace collector {
namespace {

// The rows of one series: a chain of indices in the order they were appended.
struct Chain {
  const Series* series;
  std::size_t first;
  std::size_t last;
};

constexpr std::size_t chain_end = static_cast<std::size_t>(-1);

bool earlier(const Row& a, const Row& b) {
  return a.start != b.start ? a.start < b.start : a.clock_steps < b.clock_steps;
}

bool chain_less(const Chain& a, const Chain& b) {
  return a.series != b.series && series_less(*a.series, *b.series);
}

// Of one series that was let go and came again within the batch there are two objects.
bool same_series(const Row& a, const Row& b) {
  return a.series == b.series || (!series_less(*a.series, *b.series) && !series_less(*b.series, *a.series));
}

}  // namespace

void sort_rows(Batch& batch) {
  std::vector<Row>& rows = batch.rows;
  std::vector<Chain> chains;
  std::vector<std::size_t> next(rows.size(), chain_end);
  std::unordered_map<const Series*, std::size_t> chain_of;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const auto [found, added] = chain_of.try_emplace(rows[i].series.get(), chains.size());
    if (added) {
      chains.push_back({rows[i].series.get(), i, i});
      continue;
    }
    Chain& chain = chains[found->second];
    next[chain.last] = i;
    chain.last = i;
  }
  std::ranges::stable_sort(chains, chain_less);
  std::vector<Row> ordered;
  ordered.reserve(rows.size());
  for (const Chain& chain : chains)
    for (std::size_t i = chain.first; i != chain_end; i = next[i])
      ordered.push_back(std::move(rows[i]));
  // Only where the wall clock was stepped, or a series came twice, is there anything left to do.
  for (auto begin = ordered.begin(); begin != ordered.end();) {
    const auto end =
        std::find_if(begin, ordered.end(), [&](const Row& row) { return !same_series(*begin, row); });
    if (!std::is_sorted(begin, end, earlier)) std::stable_sort(begin, end, earlier);
    begin = end;
  }
  rows = std::move(ordered);
}

}  // namespace collector
