// Days where the zone was changed: every second belongs to one of them.
#include "collector/history/day_zones.h"

#include <gtest/gtest.h>

#include "tests/history/vectors.h"

namespace collector::test {
namespace {

using history::CutDay;
using history::DayZone;
using history::DayZones;

std::int64_t second(const std::string& text) {
  return moment_of(text).time_since_epoch().count();
}

const DayZones& moved() {
  // A laptop that flew from Berlin to New York on 9 January, when it was 18:00 in Berlin.
  static const DayZones zones =
      DayZones({DayZone{.id = 1, .zone = zone_of("Europe/Berlin")}})
          .followed_by({2, second("2026-01-09T17:00:00"), zone_of("America/New_York")});
  return zones;
}

TEST(DayZones, DayEndsWhereTheZoneChanges) {
  const CutDay last = moved().day_of(second("2026-01-09T12:00:00"));
  EXPECT_EQ(last.start, second("2026-01-08T23:00:00"));
  EXPECT_EQ(last.end, second("2026-01-09T17:00:00"));
  EXPECT_EQ(last.zone, 1);
  const CutDay first = moved().day_of(second("2026-01-09T17:00:00"));
  EXPECT_EQ(first.start, second("2026-01-09T17:00:00"));
  EXPECT_EQ(first.end, second("2026-01-10T05:00:00"));
  EXPECT_EQ(first.zone, 2);
  EXPECT_EQ(first.date, last.date) << "the 9th of January, both";
}

TEST(DayZones, DaysTileTime) {
  std::int64_t at = second("2026-01-05T00:00:00");
  for (int days = 0; days < 20; ++days) {
    const CutDay day = moved().day_of(at);
    ASSERT_EQ(moved().day_of(day.start).start, day.start);
    ASSERT_EQ(moved().day_of(day.end - 1).end, day.end);
    ASSERT_EQ(moved().day_of(day.end).start, day.end);
    at = day.end;
  }
}

TEST(DayZones, ZoneThatBeginsEarlierReplacesTheOnesAfter) {
  const DayZones zones = moved().followed_by({3, second("2026-01-02T23:00:00"), zone_of("UTC")});
  EXPECT_EQ(zones.all().size(), 2U);
  EXPECT_EQ(zones.day_of(second("2026-01-20T12:00:00")).start, second("2026-01-20T00:00:00"));
}

}  // namespace
}  // namespace collector::test
