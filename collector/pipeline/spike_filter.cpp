#include "collector/pipeline/spike_filter.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <string_view>
#include <vector>

#include "collector/core/leaky_bound.h"

namespace collector {
namespace {

constexpr std::uint64_t largest_total = std::numeric_limits<std::int64_t>::max();
constexpr double smallest_packet = 20;  // bytes: an IPv4 header

// Things of which a packet holds one at most.
constexpr auto packet_units =
    std::to_array<std::string_view>({"packets", "segments", "datagrams", "connections", "messages"});

// The most that a counter can advance by in a second; 0: not known.
double limit_of(const ReadingAdvance& reading, const Field& field) {
  if (const Bound& bound = field.bound; bound.per_second > 0)
    return bound.per_processor ? bound.per_second * std::max(reading.processors, 1U) : bound.per_second;
  if (field.unit == "bytes") return reading.byte_limit;
  const auto& packets = packet_units;
  if (std::ranges::find(packets, field.unit) != packets.end()) return reading.byte_limit / smallest_packet;
  return 0;
}

// No row can hold it: not a number, infinite, or beyond the integers of its field.
bool cant_be_stored(const Field& field, double level) {
  constexpr double beyond_integers = 9.2e18;
  return !(std::abs(level) <
           (field.type == FieldType::integer ? beyond_integers : std::numeric_limits<double>::infinity()));
}

// The bound that a level breaks. Percentages computed from rounded numbers may be a hair above 100.
std::optional<double> broken_bound(const ReadingAdvance& reading, std::size_t index, double level) {
  const Measurement& measurement = reading.series->measurement();
  const Bound& bound = measurement.fields[index].bound;
  const std::string& unit = measurement.fields[index].unit;
  const bool percent = unit == "percent";
  const bool below_zero_is_nonsense = percent || unit == "bytes";
  constexpr double hair = 0.01;
  const double least =
      bound.least.value_or(below_zero_is_nonsense ? 0 : -std::numeric_limits<double>::infinity());
  const double most = bound.most.value_or(percent ? 100 : std::numeric_limits<double>::infinity());
  if (level < least - (percent ? hair : 0)) return least;
  if (level > most + (percent ? hair : 0)) return most;
  if (bound.most_field.empty()) return std::nullopt;
  const auto other = measurement.field(bound.most_field);
  const auto whole = other ? reading.values[*other].number() : std::nullopt;
  return whole && level > *whole ? whole : std::nullopt;
}

}  // namespace

const MeasurementPtr& quarantine_measurement() {
  static const MeasurementPtr measurement = std::make_shared<const Measurement>(Measurement{
      "quarantine",
      "What the spike filter set aside as impossible; for counters, this and the rows of the series add up "
      "to what the kernel counted",
      {{"measurement", "Measurement of the value"}, {"field", "Field of the value"}},
      {{"delta", FieldKind::increment, FieldType::integer, "1",
        "What was set aside, in the unit of the counter, modulo 2^63"},
       {"overflow", FieldKind::increment, FieldType::integer, "1", "Multiples of 2^63 to be added to delta"},
       {"elapsed", FieldKind::gauge, FieldType::real, "seconds", "Time in which the counter grew by this"},
       {"limit", FieldKind::gauge, FieldType::real, "1/second",
        "The limit: for a counter the highest rate, in the counter's unit (0 if it was too large to be "
        "stored), for a gauge the bound"},
       {"level", FieldKind::gauge, FieldType::real, "1", "The value of a gauge that was set aside"}}});
  return measurement;
}

Quarantined SpikeFilter::set_aside(const ReadingAdvance& reading, std::size_t field) {
  ++quarantined_;
  const Measurement& measurement = reading.series->measurement();
  // Of a repeated key the first is kept: these two say which number it is.
  std::vector<Tag> tags{{"measurement", measurement.name}, {"field", measurement.fields[field].name}};
  tags.insert(tags.end(), reading.series->tags().begin(), reading.series->tags().end());
  Quarantined quarantined;
  quarantined.series = table_.intern(quarantine_measurement(), std::move(tags));
  return quarantined;
}

std::optional<Quarantined> SpikeFilter::check(const ReadingAdvance& reading, std::size_t field,
                                              std::int64_t total) {
  const Advance& advance = reading.advances[field];
  const Field& described = reading.series->measurement().fields[field];
  if (!advance.present) return std::nullopt;

  const double limit = limit_of(reading, described);
  bool too_fast = false;
  if (limit > 0) {
    const LeakyBound bound(limit, to_seconds(described.bound.lag));
    double none = 0;
    double& ahead = advance.ahead != nullptr ? *advance.ahead : none;
    too_fast = !bound.passes(ahead, static_cast<double>(advance.delta), to_seconds(advance.longest()));
    if ((advance.flags & flag::reset) != 0) bound.distrust(ahead);
  }
  // A window's sum is part of the total, so it fits when the total does.
  const bool too_large = advance.delta > largest_total - static_cast<std::uint64_t>(total);
  if (!too_fast && !too_large) return std::nullopt;

  Quarantined quarantined = set_aside(reading, field);
  quarantined.delta = advance.delta;
  quarantined.elapsed = advance.elapsed;
  quarantined.limit = too_fast ? limit : 0;
  return quarantined;
}

std::optional<Quarantined> SpikeFilter::check_level(const ReadingAdvance& reading, std::size_t field) {
  const Value& value = reading.values[field];
  const auto level = value.number();
  if (!level) return std::nullopt;
  auto bound = broken_bound(reading, field, *level);
  if (!bound && value.type() == Value::Type::real &&
      cant_be_stored(reading.series->measurement().fields[field], *level))
    bound = 0;
  if (!bound) return std::nullopt;
  Quarantined quarantined = set_aside(reading, field);
  quarantined.limit = *bound;
  quarantined.level = level;
  return quarantined;
}

Duration SpikeFilter::certain_time(const ReadingAdvance& reading, std::size_t field) const {
  const Advance& advance = reading.advances[field];
  const Field& described = reading.series->measurement().fields[field];
  const double limit = limit_of(reading, described);
  const bool behind = limit > 0 && static_cast<double>(advance.delta) > limit * to_seconds(advance.longest());
  return advance.longest() + (behind ? described.bound.lag : Duration::zero());
}

double SpikeFilter::byte_limit(const Reading& reading) const {
  return reading.byte_limit > 0 ? reading.byte_limit : max_rate_;
}

}  // namespace collector
