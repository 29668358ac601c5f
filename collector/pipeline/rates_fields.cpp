// What one field of one reading advanced by.
#include <algorithm>

#include "collector/core/batch.h"
#include "collector/pipeline/counter_step.h"
#include "collector/pipeline/rates.h"

namespace collector {

// All counters of the object are zero that were not: a glitch of the driver or a reset; the next reading
// tells.
bool Rates::hold() {
  FollowedObject& object = *object_;
  bool all_zero = true;
  bool was_more = false;
  bool back_up = false;
  const auto& fields = measurement_->fields;
  for (std::size_t i = 0; i < fields.size(); ++i) {
    if (fields[i].kind != FieldKind::counter) continue;
    const auto value = unsigned_of(result_.values[i]);
    if (!value || !object.fields[i].present || object.fields[i].raw == 0) {
      all_zero = all_zero && value.value_or(0) == 0;
      continue;
    }
    const std::uint64_t previous = object.fields[i].raw;
    was_more = true;
    all_zero = all_zero && *value == 0;
    back_up = back_up || *value >= previous || small_step_back(previous, *value);
  }
  if (object.held) {
    object.held = false;
    if (back_up) ++figures_.glitches;
    return false;
  }
  object.held = all_zero && was_more;
  return object.held;
}

bool Rates::was_reset() const {
  for (std::size_t i = 0; i < object_->fields.size(); ++i) {
    const FollowedObject::Field& previous = object_->fields[i];
    if (previous.present && certainly_reset(measurement_->fields[i], previous.raw, result_.values[i]))
      return true;
  }
  return false;
}

Advance Rates::difference(const Field& field, FollowedObject::Field& previous, std::uint64_t value) {
  Advance advance;
  advance.present = true;
  advance.elapsed = result_.taken.boot - previous.taken.boot;
  advance.tolerance = object_->tolerance;
  if (value >= previous.raw) {
    advance.delta = value - previous.raw;
    previous.raw = value;
  } else if (small_step_back(previous.raw, value)) {
    ++figures_.steps_back;
  } else {
    const auto way = was_reset_ ? std::nullopt
                                : wrapped(field, previous.raw, value, advance.longest(), result_.byte_limit);
    if (way) {
      advance.delta = *way;
      advance.flags = flag::wrap;
    } else {
      advance.delta = value;
      advance.flags = flag::reset;
    }
    previous.raw = value;
  }
  return advance;
}

// The value of an object that was not read before, where it counts.
Advance Rates::counted(std::size_t index, const Start& start, std::uint64_t value) const {
  Advance advance{.present = true,
                  .delta = value,
                  .elapsed = start.elapsed,
                  .flags = flag::reset,
                  .tolerance = start.tolerance};
  const bool known = series_ != nullptr && series_->total_known[index];
  switch (start.from) {
    case CountsFrom::birth:
      // Among many that one series shows nothing was there to be reset.
      if (!known || series_->shared) advance.flags = 0;
      return advance;
    case CountsFrom::boot:
    case CountsFrom::namespace_start:
      return known ? advance : Advance{};
    case CountsFrom::zero_if_lower: {
      const FollowedObject::Field& before = start.before->fields[index];
      advance.elapsed = result_.taken.boot - before.taken.boot;
      return before.present && value < before.raw ? advance : Advance{};
    }
    case CountsFrom::last_reading:
    case CountsFrom::nothing:
      break;
  }
  return {};
}

void Rates::work_out_field(std::size_t index, const Field& field, const Start& start) {
  const auto value = unsigned_of(result_.values[index]);
  if (!value) return;
  Advance& advance = advances_[index];
  const Instant taken = result_.taken;
  Instant since = start.since;
  if (field.kind == FieldKind::increment) {
    since = series_ != nullptr && series_->read ? series_->last_read : taken;
    advance = {.present = true, .delta = *value, .elapsed = taken.boot - since.boot};
  } else {
    FollowedObject::Field& previous = object_->fields[index];
    bool from_store = start.from_store;
    if (start.from == CountsFrom::last_reading) {
      since = previous.taken;
      from_store = object_->from_store;
      if (previous.present) advance = difference(field, previous, *value);
    } else {
      if (start.before != nullptr) since = start.before->fields[index].taken;
      advance = counted(index, start, *value);
    }
    if (!previous.present) previous.raw = *value;
    if (advance.present && from_store) advance.flags |= flag::recovered;
    previous.present = true;
    previous.taken = taken;
    advance.ahead = &previous.ahead;
    moved_on_ = true;
  }
  advance.elapsed = std::max(advance.elapsed, Duration::zero());
  if (series_ != nullptr) series_->total_known[index] = true;
  if (advance.present && (!earliest_ || since.boot < earliest_->boot)) earliest_ = since;
}

// What the sampler counted since its sample before.
void Rates::take_increments(const Scope& scope, Duration interval) {
  const Instant since = scope.before.value_or(result_.taken);
  const Duration elapsed = std::max(result_.taken.boot - since.boot, Duration::zero());
  for (std::size_t i = 0; i < advances_.size(); ++i) {
    if (measurement_->fields[i].kind != FieldKind::increment) continue;
    if (const auto value = unsigned_of(result_.values[i]))
      advances_[i] = {.present = true, .delta = *value, .elapsed = elapsed};
  }
  result_.since = since;
  if (interval <= Duration::zero() || elapsed <= 3 * interval) return;
  result_.flags |= flag::gap;
  ++figures_.gaps;
}

}  // namespace collector
