// Baseline: where the counters behind one series stood when they were last accounted for. Written by the
// spool in the transaction that stores the rows it belongs to, so that data and baselines can't disagree.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "collector/core/series.h"
#include "collector/core/time.h"

namespace collector {

struct Baseline {
  // The raw values of one kernel object. Mostly a series shows one; the series `other` of a full table shows
  // all that found no room for a name of their own.
  struct Object {
    std::uint64_t space = 0;  // see Reading
    std::uint64_t object = 0;
    Instant taken{};                                // the reading they come from
    std::vector<std::optional<std::uint64_t>> raw;  // one per field of the measurement; counters only

    friend bool operator==(const Object&, const Object&) = default;
  };
  SeriesPtr series;
  // The boot in which it was read last, and that the raw values belong to. Empty: it is not known, and only
  // the totals count.
  std::string boot_id;
  Instant taken{};  // the last reading
  // Σ delta since the state directory was made: one per field, of counters and increments once seen.
  std::vector<std::optional<std::int64_t>> totals;
  std::vector<Object> objects;
};

// The highest object number seen in one boot and space by one measurement: a higher one is provably new.
struct HighestObject {
  std::string measurement;
  std::string boot_id;
  std::uint64_t space = 0;
  std::uint64_t object = 0;
};

// All that a later process needs to go on counting.
struct Baselines {
  std::vector<Baseline> series;
  std::vector<HighestObject> highest;
  std::uint32_t clock_steps = 0;  // backward steps of the wall clock so far
  // Numbers of series that were forgotten, because too many are known that are no more: what is stored of
  // them goes, before `series` is stored.
  std::vector<std::int64_t> forgotten{};
};

}  // namespace collector
