#include "collector/app/snapshot.h"

#include <utility>

namespace collector {

SnapshotBoard::SnapshotBoard() {
  working_.layout = std::make_shared<Snapshot::Layout>();
  published_ = working_;
}

std::size_t SnapshotBoard::index_of(const Series& series) {
  if (const auto found = index_.find(&series); found != index_.end()) return found->second;
  // Published snapshots may still be using the old layout: a new series makes a new one.
  auto layout = std::make_shared<Snapshot::Layout>(*working_.layout);
  const std::size_t index = layout->series.size();
  layout->series.push_back(series.shared_from_this());
  layout->first_value.push_back(working_.values.size());
  working_.layout = std::move(layout);
  working_.taken.emplace_back();
  working_.values.resize(working_.values.size() + series.measurement().fields.size());
  working_.rates.resize(working_.values.size());
  index_.emplace(&series, index);
  return index;
}

void SnapshotBoard::take(const Sample& sample) {
  for (const Reading& reading : sample.readings()) {
    // Nor those that make rows only when a counter moves (an interface that is down).
    if (reading.report != Report::always) continue;
    const std::size_t index = index_of(*reading.series);
    const std::size_t first = working_.layout->first_value[index];
    const double elapsed = to_seconds(reading.taken.boot - working_.taken[index].boot);
    const bool seen = working_.taken[index] != Instant{};
    const auto values = sample.values(reading);
    for (std::size_t i = 0; i < values.size(); ++i) {
      Value& previous = working_.values[first + i];
      double& rate = working_.rates[first + i];
      const bool moved = seen && elapsed > 0 && values[i].type() == Value::Type::counter &&
                         previous.type() == Value::Type::counter &&
                         values[i].as_counter() >= previous.as_counter();
      rate = moved ? static_cast<double>(values[i].as_counter() - previous.as_counter()) / elapsed : 0;
      previous = values[i];
    }
    working_.taken[index] = reading.taken;
  }
}

void SnapshotBoard::publish(std::uint64_t tick, Instant now) {
  working_.tick = tick;
  working_.when = now;
  const std::unique_lock lock(mutex_, std::try_to_lock);
  if (lock.owns_lock()) published_ = working_;
}

void SnapshotBoard::forget_idle(BootTime now, Duration idle) {
  Snapshot kept;
  auto layout = std::make_shared<Snapshot::Layout>();
  for (std::size_t i = 0; i < working_.taken.size(); ++i) {
    if (now - working_.taken[i].boot > idle) continue;
    layout->series.push_back(working_.layout->series[i]);
    layout->first_value.push_back(kept.values.size());
    kept.taken.push_back(working_.taken[i]);
    const auto values = working_.values_of(i);
    const auto rates = working_.rates_of(i);
    kept.values.insert(kept.values.end(), values.begin(), values.end());
    kept.rates.insert(kept.rates.end(), rates.begin(), rates.end());
  }
  kept.layout = std::move(layout);
  working_ = std::move(kept);
  index_.clear();
  for (std::size_t i = 0; i < working_.layout->series.size(); ++i)
    index_.emplace(working_.layout->series[i].get(), i);
}

std::shared_ptr<const Snapshot> SnapshotBoard::latest() const {
  const std::lock_guard lock(mutex_);
  return std::make_shared<const Snapshot>(published_);
}

}  // namespace collector
