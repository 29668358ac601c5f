#include "collector/formats/rfc3339.h"

#include <fmt/format.h>

#include <chrono>
#include <cstdint>
#include <limits>
#include <optional>

namespace collector {
namespace {

using namespace std::chrono;

char* write_digits(char* at, std::uint64_t value, int digits) {
  for (int i = digits; i-- > 0; value /= 10)
    at[i] = static_cast<char>('0' + value % 10);
  return at + digits;
}

// Takes fixed-width parts off a text; one failure makes the whole of it fail.
class Parts {
 public:
  explicit Parts(std::string_view text) : rest_(text) {}

  int number(std::size_t digits) {
    int value = 0;
    for (std::size_t i = 0; i < digits; ++i)
      value = value * 10 + digit();
    return value;
  }
  void literal(char expected) {
    if (!next_is(expected)) good_ = false;
    if (good_) rest_.remove_prefix(1);
  }
  bool next_is(char expected) const { return !rest_.empty() && rest_.front() == expected; }
  bool next_is_digit() const { return !rest_.empty() && rest_.front() >= '0' && rest_.front() <= '9'; }
  bool good() const { return good_; }
  bool complete() const { return good_ && rest_.empty(); }

 private:
  int digit() {
    if (!good_ || !next_is_digit()) {
      good_ = false;
      return 0;
    }
    const int value = rest_.front() - '0';
    rest_.remove_prefix(1);
    return value;
  }

  std::string_view rest_;
  bool good_ = true;
};

// Nanoseconds of an optional ".123".
std::int64_t parse_fraction(Parts& parts) {
  if (!parts.next_is('.')) return 0;
  parts.literal('.');
  std::int64_t value = parts.number(1);
  int digits = 1;
  for (; digits < 9 && parts.next_is_digit(); ++digits)
    value = value * 10 + parts.number(1);
  for (; digits < 9; ++digits)
    value *= 10;
  return value;
}

// What to subtract from local time; nothing when it isn't an offset.
std::optional<seconds> parse_offset(Parts& parts) {
  if (parts.next_is('Z')) {
    parts.literal('Z');
    return seconds(0);
  }
  const bool west = parts.next_is('-');
  parts.literal(west ? '-' : '+');
  const int hour = parts.number(2);
  parts.literal(':');
  const int minute = parts.number(2);
  if (!parts.good() || hour > 23 || minute > 59) return std::nullopt;
  const seconds offset = hours(hour) + minutes(minute);
  return west ? -offset : offset;
}

std::unexpected<Error> bad_time(std::string_view text, std::string_view why) {
  return fail(fmt::format("\"{}\" is not an RFC 3339 time: {}", text.substr(0, 40), why),
              "write it as 2026-01-31T12:00:00Z");
}

}  // namespace

char* write_rfc3339(WallTime time, char* at) {
  const auto day = floor<days>(time);
  const year_month_day date(day);
  const auto of_day = static_cast<std::uint64_t>((time - day).count());
  const std::uint64_t second = of_day / 1'000'000'000;
  at = write_digits(at, static_cast<std::uint64_t>(static_cast<int>(date.year())), 4);
  *at++ = '-';
  at = write_digits(at, static_cast<unsigned>(date.month()), 2);
  *at++ = '-';
  at = write_digits(at, static_cast<unsigned>(date.day()), 2);
  *at++ = 'T';
  at = write_digits(at, second / 3600, 2);
  *at++ = ':';
  at = write_digits(at, second / 60 % 60, 2);
  *at++ = ':';
  at = write_digits(at, second % 60, 2);
  if (const std::uint64_t fraction = of_day % 1'000'000'000; fraction != 0) {
    *at++ = '.';
    if (fraction % 1'000'000 == 0)
      at = write_digits(at, fraction / 1'000'000, 3);
    else if (fraction % 1'000 == 0)
      at = write_digits(at, fraction / 1'000, 6);
    else
      at = write_digits(at, fraction, 9);
  }
  *at++ = 'Z';
  return at;
}

std::string format_rfc3339(WallTime time) {
  char text[rfc3339_size];
  return {text, write_rfc3339(time, text)};
}

Result<WallTime> parse_rfc3339(std::string_view text) {
  Parts parts(text);
  const int year_number = parts.number(4);
  parts.literal('-');
  const int month_number = parts.number(2);
  parts.literal('-');
  const int day_number = parts.number(2);
  parts.literal('T');
  const int hour = parts.number(2);
  parts.literal(':');
  const int minute = parts.number(2);
  parts.literal(':');
  const int second = parts.number(2);
  const std::int64_t fraction = parse_fraction(parts);
  const auto offset = parse_offset(parts);
  if (!offset || !parts.complete()) return bad_time(text, "its form is another one");
  const year_month_day date{year(year_number), month(static_cast<unsigned>(month_number)),
                            day(static_cast<unsigned>(day_number))};
  if (!date.ok()) return bad_time(text, "there is no such day");
  if (hour > 23 || minute > 59 || second > 59) return bad_time(text, "there is no such time of day");
  const sys_seconds at = sys_days(date) + hours(hour) + minutes(minute) + seconds(second) - *offset;
  // One second of margin at both ends keeps the sum below within range.
  constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max() / 1'000'000'000 - 1;
  if (at.time_since_epoch().count() > most || at.time_since_epoch().count() < -most)
    return bad_time(text, "it is outside 1677 to 2262");
  return WallTime(at) + nanoseconds(fraction);
}

}  // namespace collector
