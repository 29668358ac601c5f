// The forecast: how much a period will have moved at its end, with a range that holds four times out of five.
// Pure: no clock, no chance; the same hours give the same answer.
//
// What is left of the period gets what is usual in its hours of the week (usual_week), times the level of
// late. How quickly a level is forgotten decides how good that is: a quarter of a terabyte that came once
// must be forgotten, and a change for good must not be. So four memories are tried on this machine's own
// past: what would each have said on every past day about the days after it, and by how much did it miss?
// They are mixed by that. The range is what the mixture missed by itself over as many days as are left.
// Nothing is supposed about how traffic comes about, and the answer can be told in a sentence: "usual for
// these hours; in the past this was off by so much".
#pragma once

#include <cstdint>
#include <expected>
#include <span>

#include "collector/history/usual_week.h"

namespace collector::history {

// A closed hour of the past. Hours that are not there moved nothing: the machine was off or asleep (what a
// collector missed while the machine ran is in the rows of its next start).
struct PastHour {
  std::int64_t start = 0;        // Unix seconds
  std::int64_t observed = 0;     // milliseconds of it, 0 to 3,600,000
  std::uint64_t amount = 0;      // bytes, or whatever is counted
  std::size_t hour_of_week = 0;  // local: 0 is Monday, 00:00
};

// What is left of the period, piece by piece: the rest of the hour that runs, then hours.
struct ComingTime {
  std::size_t hour_of_week = 0;
  std::uint32_t seconds = 0;
};

// Of the whole period. `expected` is as likely to be too low as too high; the truth lies outside of
// [low, high] one time in ten on either side.
struct Forecast {
  std::uint64_t expected = 0;
  std::uint64_t low = 0;
  std::uint64_t high = 0;
};

// No answer: a week is known from two of them at least.
struct TooLittleHistory {
  int days = 0;  // whose hours are kept, up to now: an imported day may be known as a day only
  int needed = 0;
};

// `past`: in order of their start, all of them before now; the last 26 weeks are looked at. `used`: what has
// moved in the period up to now, exactly. Nothing left: all three numbers are `used`.
std::expected<Forecast, TooLittleHistory> forecast(std::span<const PastHour> past, std::uint64_t used,
                                                   std::span<const ComingTime> coming);

}  // namespace collector::history
