// The parameters that questions to the history have in common: rows for routes' tables. What they mean is
// found out by Asked (asked.h).
#pragma once

#include <array>
#include <string_view>

#include "collector/web/parameter.h"

namespace collector::web {

constexpr Parameter from_parameter(std::string_view default_text) {
  return {.name = "from",
          .type = ParameterType::time,
          .sentence =
              "Beginning: Unix seconds or milliseconds, 2026-03-29[T14:02[:05][Z|±hh:mm]], 2026-03, -24h, "
              "-7d, today, yesterday, week, month, year, period, last-period, all.",
          .default_text = default_text};
}
inline constexpr Parameter to_parameter{.name = "to",
                                        .type = ParameterType::time,
                                        .sentence = "End, of the same words: the end of what they name.",
                                        .default_text = "now"};
inline constexpr Parameter zone_parameter{
    .name = "tz",
    .type = ParameterType::zone,
    .sentence = "Zone that days and hours are cut in; without it the collector's."};
inline constexpr Parameter measurement_parameter{.name = "measurement",
                                                 .type = ParameterType::text,
                                                 .sentence = "What was measured: a name of the catalog.",
                                                 .default_text = "net"};
inline constexpr Parameter field_parameter{
    .name = "field",
    .type = ParameterType::texts,
    .sentence = "Fields of the measurement; without it bytes_recv,bytes_sent of net, all of another."};
inline constexpr Parameter by_parameter{
    .name = "by",
    .type = ParameterType::texts,
    .sentence = "One series for each value of these tags: interface, host, …; without it all together."};
inline constexpr Parameter where_parameter{
    .name = "where",
    .type = ParameterType::texts,
    .sentence =
        "Only what has these tags: interface=eth0|wl*,kind=physical; patterns with *, ? and [a-z]. "
        "A comma or bar of a name is written with a backslash."};
inline constexpr Parameter host_parameter{.name = "host",
                                          .type = ParameterType::text,
                                          .sentence = "Only this host, or those that match the pattern."};
inline constexpr std::array<std::string_view, 2> scope_names{"uplinks", "all"};
inline constexpr Parameter scope_parameter{
    .name = "scope",
    .type = ParameterType::choice,
    .sentence =
        "Of net: interfaces that count no byte twice, or all; without it uplinks, or all where `where` "
        "names interfaces.",
    .choices = scope_names};
inline constexpr Parameter plan_parameter{
    .name = "plan",
    .type = ParameterType::text,
    .sentence = "The billing plan that period, last-period and bucket=period are of; without it the first."};
inline constexpr std::array<std::string_view, 8> bucket_names{"5m",    "hour", "day",    "week",
                                                              "month", "year", "period", "none"};
inline constexpr Parameter limit_parameter{.name = "limit",
                                           .type = ParameterType::integer,
                                           .sentence = "Rows of a page.",
                                           .default_text = "100",
                                           .minimum = 1,
                                           .maximum = 1000};
inline constexpr Parameter cursor_parameter{.name = "cursor",
                                            .type = ParameterType::text,
                                            .sentence = "Where a page begins: `next` of the one before."};

}  // namespace collector::web
