// Moments and ranges as people write them: "yesterday", "-24h", "2026-03-29", "2026-03-29T14:02:00+02:00".
// Pure.
#pragma once

#include <string_view>

#include "collector/core/error.h"
#include "collector/history/calendar.h"

namespace collector::history {

// What words are about.
struct TimeContext {
  Seconds now{};
  Zone zone = Zone::utc();
  Cycle period = Cycle::monthly();  // of "period" and "last-period"
  std::chrono::weekday week_begins = std::chrono::Monday;
};

// The years 1 to 9999: calendars go no further.
inline constexpr Seconds first_moment{std::chrono::seconds(-62'135'596'800)};
inline constexpr Seconds last_moment{std::chrono::seconds(253'402'300'799)};

// A stretch of time by its name: today, yesterday, week, last-week, month, last-month, year, last-year,
// period, last-period, all (from 1970 to now), now (empty); monday, last-monday, october (the last that has
// begun; before today); -24h, -7d, -2w, -30m, now-2h, "2 hours ago" (up to now); 2026, 2026-03, 2026-03-29,
// 20260329, 29.3.2026, 2026/3/29, "29 Mar 2026" (that year, month, day), 2026-W13 (that week); 14:02 of
// today, "yesterday 14:02", and 2026-03-29T14:02[:05[.678]] by the zone's clocks or with Z or an
// offset, Unix seconds, with a fraction or not, or milliseconds (empty). Those that run now are whole: the
// end may lie ahead. Fails with a suggestion.
Result<Interval> range_of(std::string_view word, const TimeContext& context);

// [from, to): `from` as the beginning of what it names, `to` as the end of it. Empty `to`: now.
Result<Interval> range_between(std::string_view from, std::string_view to, const TimeContext& context);

}  // namespace collector::history
