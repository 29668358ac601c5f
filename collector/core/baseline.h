// Baseline: where the counters of one series stood when they were last accounted for. Written by the spool in
// the transaction that stores the rows it belongs to, so that data and baselines can't disagree.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "collector/core/series.h"
#include "collector/core/time.h"

namespace collector {

struct Baseline {
  struct Counter {
    bool present = false;
    std::uint64_t raw = 0;   // the kernel's value
    std::int64_t total = 0;  // Σ delta since the state directory was made
    friend bool operator==(const Counter&, const Counter&) = default;
  };
  SeriesPtr series;
  std::string boot_id;  // of the boot the raw values belong to; empty: there are none, only the totals count
  std::uint64_t space = 0;
  std::uint64_t object = 0;
  Instant taken{};                // the reading they come from
  std::vector<Counter> counters;  // one per field of the measurement; not present for other kinds
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
};

}  // namespace collector
