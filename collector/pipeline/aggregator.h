// Aggregator: one open window for all series. Rows come out when the window is closed. Pure; owned and called by the
// loop; accumulators are kept from window to window, so that a steady window allocates nothing.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "collector/core/batch.h"
#include "collector/core/series.h"
#include "collector/core/time.h"
#include "collector/core/value.h"
#include "collector/pipeline/rates.h"

namespace collector {

class Aggregator {
 public:
  Aggregator();
  ~Aggregator();

  // Adds to the open window: a counter's delta over `elapsed` (total is the running one after it), or a gauge or
  // state. begin() names the series and reading; the following calls are about its fields; end() finishes it.
  // `since` is the moment the reading's deltas count from: the row starts there when that is before the window.
  void begin(const Series& series, Instant since, Instant taken, std::uint16_t flags);
  void counter(std::size_t field, std::int64_t delta, std::int64_t total, Duration elapsed);
  void value(std::size_t field, const Value& value);

  // Closes the window nominally [start, end): appends one row per series that had a reading to `batch`. Rows are
  // stamped by `offset` = wall - boot of the current clock. Idle series' accumulators are dropped after a while.
  void close(WallTime start, WallTime end, std::uint16_t flags, std::uint32_t clock_steps, Batch& batch);

  std::size_t series() const;  // with a reading in the open window

 private:
  class Implementation;
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace collector
