#include <fmt/format.h>

#include <algorithm>

#include "collector/cli/history/summary.h"
#include "collector/formats/csv_text.h"
#include "collector/formats/json_text.h"
#include "collector/history/figures.h"
#include "collector/history/time_text.h"

namespace collector {
namespace {

using history::UsageGroup;

std::string moved_json(const Moved& moved) {
  return fmt::format(R"("received":{},"sent":{},"total":{})", moved.received, moved.sent, moved.total());
}

const SummaryRange& range_named(const Summary& summary, std::string_view name) {
  return *std::ranges::find(summary.ranges, name, &SummaryRange::name);
}

std::string plan_json(const PlanStanding& standing, const history::Zone& zone) {
  std::string out =
      fmt::format(R"("{}":{{"from":"{}","to":"{}","used":{})", standing.is_plan ? "plan" : "month",
                  offset_time_text(zone, standing.cycle.start), offset_time_text(zone, standing.cycle.end),
                  standing.bill.used);
  if (standing.is_plan) out += R"(,"name":)" + json_string(standing.plan.name);
  if (standing.plan.quota) out += fmt::format(R"(,"quota":{})", *standing.plan.quota);
  if (standing.forecast)
    out += fmt::format(R"(,"expected":{},"expected_low":{},"expected_high":{})", standing.forecast->expected,
                       standing.forecast->low, standing.forecast->high);
  return out + "}";
}

}  // namespace

std::string summary_json(const Summary& summary, const HistoryQuestion& question) {
  std::string ranges;
  for (const SummaryRange& range : summary.ranges) {
    std::string groups;
    for (const UsageGroup& group : range.answer.groups)
      if (group.total.is_known())
        groups += fmt::format(R"({}{{"host":{},"interface":{},{}}})", groups.empty() ? "" : ",",
                              json_string(group.host), json_string(group.interface),
                              moved_json(moved_in(group.total)));
    ranges += fmt::format("{}\n  {{\"range\":\"{}\",\"from\":\"{}\",\"to\":\"{}\",{},\"interfaces\":[{}]}}",
                          ranges.empty() ? "" : ",", range.name,
                          offset_time_text(question.zone, range.answer.edges.front()),
                          offset_time_text(question.zone, range.answer.edges.back()),
                          moved_json(moved_in(total_of(range.answer))), groups);
  }
  const auto& as_of = summary.ranges.back().answer.as_of;
  std::string more = as_of ? fmt::format(R"("as_of":"{}",)", offset_time_text(question.zone, *as_of)) : "";
  if (const auto saturated = saturated_fields(summary.ranges.back().answer); !saturated.empty())
    more += fmt::format(R"("saturated":{},)", json_strings(saturated));
  return fmt::format("{{\"time\":\"{}\",\"zone\":{},{}\n \"ranges\":[{}],\n {}}}\n",
                     offset_time_text(question.zone, question.now), json_string(question.zone.name()), more,
                     ranges, plan_json(summary.standing, question.zone));
}

std::string summary_csv(const Summary& summary, const HistoryQuestion& question) {
  std::string out = "range,start,end,host,interface,received,sent\n";
  for (const SummaryRange& range : summary.ranges)
    for (const UsageGroup& group : range.answer.groups) {
      const Moved moved = moved_in(group.total);
      out += fmt::format("{},{},{},{},{},{},{}\n", range.name,
                         offset_time_text(question.zone, range.answer.edges.front()),
                         offset_time_text(question.zone, range.answer.edges.back()), csv_field(group.host),
                         csv_field(group.interface), moved.received, moved.sent);
    }
  return out;
}

std::string summary_line(const Summary& summary, AmountUnits units, const Terminal& terminal) {
  const PlanStanding& standing = summary.standing;
  const Moved today = moved_in(total_of(range_named(summary, "today").answer));
  const std::string received = short_amount_text(today.received, units);
  const std::string sent = short_amount_text(today.sent, units);
  std::string out = terminal.utf8 ? fmt::format("today ↓{} ↑{}", received, sent)
                                  : fmt::format("today {} down {} up", received, sent);
  const std::string name = standing.is_plan ? "period" : "month";
  out += fmt::format("  {} {}", name,
                     short_amount_text(moved_in(total_of(range_named(summary, name).answer)).total(), units));
  if (standing.plan.quota.value_or(0) > 0)
    out += fmt::format(" {:.0f}%", 100 * static_cast<double>(standing.bill.used) /
                                       static_cast<double>(*standing.plan.quota));
  if (standing.forecast)
    out += fmt::format("  {} by {}", short_amount_text(standing.forecast->expected, units),
                       day_text(standing.zone, standing.cycle.end - std::chrono::seconds(1)));
  return out + "\n";
}

}  // namespace collector
