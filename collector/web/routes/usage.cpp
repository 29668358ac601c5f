// How much moved, or how high something stood, in the hours, days, months … of a range; when in a week; and
// through what most.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "collector/core/saturated.h"
#include "collector/history/figures.h"
#include "collector/web/asked.h"
#include "collector/web/question_parameters.h"
#include "collector/web/routes/groups.h"
#include "collector/web/usage_cells.h"

namespace collector::web {
namespace {

constexpr history::AnswerLimits usage_limits{};

// The shortest of those that suit so long a time.
std::string longer_bucket(const history::Zone& zone, const history::Interval& range) {
  for (const history::BucketUnit unit : {history::BucketUnit::hour, history::BucketUnit::day,
                                         history::BucketUnit::week, history::BucketUnit::month}) {
    const auto edges = history::bucket_edges(zone, range, {.unit = unit});
    if (edges.size() - 1 <= usage_limits.columns && edges.back() >= range.end)
      return std::string(history::name_of(unit));
  }
  return "year";
}

Answered<http::Response> usage(Asked& asked) {
  const auto range = asked.range();
  if (!range) return std::unexpected(range.error());
  const auto of = asked.selection();
  if (!of) return std::unexpected(of.error());
  const std::string& unit = asked.call().values.text("bucket");
  const auto edges = history::bucket_edges(asked.zone(), *range, asked.bucketing(unit));
  if (edges.size() - 1 > usage_limits.columns || edges.back() < range->end)
    asked.mistaken("bucket", fmt::format("more than {} rows of each", usage_limits.columns),
                   longer_bucket(asked.zone(), *range));
  if (auto right = asked.check(); !right) return std::unexpected(right.error());
  const auto answer =
      asked.file().usage({.selection = of->selection, .edges = edges, .limits = usage_limits});
  if (!answer) return std::unexpected(asked.failed(answer.error()));
  return table_response(asked.call(), usage_table(*of, *answer, asked.now()), [&](JsonAnswer& out) {
    append_head(out, *answer, asked.zone(), *range);
    out.member("bucket", unit);
    append_totals(out.key("totals"), *of, *answer);
  });
}

Answered<http::Response> pattern(Asked& asked) {
  const auto of = asked.selection();
  if (!of) return std::unexpected(of.error());
  if (auto right = asked.check(); !right) return std::unexpected(right.error());
  const history::Seconds hour = std::chrono::floor<std::chrono::hours>(asked.now());
  const history::Interval range{hour - std::chrono::days(7 * asked.call().values.integer("weeks")), hour};
  const auto week = asked.file().pattern(of->selection, range, asked.zone());
  if (!week) return std::unexpected(asked.failed(week.error()));
  AnswerTable table{{"weekday", "hour", "mean", "sum", "hours"}, {}};
  for (std::size_t i = 0; i < week->size(); ++i) {
    const history::HourOfWeekMean& one = (*week)[i];
    const TableCell mean = one.hours == 0 ? TableCell() : TableCell(saturated_round(one.mean()));
    table.rows.push_back(
        {static_cast<std::int64_t>(i / 24 + 1), static_cast<std::int64_t>(i % 24), mean, one.sum, one.hours});
  }
  return table_response(asked.call(), table, [&](JsonAnswer& out) {
    out.member("from", unix_time(range.start)).member("to", unix_time(range.end));
    out.member("zone", asked.zone().name());
  });
}

constexpr std::array usage_parameters{
    measurement_parameter,
    field_parameter,
    by_parameter,
    where_parameter,
    host_parameter,
    scope_parameter,
    from_parameter("month"),
    to_parameter,
    Parameter{.name = "bucket",
              .type = ParameterType::choice,
              .sentence = "How long a row is; the first and the last may be parts.",
              .default_text = "day",
              .choices = bucket_names},
    zone_parameter,
    plan_parameter,
    table_format};

constexpr std::array pattern_parameters{where_parameter,
                                        host_parameter,
                                        scope_parameter,
                                        Parameter{.name = "weeks",
                                                  .type = ParameterType::integer,
                                                  .sentence = "Weeks that are looked at.",
                                                  .default_text = "8",
                                                  .minimum = 1,
                                                  .maximum = 104},
                                        zone_parameter,
                                        table_format};

const std::array rows_of_usage{
    Route{.method = "GET",
          .path = "/api/v1/usage",
          .summary =
              "How much in each hour, day, month … of a range, exactly; with busiest second and coverage.",
          .parameters = usage_parameters,
          .work = Work::history,
          .answer = [](const Call& call) { return from_history(call, usage); },
          .also = as_csv,
          .gives =
              [] {
                return fmt::format("{{{}, bucket: text, totals: {}, rows: [{}]}}", head_shape, totals_shape,
                                   usage_row_shape);
              }},
    Route{.method = "GET",
          .path = "/api/v1/pattern",
          .summary = "When: what moves in each hour of the week on average, Monday 00:00 first.",
          .parameters = pattern_parameters,
          .work = Work::history,
          .answer = [](const Call& call) { return from_history(call, pattern); },
          .also = as_csv,
          .gives =
              [] {
                return std::string(
                    "{from: time, to: time, zone: text, rows: [{weekday: integer, hour: integer, mean: "
                    "amount?, "
                    "sum: amount, hours: integer}]}");
              }}};

}  // namespace

std::span<const Route> usage_routes() {
  return rows_of_usage;
}

}  // namespace collector::web
