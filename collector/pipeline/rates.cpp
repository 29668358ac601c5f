#include "collector/pipeline/rates.h"

#include <algorithm>
#include <limits>
#include <optional>

#include "collector/core/batch.h"
#include "collector/pipeline/counter_state.h"
#include "collector/pipeline/counter_step.h"

namespace collector {

class Rates::Implementation {
 public:
  Implementation(std::string boot_id, const Baselines& stored, std::size_t dormant_capacity)
      : states(std::move(boot_id), stored, dormant_capacity) {}

  void work_out(const Reading& reading, Duration interval, double byte_limit);
  SeriesState& find(const Series& series) {
    return current != nullptr && current->series.get() == &series ? *current : states.state(series);
  }

  CounterStates states;
  const Sample* sample = nullptr;
  std::uint64_t sample_number = 0;
  SeriesState* current = nullptr;  // of the last reading
  ReadingAdvance result;
  RatesFigures figures;

 private:
  bool hold(SeriesState& state, Descent descent);
  bool was_reset() const;
  Instant boot_since(const SeriesState& state) const;
  void work_out_field(std::size_t index, const Field& field, Descent descent, Instant scope_since);
  Advance difference(const Field& field, RawCounters::Field& previous, std::uint64_t value);
  void close_reading(SeriesState& state, bool late);

  std::vector<Advance> advances_;
  std::optional<Instant> earliest_;  // that an advance counts from
  bool moved_on_ = false;            // a counter's baseline did
  bool was_reset_ = false;           // the object, all its counters: none of them has wrapped
};

// All counters of the object are zero that were not: a glitch of the driver or a reset; the next reading
// tells.
bool Rates::Implementation::hold(SeriesState& state, Descent descent) {
  RawCounters& raw = state.raw;
  if (descent != Descent::continued) return false;
  bool all_zero = true;
  bool was_more = false;
  bool back_up = false;
  const auto& fields = state.measurement->fields;
  for (std::size_t i = 0; i < fields.size(); ++i) {
    if (fields[i].kind != FieldKind::counter) continue;
    const auto value = unsigned_of(result.values[i]);
    if (!value || !raw.fields[i].present || raw.fields[i].raw == 0) {
      all_zero = all_zero && value.value_or(0) == 0;
      continue;
    }
    const std::uint64_t previous = raw.fields[i].raw;
    was_more = true;
    all_zero = all_zero && *value == 0;
    back_up = back_up || *value >= previous || small_step_back(previous, *value);
  }
  if (raw.held) {
    raw.held = false;
    if (back_up) ++figures.glitches;
    return false;
  }
  raw.held = all_zero && was_more;
  return raw.held;
}

bool Rates::Implementation::was_reset() const {
  for (std::size_t i = 0; i < current->raw.fields.size(); ++i) {
    const RawCounters::Field& previous = current->raw.fields[i];
    const Field& field = current->measurement->fields[i];
    if (previous.present && certainly_reset(field, previous.raw, result.values[i])) return true;
  }
  return false;
}

// The boot, told by the wall clock; but an earlier process's row before it is not overlapped.
Instant Rates::Implementation::boot_since(const SeriesState& state) const {
  const Instant taken = result.taken;
  const WallTime boot = taken.wall - taken.boot.time_since_epoch();
  const WallTime since = std::min(std::max(state.raw.taken.wall, boot), taken.wall);
  return {since, taken.boot - (taken.wall - since)};
}

Advance Rates::Implementation::difference(const Field& field, RawCounters::Field& previous,
                                          std::uint64_t value) {
  Advance advance;
  advance.present = true;
  advance.elapsed = result.taken.boot - previous.taken.boot;
  advance.tolerance = current->raw.tolerance;
  if (value >= previous.raw) {
    advance.delta = value - previous.raw;
    previous.raw = value;
  } else if (small_step_back(previous.raw, value)) {
    ++figures.steps_back;
  } else {
    const auto way =
        was_reset_ ? std::nullopt : wrapped(field, previous.raw, value, advance.longest(), result.byte_limit);
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

void Rates::Implementation::work_out_field(std::size_t index, const Field& field, Descent descent,
                                           Instant scope_since) {
  SeriesState& state = *current;
  Advance& advance = advances_[index];
  RawCounters::Field& previous = state.raw.fields[index];
  const auto value = unsigned_of(result.values[index]);
  if (!value) {
    // What the old object counted says nothing of the new one.
    if (descent != Descent::continued) previous.present = false;
    return;
  }
  const Instant taken = result.taken;
  Instant since = previous.taken;
  if (field.kind == FieldKind::increment) {
    since = state.read ? state.last_read : taken;
    advance.present = true;
    advance.delta = *value;
    advance.elapsed = taken.boot - since.boot;
  } else if (descent == Descent::continued) {
    if (previous.present)
      advance = difference(field, previous, *value);
    else
      previous.raw = *value;
  } else {
    switch (descent) {
      case Descent::fresh:
        since = scope_since;
        advance = {.present = true,
                   .delta = *value,
                   .elapsed = taken.boot - since.boot,
                   .flags = previous.present ? flag::reset : std::uint16_t{0},
                   .tolerance = state.scope->tolerance_before};
        break;
      case Descent::other_boot:
        // The limit holds for the time since the boot, however much of it an earlier row covers.
        since = boot_since(state);
        advance = {.present = previous.present,
                   .delta = *value,
                   .elapsed = taken.boot.time_since_epoch(),
                   .flags = flag::reset};
        break;
      case Descent::other_space:
        advance = {.present = previous.present,
                   .delta = *value,
                   .elapsed = taken.boot - since.boot,
                   .flags = flag::reset,
                   .tolerance = state.raw.tolerance};
        break;
      case Descent::replaced:
        // What is lower than before was certainly counted from zero since; what is higher may have been
        // brought along from elsewhere, and is no traffic of ours.
        advance = {.present = previous.present && *value < previous.raw,
                   .delta = *value,
                   .elapsed = taken.boot - since.boot,
                   .flags = flag::reset,
                   .tolerance = state.raw.tolerance};
        break;
      case Descent::continued:
      case Descent::unknown:
        break;
    }
    if (!advance.present) advance = {};
    previous.raw = *value;
    previous.ahead = 0;
  }
  if (field.kind == FieldKind::counter) {
    const bool from_store = descent == Descent::fresh ? state.scope->from_store : state.raw.from_store;
    if (advance.present && from_store && descent != Descent::other_boot) advance.flags |= flag::recovered;
    previous.present = true;
    previous.taken = taken;
    advance.ahead = &previous.ahead;
    moved_on_ = true;
  }
  advance.elapsed = std::max(advance.elapsed, Duration::zero());
  state.total_known[index] = true;
  if (advance.present && (!earliest_ || since.boot < earliest_->boot)) earliest_ = since;
}

void Rates::Implementation::work_out(const Reading& reading, Duration interval, double byte_limit) {
  SeriesState& state = states.state(*reading.series);
  current = &state;
  const auto& fields = state.measurement->fields;
  advances_.assign(fields.size(), Advance{});
  result = {.series = reading.series,
            .values = sample->values(reading),
            .advances = advances_,
            .taken = reading.taken,
            .since = reading.taken,
            .report = reading.report,
            .byte_limit = byte_limit,
            .processors = reading.processors};
  states.enter(state, reading, sample_number);
  const Scope& scope = *state.scope;
  const Instant boot{reading.taken.wall - reading.taken.boot.time_since_epoch(), BootTime{}};
  const Instant scope_since = scope.before.value_or(boot);

  const bool late =
      state.read && interval > Duration::zero() && reading.taken.boot - state.last_read.boot > 3 * interval;
  earliest_.reset();
  moved_on_ = false;
  const Descent descent = states.resolve(state, reading, *sample);
  was_reset_ = descent == Descent::continued && was_reset();
  if (!hold(state, descent)) {
    for (std::size_t i = 0; i < fields.size(); ++i)
      if (fields[i].kind == FieldKind::counter || fields[i].kind == FieldKind::increment)
        work_out_field(i, fields[i], descent, scope_since);
  }
  close_reading(state, late);
  if (moved_on_) state.raw.tolerance = reading.tolerance;
}

void Rates::Implementation::close_reading(SeriesState& state, bool late) {
  for (const Advance& advance : advances_) {
    if (!advance.present) continue;
    state.counted = state.counted || advance.delta > 0;
    result.flags |= advance.flags;
  }
  if (moved_on_) {
    state.raw.taken = result.taken;
    state.raw.from_store = false;
  }
  if (result.flags & flag::reset) ++figures.resets;
  if (late) {
    result.flags |= flag::gap;
    ++figures.gaps;
  }
  // A level read after a long absence says nothing about that time.
  result.since = earliest_.value_or(state.read && !late ? state.last_read : result.taken);
  state.last_read = result.taken;
  state.read = true;
  state.changed = true;
}

Rates::Rates(std::string boot_id, const Baselines& stored, std::size_t dormant_capacity)
    : implementation_(std::make_unique<Implementation>(std::move(boot_id), stored, dormant_capacity)) {}
Rates::~Rates() = default;

void Rates::begin(const Sample& sample) {
  implementation_->sample = &sample;
  ++implementation_->sample_number;
}

const ReadingAdvance& Rates::advance(const Reading& reading, Duration interval, double byte_limit) {
  implementation_->work_out(reading, interval, byte_limit);
  return implementation_->result;
}

std::int64_t Rates::total(const Series& series, std::size_t field) {
  return implementation_->find(series).totals[field];
}

std::int64_t Rates::add_to_total(const Series& series, std::size_t field, std::int64_t delta) {
  SeriesState& state = implementation_->find(series);
  state.total_known[field] = true;
  state.changed = true;
  // A series that is only added to (`quarantine`) has no readings of its own.
  if (implementation_->sample != nullptr) state.last_read = implementation_->sample->taken;
  return state.totals[field] += delta;
}

void Rates::changed_baselines(std::vector<Baseline>& out, std::vector<HighestObject>& highest) {
  implementation_->states.collect(false, out, highest);
}

void Rates::new_baselines(std::vector<Baseline>& out, std::vector<HighestObject>& highest) {
  implementation_->states.collect(true, out, highest);
}

std::size_t Rates::forget_idle(BootTime now, Duration idle) {
  implementation_->current = nullptr;
  return implementation_->states.forget_idle(now - idle);
}

const RatesFigures& Rates::figures() const {
  return implementation_->figures;
}

std::size_t Rates::parked() const {
  return implementation_->states.parked();
}

}  // namespace collector
