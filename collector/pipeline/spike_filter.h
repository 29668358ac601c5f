// Spike filter: sets aside what can't be true: more bytes than the link carries, more processor time than has
// passed, more than 100 percent. What it sets aside is not lost: it becomes a row of measurement
// `quarantine`, delivered like any other. Pure; owned and called by the loop.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "collector/core/sample.h"
#include "collector/core/series.h"
#include "collector/core/time.h"
#include "collector/pipeline/rates.h"

namespace collector {

// A delta or a level that was set aside.
struct Quarantined {
  SeriesPtr series;  // of measurement `quarantine`, tags: measurement, field and the series' own
  std::uint64_t delta = 0;
  Duration elapsed{};
  double limit = 0;  // of a delta per second, or of the level; 0: what can be stored was the bound
  std::optional<double> level{};  // of a gauge; then there is no delta
};

const MeasurementPtr& quarantine_measurement();
// Its fields. A quarantined delta is delta + overflow · 2^63, exactly.
namespace quarantine_field {
inline constexpr std::size_t delta = 0;
inline constexpr std::size_t overflow = 1;
inline constexpr std::size_t elapsed = 2;
inline constexpr std::size_t limit = 3;
inline constexpr std::size_t level = 4;
}  // namespace quarantine_field

class SpikeFilter {
 public:
  // `max_rate`: bytes per second for byte counters whose reading brings no limit of its own. The table
  // outlives the filter.
  SpikeFilter(double max_rate, SeriesTable& series) : max_rate_(max_rate), table_(series) {}

  // The verdict on one field's advance: nothing when it passes. A field is held to its Bound; without one
  // "bytes" are held to the reading's limit, "packets" to what packets of 20 bytes, the smallest, would make
  // of it. Judged over the readings before as well (core/leaky_bound.h): what passes is never more than the
  // limit allows for the time since the first reading and Bound::lag. A delta is also set aside when it, or
  // `total` (the field's running total before it) with it, is above 2^63-1.
  std::optional<Quarantined> check(const ReadingAdvance& reading, std::size_t field, std::int64_t total);
  // The same for a gauge's value: held to its Bound, and to what a row can hold. One that is not finite
  // makes a quarantined row without a level.
  std::optional<Quarantined> check_level(const ReadingAdvance& reading, std::size_t field);

  // The time that an advance which has passed certainly took, for its rate: the longest that is possible. One
  // above its limit shows that its source was behind.
  Duration certain_time(const ReadingAdvance& reading, std::size_t field) const;

  // The limit in bytes per second that applies to a reading.
  double byte_limit(const Reading& reading) const;

  void set_max_rate(double max_rate) { max_rate_ = max_rate; }
  std::uint64_t quarantined() const { return quarantined_; }  // deltas and levels set aside so far

 private:
  Quarantined set_aside(const ReadingAdvance& reading, std::size_t field);

  double max_rate_;
  SeriesTable& table_;
  std::uint64_t quarantined_ = 0;
};

}  // namespace collector
