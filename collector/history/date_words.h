// Dates and times of the day as people write them, each in one form: "29.3.2026", "2026/3/29", "29 Mar 2026"
// are 2026-03-29. Pure.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "collector/core/error.h"
#include "collector/history/calendar.h"

namespace collector::history {

// A date, and how much of it is written.
struct WrittenDate {
  std::chrono::year_month_day date{};
  int parts = 1;  // year; and month; and day
};

// 2026, 2026-03, 2026-03-29, 2026-3-29 at the front of `text`, which is taken away; nothing: it begins with
// none. Fails with a suggestion where it does, and there is no such date. `whole` is named then.
Result<std::optional<WrittenDate>> take_date(std::string_view& text, std::string_view whole);

// 2026/3/29, 29.3.2026, 10.2026, 20260329, and, with small letters, 29 mar 2026 and october 2026 as
// 2026-03-29 and 2026-10; nothing: it is none of these, or it is not plain which is the day, as in 3/4/2026.
std::optional<std::string> as_date(std::string_view word);

// What 3/4/2026 or 29.3.26 may mean, as 2026-04-03; none: it is none of the kind.
std::vector<std::string> possible_dates(std::string_view word);

// 2026-w48: its Monday, as ISO 8601 counts weeks. Nothing: it is no week. Fails where the year has no such.
Result<std::optional<LocalDays>> week_of(std::string_view word);

// "mar", "march"; "sun", "sunday".
std::optional<std::chrono::month> month_named(std::string_view word);
std::optional<std::chrono::weekday> weekday_named(std::string_view word);

// "14:02", "14:02:05" at the front of `text`, which is taken away; 24:00 is the day's end.
std::optional<std::chrono::seconds> take_clock(std::string_view& text);

// Digits at the front, which are taken away: `digits` of them, or any number where it is 0.
std::optional<std::int64_t> take_number(std::string_view& text, std::size_t digits);
// One character at the front.
bool take(std::string_view& text, char c);

}  // namespace collector::history
