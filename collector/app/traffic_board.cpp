#include "collector/app/traffic_board.h"

#include <algorithm>
#include <utility>

namespace collector {
namespace {

constexpr std::string_view rest = "other";  // as the pipeline calls what found no place

std::string_view name_of(const Series& series) {
  const std::string_view name = series.tag("interface");
  return name.empty() ? rest : name;
}

std::uint64_t counted_in(const JudgedReading& reading, std::optional<std::size_t> field) {
  if (!field || !reading.fields[*field].counted) return 0;
  return static_cast<std::uint64_t>(std::max<std::int64_t>(reading.fields[*field].delta, 0));
}

}  // namespace

bool TrafficBoard::knows(const Measurement& measurement) {
  if (fields_.of == &measurement) return true;
  if (measurement.name != "net") return false;
  fields_ = {&measurement, measurement.field("bytes_recv"), measurement.field("bytes_sent"),
             measurement.field("speed")};
  return true;
}

// The place of one that is gone; null: all are there. Asked for each reading that has no place.
InterfaceTraffic* TrafficBoard::make_room() {
  if (gone_ == 0) return nullptr;
  const auto found = std::ranges::find_if(working_.interfaces, &InterfaceTraffic::gone);
  if (found == working_.interfaces.end()) return nullptr;
  number_of_.erase(number_of_.find(found->interface));
  working_.interfaces.erase(found);
  --gone_;
  return &working_.interfaces.emplace_back();
}

InterfaceTraffic& TrafficBoard::interface_of(const Series& series) {
  std::string_view name = name_of(series);
  auto number = number_of_.find(name);
  InterfaceTraffic* added = nullptr;
  if (number == number_of_.end()) {
    const bool is_full = working_.interfaces.size() + 1 >= most_interfaces && name != rest;
    added = is_full ? make_room() : &working_.interfaces.emplace_back();
    if (added == nullptr) {
      name = rest;
      number = number_of_.find(name);
      if (number == number_of_.end()) added = &working_.interfaces.emplace_back();
    }
  }
  if (added != nullptr) {
    added->number = ++last_number_;
    added->interface = name;
    number_of_.emplace(name, added->number);
    return *added;
  }
  return *std::ranges::lower_bound(working_.interfaces, number->second, {}, &InterfaceTraffic::number);
}

void TrafficBoard::take(const JudgedReading& reading) {
  if (!knows(reading.series->measurement())) return;
  if (!begun_) begun_ = reading.taken.boot;
  InterfaceTraffic& interface = interface_of(*reading.series);
  const bool is_one = interface.interface != rest;
  if (std::exchange(interface.gone, false)) --gone_;
  interface.kind = is_one ? reading.series->tag("kind") : "";
  interface.parent = is_one ? reading.series->tag("parent") : "";
  // What is recovered at the start has moved before it.
  if (reading.since.boot >= *begun_) {
    interface.received += counted_in(reading, fields_.received);
    interface.sent += counted_in(reading, fields_.sent);
  }
  const Value* speed = fields_.speed && is_one ? &reading.values[*fields_.speed] : nullptr;
  interface.speed = speed != nullptr && speed->type() == Value::Type::integer ? speed->as_integer() : 0;
  working_.taken = reading.taken;
  read_ = fresh_ = true;
}

void TrafficBoard::ended(const Series& series) {
  if (!knows(series.measurement())) return;
  const auto number = number_of_.find(name_of(series));
  if (number == number_of_.end() || number->first == rest) return;
  InterfaceTraffic& interface = interface_of(series);
  // It may be there already with other tags.
  if (interface.kind != series.tag("kind") || interface.parent != series.tag("parent")) return;
  if (!std::exchange(interface.gone, true)) ++gone_;
  fresh_ = true;
}

void TrafficBoard::publish() {
  const bool watched = fresh_ && watchers_ > 0;
  const bool remembers = read_ && remembers_;
  if (!remembers && !watched) return;
  {
    const std::unique_lock lock(mutex_, std::try_to_lock);
    if (!lock.owns_lock()) return;
    if (remembers) remember();
    read_ = false;
    if (!watched) return;
    ++working_.publication;
    published_ = working_;
    fresh_ = false;
  }
  changed_.notify_all();
}

// A steady tick allocates nothing.
void TrafficBoard::remember() {
  if (moments_.size() < moments_remembered) moments_.emplace_back();
  TrafficMoment& moment = moments_[next_moment_ % moments_remembered];
  ++next_moment_;
  moment.taken = working_.taken;
  moment.sums.clear();
  for (const InterfaceTraffic& one : working_.interfaces) {
    if (moment.sums.size() == most_remembered) break;
    if (!one.gone) moment.sums.push_back({one.number, one.received, one.sent});
  }
}

std::vector<TrafficMoment> TrafficBoard::recent() const {
  const std::lock_guard lock(mutex_);
  std::vector<TrafficMoment> all;
  for (std::size_t i = 0; i < moments_.size(); ++i)
    all.push_back(moments_[(next_moment_ + i) % moments_.size()]);
  return all;
}

std::uint64_t TrafficBoard::watch() {
  ++watchers_;
  const std::lock_guard lock(mutex_);
  return published_.publication;
}

std::shared_ptr<const TrafficSums> TrafficBoard::wait(std::uint64_t publication, Duration time,
                                                      const std::atomic<bool>& ended) {
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, time, [&] { return ended || published_.publication > publication; });
  if (ended || published_.publication <= publication) return nullptr;
  return std::make_shared<const TrafficSums>(published_);
}

void TrafficBoard::ring() {
  {
    const std::lock_guard lock(mutex_);  // who is about to wait has not looked yet, or waits already
  }
  changed_.notify_all();
}

}  // namespace collector
