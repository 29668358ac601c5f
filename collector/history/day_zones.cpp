#include "collector/history/day_zones.h"

#include <algorithm>
#include <iterator>

namespace collector::history {

CutDay DayZones::day_of(std::int64_t second) const {
  if (last_ && last_->start <= second && second < last_->end) return *last_;
  auto next = std::ranges::upper_bound(zones_, second, {}, &DayZone::since);
  const auto present = next == zones_.begin() ? next : std::prev(next);
  if (next == zones_.begin()) ++next;
  const Interval day = Cycle::daily().around(present->zone, Seconds(std::chrono::seconds(second)));
  CutDay cut{day.start.time_since_epoch().count(), day.end.time_since_epoch().count(), present->id,
             date_of(present->zone, day.start).time_since_epoch().count()};
  cut.start = std::max(cut.start, present->since);
  if (next != zones_.end()) cut.end = std::min(cut.end, next->since);
  last_ = cut;
  return cut;
}

DayZones DayZones::followed_by(DayZone zone) const {
  std::vector<DayZone> zones;
  std::ranges::copy_if(zones_, std::back_inserter(zones),
                       [&](const DayZone& one) { return one.since < zone.since; });
  zones.push_back(std::move(zone));
  return DayZones(std::move(zones));
}

}  // namespace collector::history
