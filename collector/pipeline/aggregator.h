// Aggregator: one open window for all series. Rows come out when the window is closed. Pure; owned and called
// by the loop; accumulators are kept from window to window, so that a steady window allocates nothing.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

#include "collector/core/batch.h"
#include "collector/core/series.h"
#include "collector/core/time.h"
#include "collector/core/value.h"
#include "collector/pipeline/window.h"

namespace collector {

// The order of rows in a batch: by measurement name, then tags.
bool series_less(const Series& a, const Series& b);

class Aggregator {
 public:
  Aggregator();
  ~Aggregator();

  // Adds to the open window: begin() names the series and its reading; the calls up to the next begin() are
  // about its fields. `since` is the moment the reading's deltas count from: the row starts there when that
  // is before the window. The series must be owned by a shared_ptr (a SeriesTable's are).
  void begin(const Series& series, Instant since, Instant taken, std::uint16_t flags);
  // A counter's or increment's delta over `elapsed`; `total` is the running one after it.
  void counter(std::size_t field, std::int64_t delta, std::int64_t total, Duration elapsed);
  // A gauge's or state's value. One that is absent or not finite is passed over.
  void value(std::size_t field, const Value& value);
  void add_flags(std::uint16_t flags);
  // What counter() added up to in the open window, for this series and field.
  std::int64_t delta(std::size_t field) const;

  // Closes the window: appends one row per series that had a reading, in the order of series_less. A row with
  // no cell present is left out. Accumulators not used for an hour are dropped.
  void close(const ClosedWindow& window, Batch& batch);

  std::size_t series() const;  // with a reading in the open window

 private:
  class Implementation;
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace collector
