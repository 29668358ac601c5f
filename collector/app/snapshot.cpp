#include "collector/app/snapshot.h"

#include <utility>

#include "collector/core/decimals.h"

namespace collector {
namespace {

// A level with the digits that mean something, as rows have it.
Value shown_level(const Field& field, const Value& value) {
  if (value.type() != Value::Type::real) return value;
  return Value::real(rounded_to(field.decimals, value.as_real()));
}

}  // namespace

SnapshotBoard::SnapshotBoard() {
  working_.layout = std::make_shared<Snapshot::Layout>();
  published_ = working_;
}

std::size_t SnapshotBoard::index_of(const Series& series) {
  const auto [found, added] = index_.try_emplace(&series, layout_.series.size());
  if (!added) return found->second;
  layout_.series.push_back(series.shared_from_this());
  layout_.first_value.push_back(working_.values.size());
  layout_changed_ = true;
  working_.taken.emplace_back();
  working_.values.resize(working_.values.size() + series.measurement().fields.size());
  working_.rates.resize(working_.values.size());
  return found->second;
}

void SnapshotBoard::take(const JudgedReading& reading) {
  // Those that make rows only when a counter moves are of interfaces that are down.
  if (reading.report != Report::always) return;
  const std::size_t index = index_of(*reading.series);
  const std::size_t first = layout_.first_value[index];
  const auto& fields = reading.series->measurement().fields;
  for (std::size_t i = 0; i < reading.values.size(); ++i) {
    const bool is_no_level = reading.fields[i].set_aside && reading.values[i].type() != Value::Type::counter;
    working_.values[first + i] = is_no_level ? Value() : shown_level(fields[i], reading.values[i]);
    working_.rates[first + i] = reading.fields[i].rate;
  }
  working_.taken[index] = reading.taken;
}

void SnapshotBoard::ended(const Series& series) {
  ended_.push_back(&series);
}

void SnapshotBoard::publish(std::uint64_t tick, Instant now) {
  if (!ended_.empty()) {
    std::vector<bool> which(layout_.series.size());
    for (const Series* series : ended_)
      if (const auto found = index_.find(series); found != index_.end()) which[found->second] = true;
    ended_.clear();
    drop(which);
  }
  working_.tick = tick;
  working_.when = now;
  if (std::exchange(layout_changed_, false))
    working_.layout = std::make_shared<const Snapshot::Layout>(layout_);
  const std::unique_lock lock(mutex_, std::try_to_lock);
  if (lock.owns_lock())
    published_ = working_;
  else
    ++working_.skipped;
}

void SnapshotBoard::forget_idle(BootTime now, Duration idle) {
  std::vector<bool> which(layout_.series.size());
  for (std::size_t i = 0; i < which.size(); ++i)
    which[i] = now - working_.taken[i].boot > idle;
  drop(which);
}

// What stays moves up.
void SnapshotBoard::drop(const std::vector<bool>& which) {
  std::size_t kept = 0;
  std::size_t values = 0;
  for (std::size_t i = 0; i < which.size(); ++i) {
    if (which[i]) {
      index_.erase(layout_.series[i].get());
      continue;
    }
    const std::size_t fields = layout_.series[i]->measurement().fields.size();
    for (std::size_t field = 0; field < fields; ++field) {
      working_.values[values + field] = working_.values[layout_.first_value[i] + field];
      working_.rates[values + field] = working_.rates[layout_.first_value[i] + field];
    }
    index_[layout_.series[i].get()] = kept;
    working_.taken[kept] = working_.taken[i];
    if (kept != i) layout_.series[kept] = std::move(layout_.series[i]);
    layout_.first_value[kept] = values;
    values += fields;
    ++kept;
  }
  layout_changed_ = layout_changed_ || kept != which.size();
  layout_.series.resize(kept);
  layout_.first_value.resize(kept);
  working_.taken.resize(kept);
  working_.values.resize(values);
  working_.rates.resize(values);
}

std::shared_ptr<const Snapshot> SnapshotBoard::latest() const {
  const std::lock_guard lock(mutex_);
  return std::make_shared<const Snapshot>(published_);
}

}  // namespace collector
