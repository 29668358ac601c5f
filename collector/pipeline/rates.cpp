#include "collector/pipeline/rates.h"

#include <algorithm>
#include <utility>

#include "collector/core/batch.h"
#include "collector/pipeline/counter_step.h"

namespace collector {

Rates::Rates(std::string boot_id, const Baselines& stored, std::size_t dormant_capacity)
    : followed_(std::move(boot_id), stored, dormant_capacity) {}

void Rates::begin(const Sample& sample) {
  sample_ = &sample;
  series_ = nullptr;
  taken_ = sample.taken;
  followed_.begin(sample);
}

void Rates::end() {
  series_ = nullptr;
  followed_.end();
}

// The boot, told by the wall clock; but an earlier process's row before it is not overlapped.
Instant Rates::boot_since(const FollowedSeries& series) const {
  const Instant taken = result_.taken;
  const WallTime boot = taken.wall - taken.boot.time_since_epoch();
  const WallTime since = std::min(std::max(series.read_before.wall, boot), taken.wall);
  return {since, taken.boot - (taken.wall - since)};
}

// Says where the reading counts from, and makes its object the one that its series shows.
Rates::Start Rates::start(Followed::Place& place, const Reading& reading) {
  Scope& scope = *place.scope;
  Start start{.from = counts_from(followed_, place, reading)};
  const FollowedObject* before = series_ != nullptr ? series_->current : nullptr;
  start.from_store = series_ != nullptr && !series_->read;
  if (before != nullptr) start.tolerance = before->tolerance;
  switch (start.from) {
    case CountsFrom::birth:
      start.since = scope.before.value_or(
          Instant{reading.taken.wall - reading.taken.boot.time_since_epoch(), BootTime{}});
      start.elapsed = reading.taken.boot - start.since.boot;
      start.tolerance = scope.tolerance_before;
      start.from_store = scope.from_store;
      break;
    case CountsFrom::boot:
      // The limit holds for the time since the boot, however much of it an earlier row covers.
      start.since = boot_since(*series_);
      start.elapsed = reading.taken.boot.time_since_epoch();
      start.tolerance = {};
      start.from_store = false;
      break;
    case CountsFrom::namespace_start:
      start.since = series_->read_before;
      start.elapsed = reading.taken.boot - start.since.boot;
      followed_.leave_other_spaces(*series_, reading.space);
      break;
    case CountsFrom::zero_if_lower:
      start.before = before;
      break;
    case CountsFrom::last_reading:
    case CountsFrom::nothing:
      break;
  }
  object_ = start.from == CountsFrom::last_reading ? place.object : &followed_.make(place, reading);
  object_->fields.resize(measurement_->fields.size());
  if (series_ == nullptr)
    followed_.hide(*object_);
  else if (series_->current != object_)
    followed_.show(*object_, *series_);
  if (scope.complete && reading.object > scope.highest) {
    scope.highest = reading.object;
    scope.changed = true;
  }
  return start;
}

const ReadingAdvance& Rates::advance(const Reading& reading, Duration interval, double byte_limit) {
  Followed::Place place = followed_.next(reading);
  series_ = place.series;
  measurement_ = &reading.series->measurement();
  const auto& fields = measurement_->fields;
  advances_.assign(fields.size(), Advance{});
  result_ = {.series = reading.series,
             .values = sample_->values(reading),
             .advances = advances_,
             .taken = reading.taken,
             .since = reading.taken,
             .report = reading.report,
             .byte_limit = byte_limit,
             .processors = reading.processors};
  earliest_.reset();
  if (measurement_->short_lived) {
    take_increments(*place.scope, interval);
    return result_;
  }
  const bool late = series_ != nullptr && series_->read && interval > Duration::zero() &&
                    reading.taken.boot - series_->last_read.boot > 3 * interval;
  moved_on_ = false;
  const Start from = start(place, reading);
  const bool goes_on = from.from == CountsFrom::last_reading;
  was_reset_ = goes_on && was_reset();
  if (!goes_on || !hold()) {
    for (std::size_t i = 0; i < fields.size(); ++i)
      if (fields[i].kind == FieldKind::counter || fields[i].kind == FieldKind::increment)
        work_out_field(i, fields[i], from);
  }
  close_reading(late);
  if (moved_on_) object_->tolerance = reading.tolerance;
  return result_;
}

void Rates::close_reading(bool late) {
  bool counted = false;
  for (std::size_t i = 0; i < advances_.size(); ++i) {
    const Advance& advance = advances_[i];
    if (!advance.present) continue;
    counted = counted || advance.delta > 0;
    // A counter that rows do not hold has not been counted from zero in them: what is derived from it is
    // absent.
    std::uint16_t flags = advance.flags;
    if (measurement_->fields[i].hidden) flags &= static_cast<std::uint16_t>(~flag::reset);
    result_.flags |= flags;
  }
  if (moved_on_) object_->from_store = false;
  if (moved_on_ || object_->taken == Instant{}) object_->taken = result_.taken;
  if (series_ == nullptr) return;
  series_->counted = series_->counted || counted;
  if (result_.flags & flag::reset) ++figures_.resets;
  if (late) {
    result_.flags |= flag::gap;
    ++figures_.gaps;
  }
  // A level read after a long absence says nothing about that time.
  result_.since = earliest_.value_or(series_->read && !late ? series_->last_read : result_.taken);
  series_->last_read = result_.taken;
  series_->read = true;
  series_->changed = true;
}

std::int64_t Rates::total(const Series& series, std::size_t field) {
  return find(series).totals[field];
}

std::int64_t Rates::add_to_total(const Series& series, std::size_t field, std::int64_t delta) {
  FollowedSeries& followed = find(series);
  followed.total_known[field] = true;
  followed.changed = true;
  // A series that is only added to (`quarantine`) has no readings of its own.
  followed.last_read = std::max(followed.last_read, taken_,
                                [](const Instant& a, const Instant& b) { return a.boot < b.boot; });
  return followed.totals[field] += delta;
}

std::size_t Rates::forget_idle(BootTime now, Duration idle) {
  series_ = nullptr;
  return followed_.forget_idle(now, idle);
}

}  // namespace collector
