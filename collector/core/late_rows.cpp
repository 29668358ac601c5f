#include "collector/core/late_rows.h"

#include <algorithm>
#include <istream>
#include <limits>
#include <ostream>

namespace collector {
namespace {

constexpr std::int64_t late_after = 3600;
constexpr std::int64_t joined_within = 3600;
// What cron runs once a day is confirmed a day late: stamps that near the time of writing stand for it.
constexpr std::int64_t near = 36 * 3600;
constexpr std::size_t most_entries = 64;

std::int64_t or_never(std::int64_t written) {
  return written == 0 ? std::numeric_limits<std::int64_t>::max() : written;
}

}  // namespace

void LateRows::note(std::span<const Row> rows, std::optional<WallTime> confirmed, bool certain) {
  const std::int64_t present = confirmed ? unix_seconds(*confirmed) : 0;
  for (const Row& row : rows) {
    const std::int64_t stamp = unix_seconds(row.start);
    if (!certain || !confirmed)
      add(stamp, 0);
    else if (stamp < present - late_after)
      add(stamp, present);
  }
  join();
}

void LateRows::add(std::int64_t stamp, std::int64_t written) {
  const auto same = std::ranges::find_if(entries_, [&](const Entry& one) {
    return one.of_this_run && (one.written == 0) == (written == 0) &&
           written - one.written <= joined_within && stamp >= one.stamps.first - joined_within &&
           stamp <= one.stamps.last + joined_within;
  });
  if (same == entries_.end()) {
    entries_.push_back({.stamps = {stamp, stamp}, .written = written, .of_this_run = true});
    return;
  }
  same->stamps = {std::min(same->stamps.first, stamp), std::max(same->stamps.last, stamp)};
}

// Those whose stamps are nearest to each other.
void LateRows::join() {
  if (entries_.size() <= most_entries) return;
  std::ranges::sort(entries_, {}, [](const Entry& one) { return one.stamps.first; });
  while (entries_.size() > most_entries) {
    const auto distance = [](const Entry& one, const Entry& next) {
      return std::max(one.stamps.last, next.stamps.last) - one.stamps.first;
    };
    std::size_t best = 0;
    for (std::size_t i = 1; i + 1 < entries_.size(); ++i)
      if (distance(entries_[i], entries_[i + 1]) < distance(entries_[best], entries_[best + 1])) best = i;
    Entry& one = entries_[best];
    const Entry& next = entries_[best + 1];
    one.stamps.last = std::max(one.stamps.last, next.stamps.last);
    one.written = or_never(one.written) > or_never(next.written) ? one.written : next.written;
    one.afterwards =
        one.afterwards == 0 || next.afterwards == 0 ? 0 : std::max(one.afterwards, next.afterwards);
    one.of_this_run = one.of_this_run || next.of_this_run;
    entries_.erase(entries_.begin() + static_cast<std::ptrdiff_t>(best) + 1);
  }
}

void LateRows::settle(WallTime wall, std::optional<WallTime> confirmed, bool certain) {
  if (!confirmed) return;
  const std::int64_t reading = unix_seconds(wall);
  const std::int64_t present = unix_seconds(*confirmed);
  std::erase_if(entries_, [&](Entry& one) {
    if (one.written != 0) return false;
    // What was confirmed was read before: only what is later tells anything.
    if (!one.of_this_run && reading > present)
      one.afterwards = one.afterwards == 0 ? reading : std::min(one.afterwards, reading);
    if (!certain && (one.afterwards == 0 || present < one.afterwards)) return false;
    one.written = present;
    return present - one.stamps.first <= near;
  });
}

std::vector<StampRange> LateRows::written_since(WallTime since) const {
  std::vector<StampRange> ranges;
  for (const Entry& one : entries_)
    if (or_never(one.written) >= unix_seconds(since)) ranges.push_back(one.stamps);
  std::ranges::sort(ranges, {}, &StampRange::first);
  std::vector<StampRange> apart;
  for (const StampRange& one : ranges) {
    if (!apart.empty() && one.first <= apart.back().last + 1)
      apart.back().last = std::max(apart.back().last, one.last);
    else
      apart.push_back(one);
  }
  return apart;
}

void LateRows::write(std::ostream& out) const {
  out << entries_.size();
  for (const Entry& one : entries_)
    out << ' ' << one.stamps.first << ' ' << one.stamps.last << ' ' << one.written << ' ' << one.afterwards;
  out << '\n';
}

void LateRows::read(std::istream& in) {
  entries_.clear();
  std::size_t count = 0;
  in >> count;
  for (Entry one; count > 0 && (in >> one.stamps.first >> one.stamps.last >> one.written >> one.afterwards);
       --count)
    entries_.push_back(one);
}

}  // namespace collector
