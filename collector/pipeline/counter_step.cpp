#include "collector/pipeline/counter_step.h"

namespace collector {
namespace {

constexpr std::uint64_t modulus_32 = std::uint64_t{1} << 32;

}  // namespace

std::optional<std::uint64_t> unsigned_of(const Value& value) {
  return value.type() == Value::Type::counter ? std::optional(value.as_counter()) : std::nullopt;
}

bool small_step_back(std::uint64_t previous, std::uint64_t value) {
  return value < previous && previous - value <= (previous - 1) / 100;
}

bool certainly_reset(const Field& field, std::uint64_t previous, const Value& value) {
  const auto now = unsigned_of(value);
  return field.kind == FieldKind::counter && now && *now < previous && !small_step_back(previous, *now) &&
         (field.counter_bits != 32 || previous >= modulus_32);
}

std::optional<std::uint64_t> wrapped(const Field& field, std::uint64_t previous, std::uint64_t value,
                                     Duration elapsed, double byte_limit) {
  if (field.counter_bits != 32 || previous >= modulus_32 || value >= modulus_32) return std::nullopt;
  const std::uint64_t way = modulus_32 - previous + value;
  const bool plausible = field.unit == "bytes"
                             ? static_cast<double>(way) <= byte_limit * to_seconds(elapsed + field.bound.lag)
                             : way < modulus_32 / 2;
  return plausible ? std::optional(way) : std::nullopt;
}

}  // namespace collector
