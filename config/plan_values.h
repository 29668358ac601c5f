// The texts in a billing plan: times of the day, dates, amounts of money. Pure.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <string_view>
#include <vector>

#include "collector/core/error.h"
#include "config/plan.h"

namespace collector {

// As `weekday:` has them.
inline constexpr std::array<std::string_view, 7> weekday_names{"monday", "tuesday",  "wednesday", "thursday",
                                                               "friday", "saturday", "sunday"};

// "06:00", 00:00 to 23:55, in steps of five minutes, as far as the history can tell.
Result<std::chrono::minutes> parse_time_of_day(std::string_view text);
// "22:00-06:00": hours of every day. Two where they go over midnight; the end may be 24:00.
Result<std::vector<DailyHours>> parse_daily_hours(std::string_view text);
// "2026-11-14", of the years 1970 to 2199.
Result<std::chrono::year_month_day> parse_date(std::string_view text);
// "19.99": at most six digits behind the point, below 1,000,000,000.
Result<MicroMoney> parse_money(std::string_view text);
// "0.10/GB": money for so many bytes.
struct UnitPrice {
  MicroMoney price = 0;
  std::uint64_t unit = 0;
};
Result<UnitPrice> parse_unit_price(std::string_view text);
// Three capital letters, as in ISO 4217.
Result<> check_currency(std::string_view text);

}  // namespace collector
