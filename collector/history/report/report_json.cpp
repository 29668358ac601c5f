#include <fmt/format.h>

#include "collector/core/saturated.h"
#include "collector/formats/json_text.h"
#include "collector/history/export/export_cells.h"
#include "collector/history/report/report_forms.h"
#include "collector/history/report/report_words.h"
#include "collector/history/time_text.h"

namespace collector::history {
namespace {

std::string json_moment(const YearReport& report, Seconds moment) {
  return json_string(offset_time_text(report.asked.zone, moment));
}

// "received":…, "sent":…
std::string json_bytes(const UsageBucket& bucket) {
  const Moved moved = moved_in(bucket);
  return fmt::format(R"("received":{},"sent":{})", moved.received, moved.sent);
}

std::string days_json(const YearReport& report) {
  std::string out;
  for (const UsageBucket& day : report.days) {
    if (!day.is_known()) continue;
    out +=
        fmt::format("{}\n  {{\"date\":\"{}\",{},\"observed_seconds\":{},\"flags\":{}}}",
                    out.empty() ? "" : ",", offset_time_text(report.asked.zone, day.time.start).substr(0, 10),
                    json_bytes(day), day.observed / 1000, flag_list_json(day.flags));
  }
  return out;
}

std::string periods_json(const Zone& zone, const std::vector<YearPeriod>& periods, const YearPlan* plan) {
  const auto moment = [&](Seconds at) { return json_string(offset_time_text(zone, at)); };
  std::string out;
  for (const YearPeriod& period : periods) {
    if (!period.is_known()) continue;
    out += fmt::format("{}\n  {{\"start\":{},\"end\":{},\"received\":{},\"sent\":{}", out.empty() ? "" : ",",
                       moment(period.time.start), moment(period.time.end), period.moved.received,
                       period.moved.sent);
    if (plan != nullptr)
      out += fmt::format(R"(,"state":"{}","used":{},"quota":{},"over_plan":{})", state_word(period.state),
                         period.used, period.quota ? fmt::format("{}", *period.quota) : "null",
                         period.is_over_quota());
    if (period.cost) out += fmt::format(R"(,"cost":{})", json_string(period.cost->text()));
    out += "}";
  }
  return out;
}

std::string plans_json(const YearReport& report) {
  std::string out;
  for (const YearPlan& plan : report.asked.plans) {
    std::vector<std::string> costs;
    for (const Money& cost : plan.costs())
      costs.push_back(cost.text());
    out += fmt::format(
        "{}\n {{\"name\":{},\"zone\":{},\"about\":{},\"counts\":\"{}\",\"quota\":{},\"costs\":{},"
        "\"periods_not_told\":{},\"periods\":[{}]}}",
        out.empty() ? "" : ",", json_string(plan.name), json_string(plan.zone.name()),
        json_string(plan.about), counts_name(plan.counts),
        plan.quota ? fmt::format("{}", *plan.quota) : "null", json_strings(costs), plan.untold,
        periods_json(plan.zone, plan.periods, &plan));
  }
  return out;
}

std::string week_json(const YearReport& report) {
  std::string out;
  for (std::size_t i = 0; i < report.week.size(); ++i) {
    const HourOfWeekMean& hour = report.week[i];
    out += i % 24 == 0 ? (i == 0 ? "\n  [" : "],\n  [") : ",";
    out += hour.hours == 0 ? "null" : fmt::format("{}", saturated_round(hour.mean()));
  }
  return out.empty() ? out : out + "]";
}

std::string interfaces_json(const YearReport& report) {
  std::string out;
  for (const YearInterface& one : report.interfaces)
    out +=
        fmt::format("{}\n  {{\"name\":{},\"kind\":{},\"received\":{},\"sent\":{}}}", out.empty() ? "" : ",",
                    json_string(one.name), json_string(one.kind), one.moved.received, one.moved.sent);
  return out;
}

std::string records_json(const YearReport& report) {
  std::string out;
  if (const auto busiest = busiest_of(report.total))
    out += fmt::format(R"("busiest_second":{{"bytes_per_second":{},"at":{}}})",
                       saturated_round(busiest->bytes_per_second), json_moment(report, busiest->at));
  if (report.percentile)
    out +=
        fmt::format(R"({}"percentile_95":{{"bytes_in_300_s":{},"coverage":{:.4f}}})", out.empty() ? "" : ",",
                    report.percentile->larger.value, report.percentile->coverage());
  return out;
}

}  // namespace

std::string report_json(const YearReport& report) {
  const YearLedger& ledger = report.ledger;
  std::string remarks;
  for (const std::string& remark : report_remarks(report))
    remarks += (remarks.empty() ? "" : ",") + json_string(remark);
  std::string out = fmt::format(
      "{{\"year\":{},\"of\":{},\"zone\":{},\"from\":{},\"to\":{},\"is_over\":{},\"as_of\":{},\n "
      "\"total\":{{{}}},"
      "\"measured\":{:.4f},\"against_last_year\":{},\n",
      report.asked.year, json_string(report.asked.of), json_string(report.asked.zone.name()),
      json_moment(report, report.time.start), json_moment(report, report.time.end), report.is_over(),
      report.as_of ? json_moment(report, *report.as_of) : "null", json_bytes(report.total), report.measured,
      report.against_last ? fmt::format("{:.4f}", *report.against_last) : "null");
  out += fmt::format(
      " \"days\":[{}],\n \"months\":[{}],\n \"plans\":[{}],\n \"week\":[{}],\n \"interfaces\":[{}],\n "
      "\"records\":{{{}}},\n",
      days_json(report), periods_json(report.asked.zone, report.months, nullptr), plans_json(report),
      week_json(report), interfaces_json(report), records_json(report));
  return out +
         fmt::format(
             " \"ledger\":{{\"received\":{},\"sent\":{},\"imported\":{},\"set_aside\":{},\"days_with_gap\":{}"
             ","
             "\"days_recovered\":{},\"days_reset\":{},\"days_clock_set\":{},\"days_not_measured\":{}}},\n"
             " \"remarks\":[{}]}}\n",
             ledger.received, ledger.sent, ledger.imported, ledger.set_aside, ledger.days_asleep,
             ledger.days_recovered, ledger.days_reset, ledger.days_clock, ledger.days_unknown, remarks);
}

}  // namespace collector::history
