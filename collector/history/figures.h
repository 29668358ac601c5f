// From the history's answers to what the screens show: amounts, what happened to them, how much was seen.
// Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "collector/history/usage.h"

namespace collector {

struct Moved {
  std::uint64_t received = 0;  // bytes
  std::uint64_t sent = 0;

  std::uint64_t total() const { return received + sent; }
  Moved& operator+=(const Moved& other);  // stays at 2^63 - 1 where that is too small
};

Moved moved_in(const history::UsageBucket& bucket);

// Of either direction, the highest rate and when it was; nothing: none is known, or most was imported.
struct Busiest {
  double bytes_per_second = 0;
  history::Seconds at{};
};
std::optional<Busiest> busiest_of(const history::UsageBucket& bucket);

// All groups of an answer, bucket by bucket; flags of all, and the longest observed.
std::vector<history::UsageBucket> together(const history::UsageAnswer& answer);
// Those in which most has moved, the largest first; none in which nothing has.
std::vector<history::UsageBucket> largest(std::vector<history::UsageBucket> buckets, std::size_t most);
history::UsageBucket total_of(const history::UsageAnswer& answer);

// The letters behind a row: "r" where counters started over or bytes were recovered, "q" where some were set
// aside, "c" where the clock was set.
std::string mark_letters(std::uint16_t flags);
// One sentence for each letter that is in `letters`; "…" is one too.
std::vector<std::string> mark_notes(std::string_view letters);

// What has to be said of an answer: edges that were moved, a history that ends long before `now`, hosts that
// are not in it. `tells_moved`: of edges that were moved; a ranking tells what it leaves out instead.
std::vector<std::string> remarks_on(const history::UsageAnswer& answer, const history::Zone& zone,
                                    history::Seconds now, bool tells_moved = true);
// The counters whose sum is more than an int64 holds: what is given for it is too small.
std::vector<std::string> saturated_fields(const history::UsageAnswer& answer);
std::string saturated_text(std::string_view field);

// "as of 14:02"; nothing where a running collector has told what it has counted since, or the newest row is
// younger than two minutes, or what was asked for ends before it.
std::optional<std::string> as_of_text(const history::UsageAnswer& answer, const history::Zone& zone,
                                      history::Seconds now);

// "asleep 00:10–07:24", or how long together where it was several times; of `range`. Nothing: it was awake.
std::optional<std::string> asleep_text(std::span<const history::Mark> marks, const history::Interval& range,
                                       const history::Zone& zone);

}  // namespace collector
