// The periods of plans for programs: exact, in bytes.
#include <fmt/format.h>

#include <array>
#include <string_view>
#include <utility>

#include "collector/cli/history/periods.h"
#include "collector/formats/csv_text.h"
#include "collector/formats/json_text.h"
#include "collector/history/plan_terms.h"
#include "collector/history/time_text.h"

namespace collector {
namespace {

using history::Percentile;
using history::PercentileValue;
using history::Seconds;

template <typename T>
std::string json_or_null(const std::optional<T>& value) {
  return value ? fmt::format("{}", *value) : "null";
}

// Without its currency, as a decimal fraction.
std::string money_text(const history::Money& money) {
  const std::string text = money.text();
  return text.substr(0, text.find(' '));
}

std::string percentile_json(const PlanPeriod& period, const history::Zone& zone) {
  if (!period.percentile) return "null";
  const Percentile& all = *period.percentile;
  const bool has_limits = period.state != PlanPeriod::State::closed;
  std::string out = "{";
  for (const auto& [name, value] : {std::pair<std::string_view, const PercentileValue&>{"received", all.in},
                                    {"sent", all.out},
                                    {"larger", all.larger},
                                    {"both", all.both}}) {
    out += fmt::format(R"("{}":{{"bytes_in_300s":{})", name, value.value);
    if (has_limits)
      out += fmt::format(R"(,"at_least":{},"at_most":{})", value.at_least, json_or_null(value.at_most));
    out += "},";
  }
  out += fmt::format(R"("slots":{},"known":{},"parts":{},"missing":[)", period.slots, all.known, all.parts);
  bool is_first = true;
  for (const history::MissingSlots& each : all.missing) {
    out += fmt::format(R"({}["{}","{}"])", is_first ? "" : ",",
                       offset_time_text(zone, Seconds(std::chrono::seconds(each.start))),
                       offset_time_text(zone, Seconds(std::chrono::seconds(each.end))));
    is_first = false;
  }
  return out + "]}";
}

std::string period_json(const PlanPeriod& period, const history::Zone& zone) {
  const history::Bill& bill = period.bill;
  std::string out = fmt::format(
      R"({{"start":"{}","end":"{}","state":"{}","received":{},"sent":{},"free_received":{},"free_sent":{},"used":{},"quota":{},"left":{},"over":{},"left_per_day":{})",
      offset_time_text(zone, period.time.start), offset_time_text(zone, period.time.end),
      name_of(period.state), period.usage.in, period.usage.out, period.usage.free_in, period.usage.free_out,
      bill.used, json_or_null(period.quota), json_or_null(bill.left), bill.over,
      json_or_null(bill.left_per_day));
  out += bill.cost ? fmt::format(R"(,"cost":{},"currency":{})", money_text(*bill.cost),
                                 json_string(bill.cost->currency))
                   : R"(,"cost":null,"currency":null)";
  if (period.forecast)
    out += fmt::format(R"(,"forecast":{{"expected":{},"low":{},"high":{}}})", period.forecast->expected,
                       period.forecast->low, period.forecast->high);
  if (period.too_little)
    out += fmt::format(R"(,"forecast":null,"too_little_history":{{"days":{},"needed":{}}})",
                       period.too_little->days, period.too_little->needed);
  if (has_saturated(period.usage)) out += R"(,"saturated":true)";
  return out + R"(,"percentile_95":)" + percentile_json(period, zone) + "}";
}

}  // namespace

PeriodsQuestion periods_question(const HistoryOptions& options, const HistorySetting& setting) {
  return {.now = setting.now,
          .plans = setting.plans,
          .this_host = setting.this_host,
          .plan = options.plan,
          .from = options.from,
          .to = options.to,
          .count = options.count};
}

std::string periods_json(const std::vector<PlanPeriods>& plans) {
  std::string out;
  for (const PlanPeriods& of : plans) {
    out += fmt::format(R"({}{{"plan":{},"zone":{},"configured":{},"counts":"{}","quota":{},"periods":[)",
                       out.empty() ? "" : ",\n ", json_string(of.plan.name), json_string(of.zone.name()),
                       of.is_configured, counts_name(of.plan.counts), json_or_null(of.plan.quota));
    bool is_first = true;
    for (const PlanPeriod& period : of.periods) {
      out += (is_first ? "\n  " : ",\n  ") + period_json(period, of.zone);
      is_first = false;
    }
    out += "]}";
  }
  return fmt::format("{{\"plans\":[{}]}}\n", out);
}

std::string periods_csv(const std::vector<PlanPeriods>& plans) {
  std::string out =
      "plan,start,end,state,received,sent,free_received,free_sent,used,quota,cost,currency,expected,low,high,"
      "p95_received,p95_sent,p95_larger,p95_both,slots,known\n";
  const auto or_nothing = [](const auto& value) { return value ? fmt::format("{}", *value) : std::string(); };
  for (const PlanPeriods& of : plans)
    for (const PlanPeriod& period : of.periods) {
      out += fmt::format("{},{},{},{},{},{},{},{},{},{}", csv_field(of.plan.name),
                         offset_time_text(of.zone, period.time.start),
                         offset_time_text(of.zone, period.time.end), name_of(period.state), period.usage.in,
                         period.usage.out, period.usage.free_in, period.usage.free_out, period.bill.used,
                         or_nothing(period.quota));
      out += period.bill.cost
                 ? fmt::format(",{},{}", money_text(*period.bill.cost), period.bill.cost->currency)
                 : ",,";
      out += period.forecast ? fmt::format(",{},{},{}", period.forecast->expected, period.forecast->low,
                                           period.forecast->high)
                             : ",,,";
      out += period.percentile
                 ? fmt::format(",{},{},{},{},{},{}\n", period.percentile->in.value,
                               period.percentile->out.value, period.percentile->larger.value,
                               period.percentile->both.value, period.slots, period.percentile->known)
                 : fmt::format(",,,,,{},0\n", period.slots);
    }
  return out;
}

}  // namespace collector
