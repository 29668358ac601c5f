#include "collector/history/time_words.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <string>

#include "config/suggest.h"

namespace collector::history {
namespace {

using std::chrono::seconds;

constexpr std::array<std::string_view, 13> words{
    "today",     "yesterday", "week",        "last-week", "month", "last-month", "year",
    "last-year", "period",    "last-period", "all",       "now",   "-24h"};

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// 2026/3/29 and 29.3.2026 as 2026-03-29; empty where it is not plain which is the day: 3/4/2026.
std::string as_date(std::string_view word) {
  const char between = word.contains('/') ? '/' : '.';
  std::array<std::string_view, 3> parts{};
  std::size_t count = 0;
  for (std::size_t begin = 0; begin <= word.size(); ++count) {
    const std::size_t end = std::min(word.find(between, begin), word.size());
    const std::string_view part = word.substr(begin, end - begin);
    if (count == parts.size() || part.empty() || !std::ranges::all_of(part, is_digit)) return "";
    parts[count] = part;
    begin = end + 1;
  }
  if (count < 2) return "";
  if (parts[0].size() != 4) {
    if (between == '/' && count == 3) return "";
    std::ranges::reverse(parts.begin(), parts.begin() + static_cast<std::ptrdiff_t>(count));
  }
  if (parts[0].size() != 4 || parts[1].size() > 2 || parts[2].size() > 2) return "";
  std::string date(parts[0]);
  for (std::size_t i = 1; i < count; ++i)
    date += fmt::format("-{:0>2}", parts[i]);
  return date;
}

std::unexpected<Error> not_a_time(std::string_view word) {
  const auto near = nearest(word, words);
  const std::string meant = near.empty() ? as_date(word) : std::string(near);
  const std::string forms =
      "write today, yesterday, week, last-month, year, period, -24h, -7d, 2026-03, 2026-03-29 or "
      "2026-03-29T14:02";
  return fail(fmt::format("'{}' is not a time", word),
              meant.empty() ? forms : fmt::format("did you mean '{}'?", meant));
}

// Digits at the front, which are taken away; exactly `digits` of them, or any number where it is 0.
std::optional<std::int64_t> take_number(std::string_view& text, std::size_t digits) {
  std::size_t length = 0;
  while (length < text.size() && is_digit(text[length]) && (digits == 0 || length < digits))
    ++length;
  if (length == 0 || (digits != 0 && length != digits)) return std::nullopt;
  std::int64_t number = 0;
  if (std::from_chars(text.data(), text.data() + length, number).ec != std::errc()) return std::nullopt;
  text.remove_prefix(length);
  return number;
}

bool take(std::string_view& text, char c) {
  if (!text.starts_with(c)) return false;
  text.remove_prefix(1);
  return true;
}

// -24h: the seconds, or nothing.
std::optional<seconds> ago(std::string_view text) {
  if (!take(text, '-')) return std::nullopt;
  const auto count = take_number(text, 0);
  constexpr std::int64_t most = 100'000'000;
  if (!count || *count > most || text.size() != 1) return std::nullopt;
  switch (text.front()) {
    case 's':
      return seconds(*count);
    case 'm':
      return std::chrono::minutes(*count);
    case 'h':
      return std::chrono::hours(*count);
    case 'd':
      return std::chrono::hours(24 * *count);
    case 'w':
      return std::chrono::hours(168 * *count);
    default:
      return std::nullopt;
  }
}

// A date, how much of it there is, and what follows.
struct WrittenDate {
  std::chrono::year_month_day date{};
  int parts = 1;  // year; and month; and day
};

Result<std::optional<WrittenDate>> take_date(std::string_view& text, std::string_view whole) {
  std::string_view rest = text;
  const auto year = take_number(rest, 4);
  if (!year || (!rest.empty() && rest.front() != '-')) return std::nullopt;
  WrittenDate written;
  std::optional<std::int64_t> month = 1, day = 1;
  if (take(rest, '-')) {
    month = take_number(rest, 2);
    written.parts = 2;
    if (month && take(rest, '-')) {
      day = take_number(rest, 2);
      written.parts = 3;
    }
  }
  if (!month || !day)
    return fail(fmt::format("'{}' is not a date", whole),
                "write year, month and day with two digits: 2026-03-29");
  const auto first =
      std::chrono::year(static_cast<int>(*year)) / std::chrono::month(static_cast<unsigned>(*month));
  if (!first.ok() || *year < 1)
    return fail(fmt::format("'{}' is not a date: there is no month {}", whole, *month),
                "write year-month-day: 2026-03-29");
  written.date = first / std::chrono::day(static_cast<unsigned>(*day));
  if (!written.date.ok()) {
    const auto last = static_cast<unsigned>((first / std::chrono::last).day());
    return fail(fmt::format("'{}' is not a date", whole),
                fmt::format("did you mean {:04}-{:02}-{:02}?", *year, *month, last));
  }
  text = rest;
  return written;
}

// 20260329 as 2026-03-29: the basic form of ISO 8601. As Unix seconds eight digits would be of 1970 to 1973.
constexpr std::size_t date_digits = 8;
std::optional<std::string> compact_date(std::string_view word) {
  if (word.size() != date_digits || !std::ranges::all_of(word, is_digit)) return std::nullopt;
  return fmt::format("{}-{}-{}", word.substr(0, 4), word.substr(4, 2), word.substr(6));
}

Interval interval_of(const WrittenDate& written, const Zone& zone) {
  const auto at = [&](std::chrono::year_month_day date) { return zone.first(LocalDays(date)); };
  const auto date = written.date;
  if (written.parts == 1) return {at(date), at(date + std::chrono::years(1))};
  if (written.parts == 2) return {at(date), at(date + std::chrono::months(1))};
  return {at(date), zone.first(LocalDays(date) + std::chrono::days(1))};
}

// "T14:02[:05][Z|±hh:mm]" behind a date: one second, or one minute.
std::optional<Interval> with_time(LocalDays date, std::string_view text, const Zone& zone) {
  if (!take(text, 'T') && !take(text, 't') && !take(text, ' ')) return std::nullopt;
  const auto hour = take_number(text, 2);
  if (!hour || *hour > 24 || !take(text, ':')) return std::nullopt;
  const auto minute = take_number(text, 2);
  if (!minute || *minute > 59) return std::nullopt;
  seconds time = std::chrono::hours(*hour) + std::chrono::minutes(*minute);
  if (take(text, ':')) {
    const auto second = take_number(text, 2);
    if (!second || *second > 60) return std::nullopt;
    time += seconds(*second);
  }
  if (time > std::chrono::hours(24)) return std::nullopt;
  const LocalSeconds shown = date + time;
  if (text.empty()) return Interval{zone.first(shown), zone.first(shown)};
  const Seconds as_utc(shown.time_since_epoch());
  if (text == "Z" || text == "z") return Interval{as_utc, as_utc};
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
  return std::nullopt;
}

}  // namespace

Result<Interval> range_of(std::string_view word, const TimeContext& context) {
  if (const auto found = named(word, context)) return *found;
  if (const auto before = ago(word)) return Interval{context.now - *before, context.now};
  std::string_view rest = word;
  const auto date = take_date(rest, word);
  if (!date) return std::unexpected(date.error());
  if (*date && rest.empty()) return interval_of(**date, context.zone);
  if (*date && (*date)->parts == 3) {
    if (const auto moment = with_time(LocalDays((*date)->date), rest, context.zone)) return *moment;
    return fail(fmt::format("'{}' is not a time: after the date, '{}' is no time of the day", word, rest),
                "write 2026-03-29T14:02, with Z or an offset such as +02:00 where another zone is meant");
  }
  if (const auto day = compact_date(word)) return range_of(*day, context);
  // Unix seconds: more digits than a date has.
  std::string_view digits = word;
  constexpr std::int64_t last_second = 253'402'300'799;  // of year 9999
  if (const auto unix = take_number(digits, 0);
      unix && digits.empty() && word.size() > date_digits && *unix <= last_second)
    return Interval{Seconds(seconds(*unix)), Seconds(seconds(*unix))};
  return not_a_time(word);
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
    range.end = ago(to) ? end->start : end->end;
    // 2026-12 to 2026-11 meet; "month" to "yesterday" may, on the first.
    const auto is_date = [](std::string_view word) { return !word.empty() && is_digit(word.front()); };
    is_turned = is_date(from) && is_date(to) && end->start < start->start;
  }
  if (range.end < range.start || is_turned)
    return fail(fmt::format("'{}' is later than '{}'", from, to.empty() ? "now" : to),
                "write the earlier one first");
  return range;
}

}  // namespace collector::history
