#include "collector/history/moved_edges.h"

#include <algorithm>

namespace collector::history {

void MovedEdges::add(const MovedEdge& edge, const Interval& range) {
  if (edge.wanted == range.start || edge.wanted == range.end) {
    ends.push_back(edge);
    return;
  }
  auto found = std::ranges::find(coarser, edge.level, &CoarserRows::level);
  if (found == coarser.end()) found = coarser.insert(found, {edge.level, {edge.wanted, edge.wanted}, 0});
  found->time.end = edge.wanted;
  ++found->edges;
}

MovedEdges moved_edges(std::span<const MovedEdge> moved, const Interval& range) {
  MovedEdges all;
  for (const MovedEdge& edge : moved)
    all.add(edge, range);
  return all;
}

}  // namespace collector::history
