#include "collector/history/time_words.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <tuple>

#include "collector/history/date_words.h"
#include "config/suggest.h"

namespace collector::history {
namespace {

using std::chrono::seconds;

constexpr std::array<std::string_view, 16> time_names{
    "today",  "yesterday",   "week",   "last-week", "month",       "last-month", "year", "last-year",
    "period", "last-period", "monday", "thursday",  "last-monday", "all",        "now",  "-24h"};

bool begins_with_digit(std::string_view word) {
  return !word.empty() && word.front() >= '0' && word.front() <= '9';
}

// What is typed, in one form: small letters, "last week" as last-week, "this month" as month, now-2h as -2h.
std::string plain_form(std::string_view typed) {
  std::string word(typed);
  for (char& c : word)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  if (word.starts_with("last ")) word[4] = '-';
  if (word.starts_with("now-")) word.erase(0, 3);
  for (const char* unit : {"week", "month", "year", "period"})
    if (word == fmt::format("this {}", unit) || word == fmt::format("this-{}", unit)) return unit;
  return word;
}

// "h", "hour", "hours"
std::optional<seconds> unit_named(std::string_view word) {
  constexpr std::array<std::tuple<std::string_view, std::string_view, seconds>, 5> units{
      {{"s", "second", seconds(1)},
       {"m", "minute", std::chrono::minutes(1)},
       {"h", "hour", std::chrono::hours(1)},
       {"d", "day", std::chrono::hours(24)},
       {"w", "week", std::chrono::hours(168)}}};
  for (const auto& [letter, name, length] : units)
    if (word == letter || word == name || word == std::string(name) + "s") return length;
  return std::nullopt;
}

// "24h", "2 hours"
std::optional<seconds> written_length(std::string_view text) {
  const auto count = take_number(text, 0);
  constexpr std::int64_t most = 100'000'000;
  if (!count || *count > most) return std::nullopt;
  take(text, ' ');
  const auto unit = unit_named(text);
  return unit ? std::optional(*count * *unit) : std::nullopt;
}

// "-24h", "2 hours ago"
std::optional<seconds> ago(std::string_view word) {
  constexpr std::string_view behind = " ago";
  if (word.ends_with(behind)) return written_length(word.substr(0, word.size() - behind.size()));
  return take(word, '-') ? written_length(word) : std::nullopt;
}

// Unix seconds, with or without a fraction, which lies within the second, or milliseconds: more digits than a
// date has, and than seconds have until the year 9999.
std::optional<Seconds> unix_moment(std::string_view word) {
  constexpr std::int64_t last_second = last_moment.time_since_epoch().count();
  constexpr std::size_t digits_of_a_date = 8;
  const std::string_view digits = word.substr(0, word.find('.'));
  std::string_view rest = digits;
  const auto number = take_number(rest, 0);
  if (!number || !rest.empty() || digits.size() <= digits_of_a_date) return std::nullopt;
  if (digits.size() != word.size()) {
    const std::string_view fraction = word.substr(digits.size() + 1);
    if (fraction.empty() || fraction.find_first_not_of("0123456789") != std::string_view::npos)
      return std::nullopt;
  }
  const std::int64_t second = *number > last_second ? *number / 1000 : *number;
  return second > last_second ? std::nullopt : std::optional(Seconds(seconds(second)));
}

std::unexpected<Error> not_a_time(std::string_view typed, const std::string& word) {
  std::string meant;
  const auto add = [&](std::string_view other) {
    meant += fmt::format("{}'{}'", meant.empty() ? "" : " or ", other);
  };
  if (written_length(word)) {
    const std::size_t unit = word.find_first_not_of("0123456789 ");
    add("-" + word.substr(0, word.find_first_not_of("0123456789")) + word[unit]);
  } else if (const auto near = nearest(word, time_names); !near.empty()) {
    add(near);
  } else {
    for (const std::string& date : possible_dates(word))
      add(date);
  }
  return fail(fmt::format("'{}' is not a time", typed),
              meant.empty()
                  ? "write today, yesterday, monday, week, last-month, year, period, -24h, -7d, 14:02, "
                    "2026-03, 2026-W13, 2026-03-29, 2026-03-29T14:02 or Unix seconds"
                  : fmt::format("did you mean {}?", meant));
}

Interval day_at(LocalDays day, const Zone& zone) {
  return {zone.first(day), zone.first(day + std::chrono::days(1))};
}

Interval interval_of(const WrittenDate& written, const Zone& zone) {
  const auto at = [&](std::chrono::year_month_day date) { return zone.first(LocalDays(date)); };
  const auto date = written.date;
  if (written.parts == 1) return {at(date), at(date + std::chrono::years(1))};
  if (written.parts == 2) return {at(date), at(date + std::chrono::months(1))};
  return day_at(LocalDays(date), zone);
}

// "14:02[:05][Z|±hh:mm]" of a day.
std::optional<Interval> with_time(LocalDays date, std::string_view text, const Zone& zone) {
  const auto time = take_clock(text);
  if (!time) return std::nullopt;
  const LocalSeconds shown = date + *time;
  if (text.empty()) return Interval{zone.first(shown), zone.first(shown)};
  const Seconds as_utc(shown.time_since_epoch());
  if (text == "z") return Interval{as_utc, as_utc};
  const int sign = text.front() == '-' ? 1 : -1;
  if (!take(text, '+') && !take(text, '-')) return std::nullopt;
  const auto offset_hours = take_number(text, 2);
  take(text, ':');
  const auto offset_minutes = take_number(text, 2);
  if (!offset_hours || !offset_minutes || !text.empty() || *offset_hours > 18 || *offset_minutes > 59)
    return std::nullopt;
  const Seconds moment =
      as_utc + sign * (std::chrono::hours(*offset_hours) + std::chrono::minutes(*offset_minutes));
  return Interval{moment, moment};
}

// "monday": the last that has begun, today included; "last-monday": before today. "october": the last that
// has begun.
std::optional<Interval> named_by_calendar(std::string_view word, const TimeContext& context) {
  const LocalDays today = date_of(context.zone, context.now);
  constexpr std::string_view before = "last-";
  const bool is_before_today = word.starts_with(before);
  if (const auto weekday = weekday_named(is_before_today ? word.substr(before.size()) : word)) {
    std::chrono::days back = std::chrono::weekday(today) - *weekday;
    if (is_before_today && back == std::chrono::days(0)) back = std::chrono::days(7);
    return day_at(today - back, context.zone);
  }
  const auto month = month_named(word);
  if (!month) return std::nullopt;
  const std::chrono::year_month_day date(today);
  const std::chrono::year year = *month <= date.month() ? date.year() : date.year() - std::chrono::years(1);
  return interval_of({.date = year / *month / 1, .parts = 2}, context.zone);
}

std::optional<Interval> named(std::string_view word, const TimeContext& context) {
  const auto now = [&](const Cycle& cycle) { return cycle.around(context.zone, context.now); };
  const auto last = [&](const Cycle& cycle) { return cycle.before(context.zone, now(cycle)); };
  if (word == "now") return Interval{context.now, context.now};
  if (word == "all") return Interval{Seconds{}, context.now};
  if (word == "today") return now(Cycle::daily());
  if (word == "yesterday") return last(Cycle::daily());
  if (word == "week") return now(Cycle::weekly(context.week_begins));
  if (word == "last-week") return last(Cycle::weekly(context.week_begins));
  if (word == "month") return now(Cycle::monthly());
  if (word == "last-month") return last(Cycle::monthly());
  if (word == "year") return now(Cycle::yearly());
  if (word == "last-year") return last(Cycle::yearly());
  if (word == "period") return now(context.period);
  if (word == "last-period") return last(context.period);
  return named_by_calendar(word, context);
}

// "14:02", of today; "yesterday 14:02", "29.3.2026 14:02": of the day before it.
Result<std::optional<Interval>> with_clock(std::string_view word, const TimeContext& context) {
  const std::size_t blank = word.rfind(' ');
  std::string_view clock = blank == std::string_view::npos ? word : word.substr(blank + 1);
  if (!take_clock(clock) || !clock.empty()) return std::nullopt;
  const auto day = range_of(blank == std::string_view::npos ? "today" : word.substr(0, blank), context);
  if (!day) return std::unexpected(day.error());
  const LocalDays date = date_of(context.zone, day->start);
  if (day_at(date, context.zone) != *day) return std::nullopt;
  return with_time(date, blank == std::string_view::npos ? word : word.substr(blank + 1), context.zone);
}

}  // namespace

Result<Interval> range_of(std::string_view typed, const TimeContext& context) {
  const std::string word = plain_form(typed);
  if (const auto found = named(word, context)) return *found;
  if (const auto before = ago(word)) {
    if (*before > context.now - first_moment)
      return fail(fmt::format("'{}' is before the year 1", typed),
                  "write all for as long as there is anything");
    return Interval{context.now - *before, context.now};
  }
  if (const auto date = as_date(word)) return range_of(*date, context);
  const auto week = week_of(word);
  if (!week) return std::unexpected(week.error());
  if (*week) return Interval{context.zone.first(**week), context.zone.first(**week + std::chrono::days(7))};
  std::string_view rest = word;
  const auto date = take_date(rest, typed);
  if (!date) return std::unexpected(date.error());
  if (*date && rest.empty()) return interval_of(**date, context.zone);
  if (*date && (*date)->parts == 3) {
    const std::string_view behind(typed.substr(typed.size() - rest.size()));
    if (take(rest, 't') || take(rest, ' '))
      if (const auto moment = with_time(LocalDays((*date)->date), rest, context.zone)) return *moment;
    return fail(fmt::format("'{}' is not a time: after the date, '{}' is no time of the day", typed, behind),
                "write 2026-03-29T14:02, with Z or an offset such as +02:00 where another zone is meant");
  }
  const auto moment = with_clock(word, context);
  if (!moment) return std::unexpected(moment.error());
  if (*moment) return **moment;
  if (const auto unix = unix_moment(word)) return Interval{*unix, *unix};
  return not_a_time(typed, word);
}

Result<Interval> range_between(std::string_view from, std::string_view to, const TimeContext& context) {
  const auto start = range_of(from.empty() ? "all" : from, context);
  if (!start) return std::unexpected(start.error());
  Interval range{start->start, context.now};
  bool is_turned = false;
  if (!to.empty()) {
    const auto end = range_of(to, context);
    if (!end) return std::unexpected(end.error());
    // -2h as an end is that moment, not now.
    range.end = ago(plain_form(to)) ? end->start : end->end;
    // 2026-12 to 2026-11 meet; "month" to "yesterday" may, on the first.
    is_turned = begins_with_digit(from) && begins_with_digit(to) && end->start < start->start;
  }
  if (range.end < range.start || is_turned) {
    std::string_view behind = from;
    const bool is_clock = to.empty() && take_clock(behind) && behind.empty();
    return fail(fmt::format("'{}' is later than '{}'", from, to.empty() ? "now" : to),
                is_clock ? fmt::format("did you mean 'yesterday {}'?", from) : "write the earlier one first");
  }
  return range;
}

}  // namespace collector::history
