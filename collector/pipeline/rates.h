// Rates: from raw counters to exact deltas. Pure: no I/O, no clock of its own; owned and called by the loop.
// The rules are the table in collector/README.md, "Rules for numbers"; each has a test in tests/pipeline.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "collector/core/baseline.h"
#include "collector/core/sample.h"
#include "collector/core/series.h"
#include "collector/core/time.h"

namespace collector {

// What one field of one reading advanced by.
struct Advance {
  bool present = false;     // a delta is there (false: baseline only, or absent, or not a counter)
  std::uint64_t delta = 0;  // may exceed 2^63-1: the filter sets such a one aside
  std::uint16_t flags = 0;  // reset, wrap, recovered, gap
};

// One reading, worked out. Valid until the next call.
struct ReadingAdvance {
  const Series* series = nullptr;
  std::span<const Value> values;      // as read
  std::span<const Advance> advances;  // one per field
  Instant taken{};
  Instant since{};       // the reading the deltas count from (reset by a boot: the boot itself)
  Duration elapsed{};    // boot-time difference; over a boot: time since boot
  Report report = Report::always;
  double byte_limit = 0;
  std::uint16_t flags = 0;  // union of the advances', and `gap` when the reading came late
};

struct RatesFigures {
  std::uint64_t steps_back = 0;  // values that fell by less than 1 %: the higher one kept
  std::uint64_t resets = 0;
  std::uint64_t glitches = 0;    // all-zero readings that came back
  std::uint64_t gaps = 0;
};

class Rates {
 public:
  // `boot_id` of the running kernel. Stored baselines are the ones an earlier process left.
  Rates(std::string boot_id, const Baselines& stored);
  ~Rates();

  // Works out one reading taken at `taken`, expected every `interval` (for `gap`), and moves its baseline on.
  // `byte_limit` bounds what counts as a 32-bit wrap. The result is valid until the next call.
  const ReadingAdvance& advance(const Sample& sample, const Reading& reading, Duration interval,
                                double byte_limit);

  // Adds what the filter let pass to the running total of a field and returns the new total.
  std::int64_t add_to_total(const Series& series, std::size_t field, std::int64_t delta);

  // The state of every series that changed since the last call, for the spool. Call at the close of a window.
  void changed_baselines(std::vector<Baseline>& out, std::vector<HighestObject>& highest);

  // Forgets series not read for `idle` (their baselines stay in the spool); returns how many.
  std::size_t forget_idle(BootTime now, Duration idle);

  const RatesFigures& figures() const;

 private:
  class Implementation;
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace collector
