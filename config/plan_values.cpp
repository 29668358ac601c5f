#include "config/plan_values.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

#include "collector/core/numbers.h"
#include "collector/core/units.h"

namespace collector {
namespace {

constexpr int step = 5;  // minutes

bool are_digits(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

// "06:00"; 24:00 too.
std::optional<std::chrono::minutes> minutes_of(std::string_view text) {
  if (text.size() != 5 || text[2] != ':' || !are_digits(text.substr(0, 2)) || !are_digits(text.substr(3)))
    return std::nullopt;
  const int hour = *parse_number<int>(text.substr(0, 2)), minute = *parse_number<int>(text.substr(3));
  if (hour > 24 || minute > 59 || (hour == 24 && minute > 0)) return std::nullopt;
  return std::chrono::minutes(hour * 60 + minute);
}

std::string time_text(std::chrono::minutes time) {
  return fmt::format("{:02}:{:02}", time.count() / 60, time.count() % 60);
}

// Why a time can't be one that a day is cut at.
std::optional<Error> mistake_in_step(std::chrono::minutes time) {
  if (time.count() % step == 0) return std::nullopt;
  return Error{fmt::format("{} is not a multiple of five minutes", time_text(time)),
               fmt::format("write {}", time_text(time - time % step))};
}

}  // namespace

Result<std::chrono::minutes> parse_time_of_day(std::string_view text) {
  const auto time = minutes_of(text);
  if (!time || *time >= std::chrono::days(1))
    return fail(fmt::format("\"{}\" is not a time of the day", text), "write it as 06:00");
  if (auto mistake = mistake_in_step(*time)) return std::unexpected(std::move(*mistake));
  return *time;
}

Result<std::vector<DailyHours>> parse_daily_hours(std::string_view text) {
  constexpr std::chrono::minutes midnight = std::chrono::days(1);
  const auto dash = text.find('-');
  const auto begin = minutes_of(text.substr(0, dash));
  const auto end = dash == std::string_view::npos ? std::nullopt : minutes_of(text.substr(dash + 1));
  if (!begin || !end || *begin == midnight)
    return fail(fmt::format("\"{}\" is not a part of the day", text), "write it as 00:00-06:00");
  for (const auto time : {*begin, *end})
    if (auto mistake = mistake_in_step(time)) return std::unexpected(std::move(*mistake));
  if (*begin == *end)
    return fail("begins when it ends", "write when it begins and when it ends, such as 22:00-06:00");
  if (*begin < *end) return std::vector<DailyHours>{{*begin, *end}};
  std::vector<DailyHours> two;
  if (*end > std::chrono::minutes(0)) two.push_back({std::chrono::minutes(0), *end});
  two.push_back({*begin, midnight});
  return two;
}

Result<std::chrono::year_month_day> parse_date(std::string_view text) {
  constexpr int first_year = 1970, last_year = 2199;
  const bool has_form = text.size() == 10 && text[4] == '-' && text[7] == '-' &&
                        are_digits(text.substr(0, 4)) && are_digits(text.substr(5, 2)) &&
                        are_digits(text.substr(8));
  if (!has_form) return fail(fmt::format("\"{}\" is not a date", text), "write it as 2026-11-14");
  const auto year = std::chrono::year(*parse_number<int>(text.substr(0, 4)));
  const auto month = std::chrono::month(*parse_number<unsigned>(text.substr(5, 2)));
  const std::chrono::year_month_day date(year, month,
                                         std::chrono::day(*parse_number<unsigned>(text.substr(8))));
  if (date.ok() && static_cast<int>(year) >= first_year && static_cast<int>(year) <= last_year) return date;
  if (!month.ok() || static_cast<int>(year) < first_year || static_cast<int>(year) > last_year)
    return fail(fmt::format("there is no date {} here", text), "write one of 1970 to 2199, as 2026-11-14");
  const std::chrono::year_month_day last = year / month / std::chrono::last;
  return fail(fmt::format("there is no date {}", text),
              fmt::format("the last of that month is {}-{:02}", text.substr(0, 7),
                          static_cast<unsigned>(last.day())));
}

Result<MicroMoney> parse_money(std::string_view text) {
  constexpr std::size_t most_decimals = 6;
  constexpr MicroMoney one = 1'000'000, most = 1'000'000'000;
  const auto point = text.find('.');
  const std::string_view whole = text.substr(0, point);
  const std::string_view decimals = point == std::string_view::npos ? "0" : text.substr(point + 1);
  if (!are_digits(whole) || !are_digits(decimals) || (whole.size() > 1 && whole.front() == '0')) {
    const bool comma = text.find(',') != std::string_view::npos;
    return fail(
        fmt::format("\"{}\" is not an amount of money", text),
        comma ? "write it with a point and without thousands separators, as 1999.50" : "write it as 19.99");
  }
  if (decimals.size() > most_decimals)
    return fail(fmt::format("\"{}\" has more than six digits behind the point", text),
                "leave out the last ones");
  const auto units = parse_number<MicroMoney>(whole);
  if (!units || *units >= most)
    return fail(fmt::format("\"{}\" is too large", text), "the largest is 999999999.99");
  MicroMoney millionths = *parse_number<MicroMoney>(decimals);
  for (std::size_t digits = decimals.size(); digits < most_decimals; ++digits)
    millionths *= 10;
  return *units * one + millionths;
}

Result<UnitPrice> parse_unit_price(std::string_view text) {
  const auto slash = text.find('/');
  const auto price = parse_money(text.substr(0, slash));
  if (!price) return std::unexpected(price.error());
  if (slash == std::string_view::npos)
    return fail(fmt::format("\"{}\" does not say for how much", text),
                fmt::format("write {0}/GB or {0}/GiB; they differ by 7 %", text));
  const std::string_view unit = text.substr(slash + 1);
  const auto bytes = parse_size(fmt::format("1{}", unit));
  const bool is_unit = !unit.empty() && !(unit.front() >= '0' && unit.front() <= '9') && unit.front() != '.';
  if (!is_unit || !bytes)
    return fail(fmt::format("\"{}\" is not a unit of traffic", unit), "write MB, MiB, GB, GiB, TB or TiB");
  return UnitPrice{*price, *bytes};
}

Result<> check_currency(std::string_view text) {
  struct Sign {
    std::string_view sign, code;
  };
  static constexpr std::array<Sign, 5> signs = {
      {{"€", "EUR"}, {"$", "USD"}, {"£", "GBP"}, {"¥", "JPY"}, {"₹", "INR"}}};
  const auto letter = [](char c) { return c >= 'A' && c <= 'Z'; };
  if (text.size() == 3 && std::ranges::all_of(text, letter)) return {};
  std::string capital(text);
  std::ranges::transform(capital, capital.begin(),
                         [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
  const auto sign = std::ranges::find(signs, text, &Sign::sign);
  if (sign != signs.end()) capital = sign->code;
  const bool is_code = capital.size() == 3 && std::ranges::all_of(capital, letter);
  return fail(fmt::format("\"{}\" is not the code of a currency", text),
              is_code ? fmt::format("write {}", capital)
                      : "write EUR, USD or another code of three letters (ISO 4217)");
}

}  // namespace collector
