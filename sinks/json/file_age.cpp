#include "sinks/json/file_age.h"

#include <algorithm>
#include <optional>

#include "collector/core/retention_clock.h"

namespace collector::json_files {
namespace {

// The longest sequence of times that never goes back, of those before `limit`: which files are in it.
std::vector<bool> longest_in_order(std::span<const FileName> files, WallTime limit) {
  std::vector<std::size_t> ends;  // of the sequences of length 1, 2 …: the one that ends earliest
  std::vector<std::optional<std::size_t>> before(files.size());
  for (std::size_t i = 0; i < files.size(); ++i) {
    if (files[i].start >= limit) continue;
    const auto place =
        std::ranges::upper_bound(ends, files[i].start, {}, [&](std::size_t end) { return files[end].start; });
    if (place != ends.begin()) before[i] = *std::prev(place);
    if (place == ends.end())
      ends.push_back(i);
    else
      *place = i;
  }
  std::vector<bool> in_order(files.size());
  std::optional<std::size_t> next = ends.empty() ? std::nullopt : std::optional(ends.back());
  for (; next; next = before[*next])
    in_order[*next] = true;
  return in_order;
}

}  // namespace

std::vector<WallTime> newest_rows(std::span<const FileName> files, Duration rotate, WallTime believed,
                                  WallTime latest, std::span<const StampRange> young) {
  const WallTime future = RetentionClock::future_begins(std::max(believed, latest));
  const auto in_order = longest_in_order(files, future);
  std::vector<WallTime> newest(files.size());
  WallTime next = believed;
  for (std::size_t i = files.size(); i-- > 0;) {
    newest[i] = next;
    if (in_order[i])
      next = files[i].start;
    else if (files[i].start < future)
      newest[i] = std::max(next, files[i].start + rotate);
    if (std::ranges::any_of(
            young, [&](const StampRange& range) { return range.holds(unix_seconds(files[i].start)); }))
      newest[i] = believed;
  }
  return newest;
}

}  // namespace collector::json_files
