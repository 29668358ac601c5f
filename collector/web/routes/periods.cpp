// Billing cycles of plans, and what the one that runs will have moved.
#include <fmt/format.h>

#include <array>

#include "collector/core/saturated.h"
#include "collector/history/answers/billing_periods.h"
#include "collector/history/answers/plan_standing.h"
#include "collector/history/time_words.h"
#include "collector/web/asked.h"
#include "collector/web/flat_answer.h"
#include "collector/web/question_parameters.h"
#include "collector/web/routes/groups.h"
#include "collector/web/sources.h"
#include "collector/web/standing_answer.h"
#include "collector/web/usage_cells.h"

namespace collector::web {
namespace {

std::vector<TableCell> row_of(const PlanPeriods& of, const PlanPeriod& period) {
  const history::Bill& bill = period.bill;
  std::vector<TableCell> row{of.plan.name,
                             unix_time(period.time.start),
                             unix_time(period.time.end),
                             std::string(name_of(period.state)),
                             period.usage.in,
                             period.usage.out,
                             period.usage.free_in,
                             period.usage.free_out,
                             bill.used,
                             cell_of(period.quota),
                             cell_of(bill.left),
                             bill.over,
                             cell_of(bill.left_per_day)};
  const auto cost = money_cells(bill.cost);
  row.insert(row.end(), cost.begin(), cost.end());
  if (period.forecast)
    row.insert(row.end(), {period.forecast->expected, period.forecast->low, period.forecast->high});
  else
    row.insert(row.end(), 3, TableCell());
  if (period.percentile) {
    const history::Percentile& all = *period.percentile;
    row.insert(row.end(), {all.in.value, all.out.value, all.larger.value, all.both.value, period.slots,
                           static_cast<std::uint64_t>(all.known)});
  } else {
    row.insert(row.end(), 4, TableCell());
    row.insert(row.end(), {period.slots, std::uint64_t{0}});
  }
  return row;
}

constexpr std::string_view periods_shape =
    "{plans: [{name: text, zone: text, configured: boolean, counts: text}], p95_unit: text, rows: [{plan: "
    "text, "
    "start: time, end: time, state: text, received: amount, sent: amount, free_received: amount, "
    "free_sent: amount, used: amount, quota: amount?, left: amount?, over: amount, left_per_day: amount?, "
    "cost: text?, currency: text?, expected: amount?, low: amount?, high: amount?, p95_received: amount?, "
    "p95_sent: amount?, p95_larger: amount?, p95_both: amount?, slots: integer, known: integer}]}";

// Words that are times; what they mean is found in each plan's zone.
void check_words(Asked& asked) {
  for (const char* name : {"from", "to"})
    if (const std::string& word = asked.call().values.text(name); !word.empty())
      if (const auto time = history::range_of(word, {.now = asked.now(), .zone = asked.zone()}); !time)
        asked.mistaken(name, time.error());
}

Answered<http::Response> periods(Asked& asked) {
  check_words(asked);
  const auto content = asked.content();
  if (!content) return std::unexpected(content.error());
  if (auto right = asked.check(); !right) return std::unexpected(right.error());
  const Values& values = asked.call().values;
  PeriodsQuestion question{.now = asked.now(),
                           .plans = asked.plans(),
                           .this_host = asked.call().sources.configuration()->host,
                           .plan = values.text("plan"),
                           .from = values.text("from"),
                           .to = values.text("to"),
                           .count = static_cast<std::size_t>(values.integer("count"))};
  auto plans = plan_periods(question, **content, asked.file());
  if (!plans) return std::unexpected(asked.failed(plans.error()));
  AnswerTable table{
      {"plan", "start", "end",          "state",    "received",     "sent",     "free_received", "free_sent",
       "used", "quota", "left",         "over",     "left_per_day", "cost",     "currency",      "expected",
       "low",  "high",  "p95_received", "p95_sent", "p95_larger",   "p95_both", "slots",         "known"},
      {}};
  // Plans that only the history remembers may be about anybody.
  if (!asked.call().caller.hosts.empty())
    std::erase_if(*plans, [](const PlanPeriods& of) { return !of.is_configured; });
  for (const PlanPeriods& of : *plans)
    for (const PlanPeriod& period : of.periods)
      table.rows.push_back(row_of(of, period));
  return table_response(asked.call(), table, [&](JsonAnswer& out) {
    out.key("plans").open('[');
    for (const PlanPeriods& of : *plans)
      out.open('{')
          .member("name", of.plan.name)
          .member("zone", of.zone.name())
          .member("configured", of.is_configured)
          .member("counts", counts_name(of.plan.counts))
          .close('}');
    out.close(']').member("p95_unit", "bytes in 300 s");
  });
}

Answered<http::Response> forecast_of_period(Asked& asked) {
  const auto selection = asked.traffic();
  if (!selection) return std::unexpected(selection.error());
  if (auto right = asked.check(); !right) return std::unexpected(right.error());
  const auto question = asked.question(*selection, {asked.now(), asked.now()});
  if (!question) return std::unexpected(question.error());
  const auto standing = plan_standing(*question, asked.file(), true);
  if (!standing) return std::unexpected(asked.failed(standing.error()));
  JsonAnswer out;
  out.open('{');
  append_standing(out, *standing, asked.now());
  out.member(
      "method",
      "usual for these hours of the week, times the level of late; low and high hold four times in five");
  return object_response(asked.call(), std::move(out.close('}')));
}

constexpr Parameter one_plan{
    .name = "plan", .type = ParameterType::text, .sentence = "Only this plan; without it all of them."};
constexpr std::array parameters_of_periods{
    one_plan, from_parameter(""),
    Parameter{.name = "to",
              .type = ParameterType::time,
              .sentence = "End, of the same words; without it up to now."},
    Parameter{.name = "count",
              .type = ParameterType::integer,
              .sentence = "Cycles of each plan, the newest first.",
              .default_text = "12",
              .minimum = 1,
              .maximum = 240},
    table_format};
constexpr std::array parameters_of_forecast{plan_parameter, zone_parameter, table_format};

const std::array rows_of_periods{
    Route{
        .method = "GET",
        .path = "/api/v1/periods",
        .summary =
            "Billing cycles of plans: what was used, of which quota, what it cost, and the 95th percentile.",
        .parameters = parameters_of_periods,
        .work = Work::history,
        .answer = [](const Call& call) { return from_history(call, periods); },
        .also = as_csv,
        .gives = [] { return std::string(periods_shape); }},
    Route{.method = "GET",
          .path = "/api/v1/forecast",
          .summary =
              "What the cycle that runs will have moved at its end, with a range; without a plan the month.",
          .parameters = parameters_of_forecast,
          .work = Work::history,
          .answer = [](const Call& call) { return from_history(call, forecast_of_period); },
          .also = as_csv,
          .gives = [] { return fmt::format("{{{}, method: text}}", standing_shape); }}};

}  // namespace

std::span<const Route> period_routes() {
  return rows_of_periods;
}

}  // namespace collector::web
