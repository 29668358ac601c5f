#include "collector/pipeline/counter_state.h"

#include <algorithm>

namespace collector {
namespace {

std::string key_of(const Series& series) {
  std::string key = series.measurement().name;
  for (const Tag& tag : series.tags()) {
    key += '\0';
    key += tag.key;
    key += '\0';
    key += tag.value;
  }
  return key;
}

bool counts(const Field& field) {
  return field.kind == FieldKind::counter || field.kind == FieldKind::increment;
}

}  // namespace

CounterStates::CounterStates(std::string boot_id, const Baselines& stored, std::size_t dormant_capacity)
    : boot_id_(std::move(boot_id)), dormant_capacity_(dormant_capacity) {
  for (const Baseline& baseline : stored.series)
    load(baseline);
  for (const HighestObject& highest : stored.highest) {
    if (highest.boot_id != boot_id_) continue;
    Scope& known = scope(highest.measurement, highest.space);
    known.known = true;
    known.from_store = true;
    known.highest = std::max(known.highest, highest.object);
  }
}

void CounterStates::load(const Baseline& baseline) {
  auto& slot = states_[key_of(*baseline.series)];
  if (!slot) slot = std::make_unique<SeriesState>();
  SeriesState& state = *slot;
  state.measurement = baseline.series->measurement_ptr();
  if (state.series) by_series_.erase(state.series.get());
  state.series = baseline.series;
  state.stored = true;
  state.last_read = baseline.taken;
  const std::size_t fields = state.measurement->fields.size();
  state.totals.assign(fields, 0);
  state.total_known.assign(fields, false);
  state.raw = {};
  state.raw.fields.resize(fields);
  for (std::size_t i = 0; i < std::min(fields, baseline.counters.size()); ++i) {
    if (!baseline.counters[i].present) continue;
    state.total_known[i] = true;
    state.totals[i] = std::max<std::int64_t>(baseline.counters[i].total, 0);
    state.raw.fields[i] = {true, baseline.counters[i].raw, baseline.taken};
  }
  state.raw.valid = !baseline.boot_id.empty();
  state.raw.other_boot = baseline.boot_id != boot_id_;
  state.raw.from_store = true;
  state.raw.space = baseline.space;
  state.raw.object = baseline.object;
  state.raw.taken = baseline.taken;
  by_series_[baseline.series.get()] = &state;
  if (state.raw.other_boot) return;

  Scope& home = scope(state.measurement->name, baseline.space);
  if (!home.taken || home.taken->boot < baseline.taken.boot) home.taken = baseline.taken;
  if (baseline.object == 0) return;
  // Two series can claim one object when a name was let go before a rename: the later reading is right.
  SeriesState*& owner = home.owners[baseline.object];
  if (owner == nullptr || owner->raw.taken.boot < baseline.taken.boot) owner = &state;
}

Scope& CounterStates::scope(const std::string& measurement, std::uint64_t space) {
  Scope& found = scopes_[{measurement, space}];
  found.space = space;
  return found;
}

SeriesState& CounterStates::state(const Series& series) {
  if (const auto found = by_series_.find(&series); found != by_series_.end()) return *found->second;
  auto& slot = states_[key_of(series)];
  const std::size_t fields = series.measurement().fields.size();
  if (!slot) {
    slot = std::make_unique<SeriesState>();
    slot->totals.assign(fields, 0);
    slot->total_known.assign(fields, false);
    slot->raw.fields.resize(fields);
  } else if (slot->measurement.get() != &series.measurement()) {
    slot->totals = remap(slot->totals, *slot->measurement, series.measurement());
    slot->total_known = remap(slot->total_known, *slot->measurement, series.measurement());
    slot->raw.fields = remap(slot->raw.fields, *slot->measurement, series.measurement());
  }
  if (slot->series) by_series_.erase(slot->series.get());
  slot->measurement = series.measurement_ptr();
  slot->series = series.shared_from_this();
  by_series_[&series] = slot.get();
  return *slot;
}

void CounterStates::enter(SeriesState& state, const Reading& reading, std::uint64_t number) {
  if (state.scope == nullptr || state.scope->space != reading.space)
    state.scope = &scope(state.measurement->name, reading.space);
  Scope& here = *state.scope;
  if (here.sample == number) return;
  // Only what lies above the highest number *before* this sample is new: the readings of one sample come in
  // any order, and those of the first one prove nothing.
  if (here.sample != 0) {
    here.known = true;
    here.from_store = false;
  }
  here.highest_before = here.highest;
  here.before = here.taken;
  here.tolerance_before = here.tolerance;
  here.taken = reading.taken;
  here.tolerance = reading.tolerance;
  here.sample = number;
  // Told again with every flush, as the baselines are: the spool may have begun a new file meanwhile.
  here.changed = here.changed || here.highest > 0;
}

Baseline CounterStates::baseline_of(const SeriesState& state) const {
  Baseline baseline;
  baseline.series = state.series;
  // Without a boot the values mean nothing and only the totals count.
  if (state.raw.valid && !state.raw.other_boot) baseline.boot_id = boot_id_;
  baseline.space = state.raw.space;
  baseline.object = state.raw.object;
  baseline.taken = state.raw.valid ? state.raw.taken : state.last_read;
  const auto& fields = state.measurement->fields;
  baseline.counters.resize(fields.size());
  for (std::size_t i = 0; i < fields.size(); ++i) {
    if (!counts(fields[i])) continue;
    const RawCounters::Field& raw = state.raw.fields[i];
    const bool raw_known = state.raw.valid && raw.present;
    const bool needs_raw = fields[i].kind == FieldKind::counter && state.raw.valid;
    baseline.counters[i] = {needs_raw ? raw_known : bool(state.total_known[i]), raw_known ? raw.raw : 0,
                            state.totals[i]};
  }
  return baseline;
}

void CounterStates::collect(bool new_only, std::vector<Baseline>& out, std::vector<HighestObject>& highest) {
  for (auto& [key, state] : states_) {
    if (!state->changed || !state->series) continue;
    if (new_only && (state->stored || state->counted)) continue;
    state->changed = false;
    state->counted = false;
    if (!std::ranges::any_of(state->measurement->fields, counts)) continue;
    state->stored = true;
    out.push_back(baseline_of(*state));
  }
  for (auto& [name, scope] : scopes_) {
    if (!scope.changed || (new_only && scope.known)) continue;
    scope.changed = false;
    highest.push_back({name.first, boot_id_, scope.space, scope.highest});
  }
}

std::size_t CounterStates::forget_idle(BootTime before) {
  std::size_t let_go = 0;
  for (auto& [key, state] : states_) {
    if (!state->series || state->changed || (state->read && state->last_read.boot >= before)) continue;
    by_series_.erase(state->series.get());
    state->series.reset();
    ++let_go;
  }
  for (auto& [name, scope] : scopes_)
    std::erase_if(scope.parked, [before](const auto& parked) { return parked.second.taken.boot < before; });
  limit_dormant();
  return let_go;
}

std::size_t CounterStates::parked() const {
  std::size_t count = 0;
  for (const auto& [name, scope] : scopes_)
    count += scope.parked.size();
  return count;
}

void CounterStates::limit_dormant() {
  std::vector<std::pair<WallTime, const std::string*>> dormant;
  for (const auto& [key, state] : states_)
    if (!state->series) dormant.emplace_back(state->last_read.wall, &key);
  if (dormant.size() <= dormant_capacity_) return;
  const auto surplus = dormant.begin() + static_cast<std::ptrdiff_t>(dormant.size() - dormant_capacity_);
  std::ranges::nth_element(dormant, surplus);
  for (auto entry = dormant.begin(); entry != surplus; ++entry) {
    const auto found = states_.find(*entry->second);
    for (auto& [name, scope] : scopes_)
      std::erase_if(scope.owners,
                    [&found](const auto& owner) { return owner.second == found->second.get(); });
    states_.erase(found);
  }
}

}  // namespace collector
