// The calendar: days, weeks, months, years and billing cycles of a zone as intervals of Unix time. Pure: no
// clock, and no I/O beyond what Zone has read. Days have 23 to 25 hours where clocks are changed, and none
// where a date was left out.
#pragma once

#include <chrono>
#include <cstdint>

#include "collector/history/zone.h"

namespace collector::history {

// [start, end)
struct Interval {
  Seconds start{};
  Seconds end{};

  std::chrono::seconds length() const { return end - start; }
  bool holds(Seconds moment) const { return start <= moment && moment < end; }
  friend bool operator==(const Interval&, const Interval&) = default;
};

// Cuts time into periods, one after another, without a gap and without an overlap. Two moments of one period
// have the same number; the next period has the next number.
class Cycle {
 public:
  static Cycle daily() { return every_days(1, LocalDays{}); }
  static Cycle weekly(std::chrono::weekday first = std::chrono::Monday);
  // `day` 1 to 31: where a month has fewer days, its last. Below zero from the month's end: -1 is its last
  // day, -3 its last but two; where a month has fewer days, its first.
  static Cycle monthly(int day = 1);
  static Cycle yearly() { return {Unit::months, 12, 1, LocalDays{}}; }
  // Every `days`, at least 1; one of the periods begins on `on`.
  static Cycle every_days(int days, LocalDays on);

  // The same, beginning at this time of the day instead of midnight, 0 s to 86,399 s.
  Cycle at(std::chrono::seconds time_of_day) const;

  // The period that a moment lies in, and those around it. Years 1 to 9999.
  Interval around(const Zone& zone, Seconds moment) const;
  Interval after(const Zone& zone, const Interval& period) const { return around(zone, period.end); }
  Interval before(const Zone& zone, const Interval& period) const;

 private:
  enum class Unit : std::uint8_t { days, months };
  Cycle(Unit unit, int count, int day, LocalDays anchor)
      : unit_(unit), count_(count), day_(day), anchor_(anchor) {}
  Seconds start_of(const Zone& zone, std::int64_t number) const;
  std::int64_t number_of(LocalSeconds time) const;  // or one beside it

  Unit unit_;
  int count_;         // units in a period
  int day_;           // of months
  LocalDays anchor_;  // of days: where number 0 begins
  std::chrono::seconds time_of_day_{};
};

// The date that clocks show. Where they were put back over midnight, the later date begins at its first
// midnight, as its period does.
LocalDays date_of(const Zone& zone, Seconds moment);

}  // namespace collector::history
