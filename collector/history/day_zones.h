// Which zone days are cut in, and since when. Days tile time: where the zone was changed, the day before ends
// and the first day of the new zone begins, however short they are. Pure.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <vector>

#include "collector/history/calendar.h"

namespace collector::history {

struct DayZone {
  std::int64_t id = 0;                                            // in the file
  std::int64_t since = std::numeric_limits<std::int64_t>::min();  // Unix seconds
  Zone zone = Zone::utc();
};

// A day, and the zone it was cut in.
struct CutDay {
  std::int64_t start = 0;  // Unix seconds, [start, end)
  std::int64_t end = 0;
  std::int64_t zone = 0;  // DayZone::id
  std::int64_t date = 0;  // days since 1970
};

class DayZones {
 public:
  // In the order of `since`; not empty.
  explicit DayZones(std::vector<DayZone> zones) : zones_(std::move(zones)) {}

  CutDay day_of(std::int64_t second) const;
  const std::vector<DayZone>& all() const { return zones_; }
  const DayZone& present() const { return zones_.back(); }
  // These up to `since`, from there on `zone`.
  DayZones followed_by(DayZone zone) const;

 private:
  std::vector<DayZone> zones_;
  mutable std::optional<CutDay> last_;  // most questions are about the same day as the one before
};

// The days of each series, while they are cut anew one series after the other (recut.h).
struct DaysOfSeries {
  DayZones days{{DayZone{}}};
  DayZones before = days;              // of the series that are not cut anew yet
  std::int64_t cut_up_to = no_series;  // numbers below are; no_series: all are

  static constexpr std::int64_t no_series = std::numeric_limits<std::int64_t>::max();
  CutDay day_of(std::int64_t second, std::int64_t series) const {
    return (series < cut_up_to ? days : before).day_of(second);
  }
};

}  // namespace collector::history
