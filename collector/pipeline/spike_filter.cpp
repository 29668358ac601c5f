#include "collector/pipeline/spike_filter.h"

#include <limits>
#include <vector>

namespace collector {
namespace {

constexpr std::uint64_t largest_total = std::numeric_limits<std::int64_t>::max();
constexpr double smallest_packet = 20;  // bytes: an IPv4 header

}  // namespace

const MeasurementPtr& quarantine_measurement() {
  static const MeasurementPtr measurement = std::make_shared<const Measurement>(Measurement{
      "quarantine",
      "Counter advances that the spike filter set aside as impossible; with the rows of the series they are "
      "all "
      "that the kernel counted",
      {{"measurement", "Measurement of the counter"}, {"field", "Field of the counter"}},
      {{"delta", FieldKind::increment, FieldType::integer, "1",
        "What was set aside, in the unit of the counter, modulo 2^63"},
       {"overflow", FieldKind::increment, FieldType::integer, "1", "Multiples of 2^63 to be added to delta"},
       {"elapsed", FieldKind::gauge, FieldType::real, "seconds", "Time that the advance took"},
       {"limit", FieldKind::gauge, FieldType::real, "1/second",
        "Rate it was held against, in the counter's unit; 0 when it was too large to be stored"}}});
  return measurement;
}

std::optional<Quarantined> SpikeFilter::check(const ReadingAdvance& reading, std::size_t field,
                                              std::int64_t total) {
  const Advance& advance = reading.advances[field];
  const Field& described = reading.series->measurement().fields[field];
  if (!advance.present || advance.delta == 0) return std::nullopt;

  double limit = 0;
  if (described.unit == "bytes") limit = reading.byte_limit;
  if (described.unit == "packets") limit = reading.byte_limit / smallest_packet;
  const bool too_fast = limit > 0 && static_cast<double>(advance.delta) > limit * to_seconds(advance.elapsed);
  // A window's sum is part of the total, so it fits when the total does.
  const bool too_large = advance.delta > largest_total - static_cast<std::uint64_t>(total);
  if (!too_fast && !too_large) return std::nullopt;

  ++quarantined_;
  // Of a repeated key the first is kept: these two say which counter it is.
  std::vector<Tag> tags{{"measurement", reading.series->measurement().name}, {"field", described.name}};
  tags.insert(tags.end(), reading.series->tags().begin(), reading.series->tags().end());
  return Quarantined{table_.intern(quarantine_measurement(), std::move(tags)), advance.delta, advance.elapsed,
                     too_fast ? limit : 0};
}

double SpikeFilter::byte_limit(const Reading& reading) const {
  return reading.byte_limit > 0 ? reading.byte_limit : max_rate_;
}

}  // namespace collector
