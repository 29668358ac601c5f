#include "collector/cli/field_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <ctime>
#include <string_view>

#include "collector/core/units.h"

namespace collector {
namespace {

// Things that are counted: the field's name says which.
constexpr std::array<std::string_view, 7> counted_units = {"1",         "packets", "connections", "segments",
                                                           "datagrams", "sockets", "rows"};

std::string unit_text(const Field& field) {
  return std::ranges::find(counted_units, field.unit) != counted_units.end() ? "" : " " + field.unit;
}

// The time that one of the field's unit is; nothing when it is no time.
std::optional<double> seconds_per_unit(const Field& field) {
  if (field.unit == "seconds") return 1;
  if (field.unit == "milliseconds") return 1e-3;
  if (field.unit == "microseconds") return 1e-6;
  return std::nullopt;
}

// "2026-11-20 15:16:38Z"; digits where the calendar ends.
std::string moment_text(double unix_seconds) {
  constexpr double last = 253'402'300'799;  // the year 9999
  if (!(unix_seconds > 0 && unix_seconds <= last)) return fmt::format("{:.0f}s", unix_seconds);
  const auto time = static_cast<std::time_t>(unix_seconds);
  std::tm utc{};
  gmtime_r(&time, &utc);
  return fmt::format("{:04}-{:02}-{:02} {:02}:{:02}:{:02}Z", utc.tm_year + 1900, utc.tm_mon + 1, utc.tm_mday,
                     utc.tm_hour, utc.tm_min, utc.tm_sec);
}

std::string time_text(double seconds) {
  if (seconds == 0) return "0s";
  // What is longer than 30 years is no length but a moment, in Unix time.
  constexpr double longest = 1e9;
  if (!(std::abs(seconds) < longest)) return moment_text(seconds);
  return human_duration(Duration(std::llround(seconds * 1e9)));
}

// `exact` is the value in digits, for what is neither bytes nor a time.
std::string number_text(const Field& field, double value, const std::string& exact) {
  if (field.unit == "bytes") return human_bytes(value);
  if (const auto seconds = seconds_per_unit(field)) return time_text(value * *seconds);
  return field.unit == "percent" ? fmt::format("{:.1f} %", value) : exact + unit_text(field);
}

}  // namespace

std::string value_text(const Field& field, const Value& value) {
  switch (value.type()) {
    case Value::Type::absent:
      return "";
    case Value::Type::text:
      return value.as_text();
    case Value::Type::counter:
      return number_text(field, static_cast<double>(value.as_counter()), std::to_string(value.as_counter()));
    case Value::Type::integer:
      return number_text(field, static_cast<double>(value.as_integer()), std::to_string(value.as_integer()));
    case Value::Type::real:
      return number_text(field, value.as_real(), fmt::format("{:.2f}", value.as_real()));
  }
  return "";
}

std::string rate_text(const Field& field, const Value& value, std::optional<double> rate) {
  if (value.type() != Value::Type::counter) return "";
  if (!rate) return "-";
  if (field.unit == "bytes") return human_rate(*rate);
  if (const auto seconds = seconds_per_unit(field)) return time_text(*rate * *seconds) + "/s";
  return fmt::format("{:.1f}{}/s", *rate, unit_text(field));
}

}  // namespace collector
