#include "collector/pipeline/followed.h"

#include <algorithm>

namespace collector {
namespace {

// Reorders what is kept per field, from one version of a measurement's table to another.
template <typename T>
void remap(std::vector<T>& values, const Measurement& old, const Measurement& now) {
  std::vector<T> to(now.fields.size());
  for (std::size_t i = 0; i < values.size() && i < old.fields.size(); ++i)
    if (const auto field = now.field(old.fields[i].name)) to[*field] = std::move(values[i]);
  values = std::move(to);
}

std::string text_key_of(const Series& series) {
  std::string key = series.measurement().name;
  for (const Tag& tag : series.tags()) {
    key += '\0';
    key += tag.key;
    key += '\0';
    key += tag.value;
  }
  return key;
}

}  // namespace

Scope& Followed::scope(const std::string& measurement, std::uint64_t space) {
  if (const auto found = scopes_.find(ScopeName(measurement, space)); found != scopes_.end())
    return found->second;
  Scope& added = scopes_[{measurement, space}];
  added.measurement = measurement;
  added.space = space;
  return added;
}

FollowedSeries& Followed::series(const Series& series) {
  if (const auto found = by_series_.find(&series); found != by_series_.end()) return *found->second;
  auto& slot = series_[text_key_of(series)];
  const std::size_t fields = series.measurement().fields.size();
  if (!slot) {
    slot = std::make_unique<FollowedSeries>();
    slot->totals.assign(fields, 0);
    slot->total_known.assign(fields, false);
    ++dormant_;
  } else if (slot->measurement.get() != &series.measurement()) {
    remap(slot->totals, *slot->measurement, series.measurement());
    remap(slot->total_known, *slot->measurement, series.measurement());
    for (FollowedObject* object : slot->objects)
      remap(object->fields, *slot->measurement, series.measurement());
  }
  if (slot->series)
    by_series_.erase(slot->series.get());
  else
    --dormant_;
  slot->measurement = series.measurement_ptr();
  slot->series = series.shared_from_this();
  by_series_[&series] = slot.get();
  return *slot;
}

void Followed::begin(const Sample& sample) {
  sample_ = &sample;
  ++number_;
  next_ = next_gone_ = 0;
  ahead_.clear();
  ended_.clear();
}

Followed::Place Followed::find_place(const Reading& reading) {
  Place place{.scope = &enter_scope(reading)};
  if (reading.series->measurement().short_lived) return place;  // its sampler counts: nothing to follow
  // What is not reported costs its raw values and no name.
  if (reading.report != Report::never || reading.object == 0) place.series = &enter_series(reading);
  place.object = find(*place.scope, reading, place.series);
  if (place.object != nullptr) place.object->sample = number_;
  return place;
}

bool Followed::may_live_on(const FollowedObject& object) {
  if (!sample_->complete && !object.gone) return true;
  if (ahead_.empty()) {
    ahead_from_ = next_;
    for (const Reading& reading : sample_->readings().subspan(next_))
      ahead_.push_back(find_place(reading));
  }
  return object.sample == number_;
}

Scope& Followed::enter_scope(const Reading& reading) {
  const std::string& measurement = reading.series->measurement().name;
  if (last_scope_ == nullptr || last_scope_->space != reading.space ||
      last_scope_->measurement != measurement)
    last_scope_ = &scope(measurement, reading.space);
  Scope& here = *last_scope_;
  if (here.sample == number_) return here;
  // Only what lies above the highest number *before* this sample is new: the readings of one sample come in
  // any order, and those of the first one prove nothing. Nor does an incomplete one: a lower number that it
  // lacks may have begun since.
  if (here.complete) {
    here.known = true;
    here.from_store = false;
  }
  if (here.complete || here.sample == 0) {
    here.before = here.taken;
    here.tolerance_before = here.tolerance;
  }
  here.highest_before = here.highest;
  here.complete = sample_->complete;
  here.taken = reading.taken;
  here.tolerance = reading.tolerance;
  here.sample = number_;
  // Told again with every flush, as the baselines are: the spool may have begun a new file meanwhile.
  here.changed = here.changed || here.highest > 0;
  return here;
}

FollowedSeries& Followed::enter_series(const Reading& reading) {
  FollowedSeries& entered = series(*reading.series);
  if (entered.sample == number_) {
    entered.shared = true;
    return entered;
  }
  entered.first_sample = entered.sample == 0;
  entered.sample = number_;
  entered.read_before = entered.last_read;
  entered.space_before.reset();
  if (entered.current != nullptr) entered.space_before = entered.current->scope->space;
  return entered;
}

ObjectKey Followed::key_of(const Reading& reading, const FollowedSeries* series) {
  return {reading.object, reading.object == 0 ? series : nullptr};
}

FollowedObject* Followed::find(Scope& scope, const Reading& reading, const FollowedSeries* series) {
  const ObjectKey key = key_of(reading, series);
  if (series != nullptr && series->current != nullptr && series->current->scope == &scope &&
      series->current->key == key)
    return series->current;
  const auto found = scope.objects.find(key);
  return found == scope.objects.end() ? nullptr : &found->second;
}

Followed::Place Followed::next(const Reading& reading) {
  next_ = static_cast<std::size_t>(&reading - sample_->readings().data());
  if (next_gone_ < sample_->gone().size()) mark_gone();
  ++next_;
  return ahead_.empty() ? find_place(reading) : ahead_[next_ - 1 - ahead_from_];
}

// Those that were gone before the next reading.
void Followed::mark_gone() {
  const auto gone = sample_->gone();
  for (; next_gone_ < gone.size() && gone[next_gone_].behind <= next_; ++next_gone_) {
    const GoneObject& one = gone[next_gone_];
    const auto home = scopes_.find(ScopeName(one.measurement->name, one.space));
    if (home == scopes_.end()) continue;
    const auto found = home->second.objects.find({one.object, nullptr});
    if (found == home->second.objects.end() || found->second.gone) continue;
    FollowedObject& object = found->second;
    if (object.series != nullptr && object.series->objects.size() == 1) {
      object.series->ended = true;
      if (object.series->series) ended_.push_back(object.series->series);
    }
    hide(object);
    object.gone = true;
    leave_.push_back(&object);
  }
}

void Followed::end() {
  next_ = sample_->readings().size();
  mark_gone();
  // A new object may have taken the number meanwhile.
  for (FollowedObject* object : leave_)
    if (object->gone) erase(*object);
  leave_.clear();
  std::erase_if(ended_, [this](const SeriesPtr& series) { return !by_series_.at(series.get())->ended; });
}

FollowedObject& Followed::make(Place& place, const Reading& reading) {
  const ObjectKey key = key_of(reading, place.series);
  FollowedObject& object = place.object != nullptr ? *place.object : place.scope->objects[key];
  hide(object);
  object.scope = place.scope;
  object.key = key;
  object.sample = number_;
  object.from_store = object.held = object.gone = false;
  object.taken = {};
  object.tolerance = {};
  object.fields.assign(reading.series->measurement().fields.size(), {});
  place.object = &object;
  return object;
}

void Followed::show(FollowedObject& object, FollowedSeries& series) {
  series.ended = false;
  series.current = &object;
  if (object.series == &series) return;
  if (object.series != nullptr && object.series->measurement != series.measurement)
    remap(object.fields, *object.series->measurement, *series.measurement);
  hide(object);
  object.series = &series;
  object.place = series.objects.size();
  series.objects.push_back(&object);
  // What the object has is known of the series, also if this reading says nothing.
  for (std::size_t i = 0; i < object.fields.size(); ++i)
    if (object.fields[i].present) series.total_known[i] = true;
}

void Followed::hide(FollowedObject& object) {
  FollowedSeries* series = std::exchange(object.series, nullptr);
  if (series == nullptr) return;
  FollowedObject* last = series->objects.back();
  series->objects[object.place] = last;
  last->place = object.place;
  series->objects.pop_back();
  if (series->current == &object) series->current = nullptr;
  series->changed = true;
}

void Followed::leave_other_spaces(FollowedSeries& series, std::uint64_t space) {
  for (std::size_t i = series.objects.size(); i-- > 0;)
    if (series.objects[i]->scope->space != space) erase(*series.objects[i]);
}

void Followed::erase(FollowedObject& object) {
  hide(object);
  Scope& home = *object.scope;
  home.objects.erase(ObjectKey(object.key));
}

std::size_t Followed::objects() const {
  std::size_t count = 0;
  for (const auto& [name, scope] : scopes_)
    count += scope.objects.size();
  return count;
}

}  // namespace collector
