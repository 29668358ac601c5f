// Whose counters a reading continues: the part of CounterStates that follows kernel objects through renames,
// new names, removals and other namespaces.
#include <algorithm>

#include "collector/pipeline/counter_state.h"

namespace collector {
namespace {

bool shows(const RawCounters& raw, std::uint64_t space, std::uint64_t object) {
  return raw.valid && !raw.other_boot && raw.space == space && raw.object == object;
}

// Whether a reading of this sample shows the object, under another series than `except`.
bool shown(const Sample& sample, const Measurement& measurement, std::uint64_t space, std::uint64_t object,
           const Series* except) {
  return std::ranges::any_of(sample.readings(), [&](const Reading& reading) {
    return reading.object == object && reading.space == space && reading.series != except &&
           &reading.series->measurement() == &measurement;
  });
}

}  // namespace

Descent CounterStates::resolve(SeriesState& state, const Reading& reading, const Sample& sample) {
  if (shows(state.raw, reading.space, reading.object) && !reading.born) return Descent::continued;
  const Descent descent = descend(state, reading, sample);
  if (descent != Descent::continued) state.raw.held = false;
  state.raw.valid = true;
  state.raw.other_boot = false;
  state.raw.space = reading.space;
  state.raw.object = reading.object;
  if (reading.object != 0) state.scope->owners[reading.object] = &state;
  if (reading.object > state.scope->highest) {
    state.scope->highest = reading.object;
    state.scope->changed = true;
  }
  return descent;
}

Descent CounterStates::descend(SeriesState& state, const Reading& reading, const Sample& sample) {
  const RawCounters& raw = state.raw;
  if (reading.born) {
    bury(state, reading, sample);
    if (!shows(raw, reading.space, reading.object)) park(state);
    return Descent::fresh;
  }
  if (reading.object != 0) {
    if (claim(state, reading, sample)) return Descent::continued;
    if (state.scope->known && reading.object > state.scope->highest_before) {
      park(state);
      return Descent::fresh;
    }
  }
  if (!raw.valid) return Descent::unknown;
  if (raw.other_boot) return Descent::other_boot;
  park(state);
  // A namespace's end is the end of its counters; the new one's were zero at its start.
  if (raw.space != reading.space) return Descent::other_space;
  // The old object may live on in this very sample, under another name or folded into the same series: then
  // its counters say nothing of this one's.
  const bool lives_on = raw.object != 0 && shown(sample, *state.measurement, raw.space, raw.object, nullptr);
  return lives_on ? Descent::unknown : Descent::replaced;
}

// A rename: the object's counters come along from the name it had. Where several series share an object (a
// disk's partitions), its number says nothing of names.
bool CounterStates::claim(SeriesState& state, const Reading& reading, const Sample& sample) {
  Scope& scope = *state.scope;
  RawCounters claimed;
  if (shown(sample, *state.measurement, reading.space, reading.object, state.series.get())) return false;
  if (const auto owner = scope.owners.find(reading.object);
      owner != scope.owners.end() && owner->second != &state &&
      shows(owner->second->raw, reading.space, reading.object)) {
    SeriesState& donor = *owner->second;
    claimed = std::move(donor.raw);
    claimed.fields = remap(claimed.fields, *donor.measurement, *state.measurement);
    donor.raw = {};
    donor.raw.fields.resize(donor.measurement->fields.size());
    donor.changed = true;
  } else if (const auto parked = scope.parked.find(reading.object); parked != scope.parked.end()) {
    claimed = std::move(parked->second);
    claimed.fields.resize(state.measurement->fields.size());
    scope.parked.erase(parked);
  } else {
    return false;
  }
  park(state);
  state.raw = std::move(claimed);
  return true;
}

// A new object took this number: nobody counts on from the old one's values.
void CounterStates::bury(SeriesState& state, const Reading& reading, const Sample& sample) {
  Scope& scope = *state.scope;
  scope.parked.erase(reading.object);
  const auto owner = scope.owners.find(reading.object);
  if (owner == scope.owners.end() || owner->second == &state ||
      !shows(owner->second->raw, reading.space, reading.object) ||
      shown(sample, *state.measurement, reading.space, reading.object, state.series.get()))
    return;
  owner->second->raw.valid = false;
  owner->second->changed = true;
}

// Keeps what is known of the object that this series showed up to now: it may come back under another name.
void CounterStates::park(SeriesState& state) {
  const RawCounters& raw = state.raw;
  if (!raw.valid || raw.other_boot || raw.object == 0) return;
  Scope& home = scope(state.measurement->name, raw.space);
  const auto owner = home.owners.find(raw.object);
  if (owner == home.owners.end() || owner->second != &state) return;
  home.owners.erase(owner);
  home.parked[raw.object] = raw;
}

}  // namespace collector
