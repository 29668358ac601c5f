// Spike filter: sets aside what no link can have carried. What it sets aside is not lost: it becomes a row of
// measurement `quarantine`, delivered like any other. Pure; owned and called by the loop.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>

#include "collector/core/series.h"
#include "collector/pipeline/rates.h"

namespace collector {

// Why a delta was set aside.
struct Quarantined {
  SeriesPtr series;      // of measurement `quarantine`, tags: measurement, field and the series' own
  std::uint64_t delta = 0;
  Duration elapsed{};
  double limit = 0;      // per second; 0: only the 2^63-1 bound was broken
};

const MeasurementPtr& quarantine_measurement();

class SpikeFilter {
 public:
  // `max_rate`: bytes per second for byte counters whose reading brings no limit of its own.
  SpikeFilter(double max_rate, SeriesTable& series);

  // The verdict on one field's advance: nothing when it passes. Fields with unit "bytes" are held to the limit,
  // "packets" to what the smallest packets (20 bytes) would make of it; any delta above 2^63-1 is set aside.
  std::optional<Quarantined> check(const ReadingAdvance& reading, std::size_t field);

  // The limit in bytes per second that applies to a reading.
  double byte_limit(const Reading& reading) const;

  std::uint64_t quarantined() const { return quarantined_; }

 private:
  double max_rate_;
  SeriesTable& table_;
  std::uint64_t quarantined_ = 0;
};

}  // namespace collector
