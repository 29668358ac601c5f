// What a change of one counter's raw value means, by the numbers alone.
#pragma once

#include <cstdint>
#include <optional>

#include "collector/core/measurement.h"
#include "collector/core/time.h"
#include "collector/core/value.h"

namespace collector {

// A counter's raw value or an increment's delta; nothing when absent.
std::optional<std::uint64_t> unsigned_of(const Value& value);

// Fell by less than 1 %.
bool small_step_back(std::uint64_t previous, std::uint64_t value);

// A counter that went back, and neither by a small step nor over the end of a short one: its object was
// reset.
bool certainly_reset(const Field& field, std::uint64_t previous, const Value& value);

// The way from `previous` up over 2^32 to `value`, when the counter is that short and the way plausible in
// `elapsed` (`byte_limit` in bytes per second).
std::optional<std::uint64_t> wrapped(const Field& field, std::uint64_t previous, std::uint64_t value,
                                     Duration elapsed, double byte_limit);

}  // namespace collector
