#include "collector/history/time_text.h"

#include <fmt/format.h>

#include <array>
#include <chrono>
#include <cstdlib>
#include <string_view>

namespace collector {
namespace {

using history::BucketUnit;
using history::Interval;
using history::Seconds;
using history::Zone;

constexpr std::array<std::string_view, 12> month_names{"January",   "February", "March",    "April",
                                                       "May",       "June",     "July",     "August",
                                                       "September", "October",  "November", "December"};
constexpr std::array<std::string_view, 7> weekday_names{"Sunday",   "Monday", "Tuesday", "Wednesday",
                                                        "Thursday", "Friday", "Saturday"};

// "+01:00"
std::string offset_text(const Zone& zone, Seconds moment) {
  const auto ahead = std::chrono::duration_cast<std::chrono::minutes>(zone.local(moment).time_since_epoch() -
                                                                      moment.time_since_epoch());
  const long minutes = std::abs(ahead.count());
  return fmt::format("{}{:02}:{:02}", ahead.count() < 0 ? '-' : '+', minutes / 60, minutes % 60);
}

// A moment as a calendar and a clock on the wall have it.
struct WallDate {
  int year = 0;
  unsigned month = 1;
  unsigned day = 1;
  unsigned weekday = 0;
  int minutes = 0;  // since midnight
  int seconds = 0;  // since midnight
  // "+01:00" where clocks that were put back show this time once more; mostly empty.
  std::string again;

  WallDate(const Zone& zone, Seconds moment) {
    const history::LocalSeconds local = zone.local(moment);
    const auto date = std::chrono::floor<std::chrono::days>(local);
    const std::chrono::year_month_day fields(date);
    year = static_cast<int>(fields.year());
    month = static_cast<unsigned>(fields.month());
    day = static_cast<unsigned>(fields.day());
    weekday = std::chrono::weekday(date).c_encoding();
    seconds = static_cast<int>((local - date).count());
    minutes = seconds / 60;
    if (zone.first(local) != moment) again = " " + offset_text(zone, moment);
  }
  std::string_view month_name() const { return month_names[month - 1]; }
  std::string_view short_month() const { return month_name().substr(0, 3); }
  std::string_view short_weekday() const { return weekday_names[weekday].substr(0, 3); }
  std::string clock() const { return fmt::format("{:02}:{:02}{}", minutes / 60, minutes % 60, again); }
};

// Whether a day begins there.
bool begins_day(const Zone& zone, Seconds moment) {
  return history::bucket_around(zone, moment, {.unit = BucketUnit::day}).start == moment;
}

bool is_whole(const Zone& zone, const Interval& range, BucketUnit unit) {
  return history::bucket_around(zone, range.start, {.unit = unit}) == range;
}

std::string days_text(const WallDate& first, const WallDate& last) {
  if (first.year != last.year)
    return fmt::format("{} {} {} – {} {} {}", first.day, first.short_month(), first.year, last.day,
                       last.short_month(), last.year);
  if (first.month != last.month)
    return fmt::format("{} {} – {} {} {}", first.day, first.short_month(), last.day, last.short_month(),
                       last.year);
  if (first.day == last.day) return fmt::format("{} {} {}", last.day, last.short_month(), last.year);
  return fmt::format("{} – {} {} {}", first.day, last.day, last.short_month(), last.year);
}

}  // namespace

std::string moment_text(const Zone& zone, Seconds moment) {
  const WallDate at(zone, moment);
  return fmt::format("{} {} {} {}, {}", at.short_weekday(), at.day, at.short_month(), at.year, at.clock());
}

std::string clock_text(const Zone& zone, Seconds moment) {
  return WallDate(zone, moment).clock();
}

std::string day_text(const Zone& zone, Seconds moment) {
  const WallDate at(zone, moment);
  return fmt::format("{} {}", at.day, at.short_month());
}

std::string weekday_text(const Zone& zone, Seconds moment) {
  return std::string(weekday_names[WallDate(zone, moment).weekday]);
}

std::string range_text(const Zone& zone, const Interval& range) {
  if (range.length() <= std::chrono::seconds(0)) return moment_text(zone, range.start);
  const WallDate start(zone, range.start);
  if (is_whole(zone, range, BucketUnit::year)) return fmt::format("{}", start.year);
  if (is_whole(zone, range, BucketUnit::month)) return fmt::format("{} {}", start.month_name(), start.year);
  if (is_whole(zone, range, BucketUnit::day))
    return fmt::format("{} {} {} {}", start.short_weekday(), start.day, start.short_month(), start.year);
  if (begins_day(zone, range.start) && begins_day(zone, range.end))
    return days_text(start, WallDate(zone, range.end - std::chrono::seconds(1)));
  const WallDate end(zone, range.end);
  if (start.year == end.year && start.month == end.month && start.day == end.day)
    return fmt::format("{} {} {} {}, {} – {}", start.short_weekday(), start.day, start.short_month(),
                       start.year, start.clock(), end.clock());
  const std::string of_start = start.year == end.year ? "" : fmt::format(" {}", start.year);
  return fmt::format("{} {}{} {} – {} {} {} {}", start.day, start.short_month(), of_start, start.clock(),
                     end.day, end.short_month(), end.year, end.clock());
}

std::string bucket_text(const Zone& zone, const Interval& bucket, BucketUnit unit, const Interval& range) {
  const WallDate start(zone, bucket.start);
  // Where it could not be cut at its midnight, it is called after what it is for the most part.
  const WallDate most(zone, bucket.start + bucket.length() / 2);
  switch (unit) {
    case BucketUnit::five_minutes:
    case BucketUnit::hour:
      if (bucket.length() > std::chrono::hours(1)) break;  // hours are not kept that long
      if (range.length() <= std::chrono::hours(25)) return start.clock();
      return fmt::format("{} {} {} {}", start.short_weekday(), start.day, start.short_month(), start.clock());
    case BucketUnit::day:
      if (range.length() <= std::chrono::days(31) + std::chrono::hours(1))
        return fmt::format("{} {}", most.short_weekday(), most.day);
      if (range.length() <= std::chrono::days(366))
        return fmt::format("{} {} {}", most.short_weekday(), most.day, most.short_month());
      return fmt::format("{} {} {} {}", most.short_weekday(), most.day, most.short_month(), most.year);
    case BucketUnit::week:
      return days_text(start, WallDate(zone, bucket.end - std::chrono::seconds(1)));
    case BucketUnit::month:
      return range.length() <= std::chrono::days(366) && is_whole(zone, range, BucketUnit::year)
                 ? std::string(most.short_month())
                 : fmt::format("{} {}", most.short_month(), most.year);
    case BucketUnit::year:
      return fmt::format("{}", most.year);
    case BucketUnit::period:
    case BucketUnit::none:
      break;
  }
  return range_text(zone, bucket);
}

std::string offset_time_text(const Zone& zone, Seconds moment) {
  const WallDate at(zone, moment);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}{}", at.year, at.month, at.day, at.minutes / 60,
                     at.minutes % 60, at.seconds % 60, offset_text(zone, moment));
}

}  // namespace collector
