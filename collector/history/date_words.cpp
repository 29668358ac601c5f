#include "collector/history/date_words.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <span>
#include <vector>

namespace collector::history {
namespace {

constexpr std::array<std::string_view, 12> months_in_words{"january",   "february", "march",    "april",
                                                           "may",       "june",     "july",     "august",
                                                           "september", "october",  "november", "december"};
constexpr std::array<std::string_view, 7> weekdays_in_words{"sunday",   "monday", "tuesday", "wednesday",
                                                            "thursday", "friday", "saturday"};

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool is_number(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, is_digit);
}

std::vector<std::string_view> parts_between(std::string_view word, char between) {
  std::vector<std::string_view> parts;
  for (std::size_t begin = 0; begin <= word.size();) {
    const std::size_t end = std::min(word.find(between, begin), word.size());
    parts.push_back(word.substr(begin, end - begin));
    begin = end + 1;
  }
  return parts;
}

// "sunday" or "sun": its place in the names.
template <std::size_t size>
std::optional<std::size_t> place_in(const std::array<std::string_view, size>& names, std::string_view word) {
  for (std::size_t i = 0; i < size; ++i)
    if (word == names[i] || word == names[i].substr(0, 3)) return i;
  return std::nullopt;
}

// Year, month and, if it is written, day.
std::optional<std::string> joined_date(std::span<const std::string_view> parts) {
  if (parts[0].size() != 4) return std::nullopt;
  std::string date(parts[0]);
  for (const std::string_view part : parts.subspan(1)) {
    if (part.size() > 2) return std::nullopt;
    date += fmt::format("-{:0>2}", part);
  }
  return date;
}

// "29 mar 2026", "mar 2026"
std::optional<std::string> date_in_words(std::string_view word) {
  const auto parts = parts_between(word, ' ');
  if (parts.size() < 2 || parts.size() > 3) return std::nullopt;
  const auto month = month_named(parts[parts.size() - 2]);
  const bool has_day = parts.size() == 3;
  if (!month || !is_number(parts.back()) || (has_day && !is_number(parts.front()))) return std::nullopt;
  const std::string number = fmt::format("{}", static_cast<unsigned>(*month));
  std::vector<std::string_view> turned{parts.back(), number};
  if (has_day) turned.push_back(parts.front());
  return joined_date(turned);
}

}  // namespace

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

std::optional<std::chrono::month> month_named(std::string_view word) {
  const auto place = place_in(months_in_words, word);
  if (!place) return std::nullopt;
  return std::chrono::month(static_cast<unsigned>(*place) + 1);
}

std::optional<std::chrono::weekday> weekday_named(std::string_view word) {
  const auto place = place_in(weekdays_in_words, word);
  if (!place) return std::nullopt;
  return std::chrono::weekday(static_cast<unsigned>(*place));
}

std::optional<std::string> as_date(std::string_view word) {
  if (auto date = date_in_words(word)) return date;
  if (word.size() == 8 && is_number(word))
    return fmt::format("{}-{}-{}", word.substr(0, 4), word.substr(4, 2), word.substr(6));
  const char between = word.contains('/') ? '/' : '.';
  auto parts = parts_between(word, between);
  if (parts.size() < 2 || parts.size() > 3 || !std::ranges::all_of(parts, is_number)) return std::nullopt;
  if (parts[0].size() != 4) {
    if (between == '/' && parts.size() == 3) return std::nullopt;
    std::ranges::reverse(parts);
  }
  return joined_date(parts);
}

std::vector<std::string> possible_dates(std::string_view word) {
  const auto parts = parts_between(word, word.contains('/') ? '/' : '.');
  if (parts.size() != 3 || !std::ranges::all_of(parts, is_number)) return {};
  const std::string century(parts[2].size() == 2 ? "20" : "");
  const std::string year = century + std::string(parts[2]);
  std::vector<std::string> dates;
  // The day first, as most of the world writes it; or, between slashes, the month.
  for (const auto& [month, day] : {std::pair{parts[1], parts[0]}, std::pair{parts[0], parts[1]}}) {
    const auto date = joined_date(std::array<std::string_view, 3>{year, month, day});
    if (!date) return {};
    std::string_view rest = *date;
    const auto written = take_date(rest, *date);
    if (written && *written && (dates.empty() || (word.contains('/') && dates.front() != *date)))
      dates.push_back(*date);
  }
  return dates;
}

Result<std::optional<WrittenDate>> take_date(std::string_view& text, std::string_view whole) {
  std::string_view rest = text;
  const auto year = take_number(rest, 4);
  if (!year || (!rest.empty() && rest.front() != '-')) return std::nullopt;
  const auto take_part = [&rest] {
    const bool is_short = rest.size() < 2 || !is_digit(rest[1]);
    return take_number(rest, is_short ? 1 : 2);
  };
  WrittenDate written;
  std::optional<std::int64_t> month = 1, day = 1;
  if (take(rest, '-')) {
    month = take_part();
    written.parts = 2;
    if (month && take(rest, '-')) {
      day = take_part();
      written.parts = 3;
    }
  }
  if (!month || !day)
    return fail(fmt::format("'{}' is not a date", whole), "write year, month and day: 2026-03-29");
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

Result<std::optional<LocalDays>> week_of(std::string_view word) {
  std::string_view rest = word;
  const auto year = take_number(rest, 4);
  take(rest, '-');
  if (!year || *year < 1 || !take(rest, 'w')) return std::nullopt;
  const auto week = take_number(rest, 0);
  if (!week || !rest.empty()) return std::nullopt;
  // The week that holds 4 January is the first.
  const auto first_of = [](int of_year) {
    const std::chrono::sys_days fourth = std::chrono::year(of_year) / std::chrono::January / 4;
    return fourth - (std::chrono::weekday(fourth) - std::chrono::Monday);
  };
  const int of_year = static_cast<int>(*year);
  const auto weeks = (first_of(of_year + 1) - first_of(of_year)) / std::chrono::days(7);
  if (*week < 1 || *week > weeks)
    return fail(fmt::format("'{}' is not a week: {} has the weeks 1 to {}", word, of_year, weeks),
                fmt::format("write year and week: {:04}-W{:02}", of_year, *week < 1 ? 1 : weeks));
  return LocalDays(first_of(of_year).time_since_epoch() + std::chrono::days(7 * (*week - 1)));
}

std::optional<std::chrono::seconds> take_clock(std::string_view& text) {
  std::string_view rest = text;
  const auto hour = take_number(rest, rest.size() > 1 && rest[1] == ':' ? 1 : 2);
  if (!hour || *hour > 24 || !take(rest, ':')) return std::nullopt;
  const auto minute = take_number(rest, 2);
  if (!minute || *minute > 59) return std::nullopt;
  std::chrono::seconds time = std::chrono::hours(*hour) + std::chrono::minutes(*minute);
  if (take(rest, ':')) {
    const auto second = take_number(rest, 2);
    if (!second || *second > 60) return std::nullopt;
    time += std::chrono::seconds(*second);
    // A fraction, as JavaScript writes one, is within the second.
    if (rest.size() > 1 && rest[0] == '.' && rest[1] >= '0' && rest[1] <= '9')
      rest.remove_prefix(std::min(rest.find_first_not_of("0123456789", 1), rest.size()));
  }
  if (time > std::chrono::hours(24)) return std::nullopt;
  text = rest;
  return time;
}

}  // namespace collector::history
