// What Followed takes over from an earlier process, hands to the spool, and forgets.
#include <algorithm>
#include <tuple>
#include <utility>

#include "collector/pipeline/followed.h"

namespace collector {
namespace {

bool counts(const Field& field) {
  return field.kind == FieldKind::counter || field.kind == FieldKind::increment;
}

}  // namespace

Followed::Followed(std::string boot_id, const Baselines& stored, std::size_t dormant_capacity)
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

void Followed::load(const Baseline& baseline) {
  FollowedSeries& loaded = series(*baseline.series);
  loaded.stored = true;
  loaded.last_read = baseline.taken;
  for (std::size_t i = 0; i < std::min(loaded.totals.size(), baseline.totals.size()); ++i) {
    if (!baseline.totals[i]) continue;
    loaded.total_known[i] = true;
    loaded.totals[i] = std::max<std::int64_t>(*baseline.totals[i], 0);
  }
  if (baseline.boot_id.empty()) return;
  loaded.of_other_boot = baseline.boot_id != boot_id_;
  if (loaded.of_other_boot) return;
  for (const Baseline::Object& object : baseline.objects)
    load_object(object, loaded);
}

void Followed::load_object(const Baseline::Object& object, FollowedSeries& series) {
  Scope& home = scope(series.measurement->name, object.space);
  if (!home.taken || home.taken->boot < series.last_read.boot) home.taken = series.last_read;
  const ObjectKey key{object.object, object.object == 0 ? &series : nullptr};
  FollowedObject& loaded = home.objects[key];
  // An earlier version may have left two series with one object, renamed: the later reading is right.
  if (loaded.series != nullptr && object.taken.boot < loaded.taken.boot) return;
  hide(loaded);
  loaded.scope = &home;
  loaded.key = key;
  loaded.from_store = true;
  loaded.taken = object.taken;
  loaded.fields.assign(series.measurement->fields.size(), {});
  for (std::size_t i = 0; i < std::min(loaded.fields.size(), object.raw.size()); ++i)
    if (object.raw[i]) loaded.fields[i] = {true, *object.raw[i], object.taken};
  show(loaded, series);
}

Baseline Followed::baseline_of(const FollowedSeries& series) const {
  Baseline baseline;
  baseline.series = series.series;
  baseline.boot_id = boot_id_;
  baseline.taken = series.last_read;
  const auto& fields = series.measurement->fields;
  baseline.totals.resize(fields.size());
  for (std::size_t i = 0; i < fields.size(); ++i)
    if (counts(fields[i]) && series.total_known[i]) baseline.totals[i] = series.totals[i];
  for (const FollowedObject* object : series.objects) {
    auto& stored = baseline.objects.emplace_back();
    stored.space = object->scope->space;
    stored.object = object->key.object;
    stored.taken = object->taken;
    stored.raw.resize(fields.size());
    for (std::size_t i = 0; i < fields.size(); ++i)
      if (object->fields[i].present) stored.raw[i] = object->fields[i].raw;
  }
  return baseline;
}

void Followed::collect(bool new_only, Baselines& out) {
  for (auto& [key, series] : series_) {
    if (series->ended && !series->changed && series->series) let_go(*series);
    if (!series->changed || !series->series) continue;
    if (new_only && (series->stored || series->counted)) continue;
    series->changed = false;
    series->counted = false;
    if (!std::ranges::any_of(series->measurement->fields, counts)) continue;
    series->stored = true;
    out.series.push_back(baseline_of(*series));
  }
  for (auto& [name, scope] : scopes_) {
    if (!scope.changed || (new_only && scope.known)) continue;
    scope.changed = false;
    out.highest.push_back({name.first, boot_id_, scope.space, scope.highest});
  }
  if (new_only) return;
  if (dormant_ > dormant_capacity_ + dormant_capacity_ / 4) limit_dormant();
  out.forgotten = std::exchange(forgotten_, {});
}

// The number that the spool gave it is known once its baseline has been stored.
void Followed::let_go(FollowedSeries& series) {
  series.id = series.series->id();
  if (series.stored && series.id == 0) return;
  by_series_.erase(series.series.get());
  series.series.reset();
  ++dormant_;
}

std::size_t Followed::forget_idle(BootTime now, Duration idle_time) {
  const std::size_t dormant_before = dormant_;
  std::vector<FollowedObject*> idle;
  for (auto& [name, scope] : scopes_) {
    if (!scope.complete) continue;
    for (auto& [key, object] : scope.objects) {
      // One that its series still shows is kept for as long as the series is known. Of the others those go
      // that complete samples since have not shown, however rare these are.
      const bool is_shown = object.series != nullptr && object.series->current == &object;
      const bool in_the_last_sample = object.sample != 0 && object.sample == scope.sample;
      if (!is_shown && !in_the_last_sample && scope.taken &&
          scope.taken->boot - object.taken.boot > idle_time)
        idle.push_back(&object);
    }
  }
  for (FollowedObject* object : idle)
    erase(*object);
  for (auto& [key, series] : series_)
    if (series->series && !series->changed && (!series->read || now - series->last_read.boot > idle_time))
      let_go(*series);
  const std::size_t let_go_of = dormant_ - dormant_before;
  limit_dormant();
  return let_go_of;
}

void Followed::limit_dormant() {
  std::vector<std::tuple<WallTime, const std::string*, FollowedSeries*>> dormant;
  for (const auto& [key, series] : series_)
    if (!series->series) dormant.emplace_back(series->last_read.wall, &key, series.get());
  if (dormant.size() <= dormant_capacity_) return;
  const auto surplus = dormant.begin() + static_cast<std::ptrdiff_t>(dormant.size() - dormant_capacity_);
  std::ranges::nth_element(dormant, surplus);
  for (auto entry = dormant.begin(); entry != surplus; ++entry) {
    const auto& [read, key, series] = *entry;
    while (!series->objects.empty())
      erase(*series->objects.back());
    if (series->stored) forgotten_.push_back(series->id);
    --dormant_;
    series_.erase(*key);
  }
}

}  // namespace collector
