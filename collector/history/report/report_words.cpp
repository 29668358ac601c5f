#include "collector/history/report/report_words.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "collector/core/plural.h"
#include "collector/core/saturated.h"
#include "collector/history/report/html_text.h"
#include "collector/history/time_text.h"

namespace collector::history {
namespace {

std::uint64_t total_of_day(const UsageBucket& day) {
  return moved_in(day).total();
}

// "Thursday 24 Dec"
std::string date_words(const YearReport& report, Seconds moment) {
  return weekday_text(report.asked.zone, moment) + " " + day_text(report.asked.zone, moment);
}

ReportLine day_record(const YearReport& report, std::string name, const UsageBucket& day) {
  return {std::move(name), fmt::format("{}, {}", date_words(report, day.time.start),
                                       amount_text(total_of_day(day), report.asked.units))};
}

std::string percentile_words(const Percentile& percentile) {
  const std::string rate = bit_rate_text(bits_per_second(percentile.larger.value) / 8);
  const double coverage = percentile.coverage();
  return coverage >= 0.95 ? rate : fmt::format("{}, known for {}", rate, percent_text(coverage));
}

std::string_view days_word(int count) {
  return count == 1 ? "day" : "days";
}

}  // namespace

std::string report_title(const YearReport& report) {
  return fmt::format("{} on {}", report.asked.year, report.asked.of);
}

std::string report_subtitle(const YearReport& report) {
  const Zone& zone = report.asked.zone;
  if (report.until == report.time.start)
    return fmt::format("{} has not begun, {}", report.asked.year, zone.name());
  const Seconds last = report.is_over() ? report.time.end - std::chrono::seconds(1) : report.until;
  std::string text =
      fmt::format("{} to {}, {}", day_text(zone, report.time.start), day_text(zone, last), zone.name());
  if (!report.is_over()) text += " · the year is not over";
  if (report.is_empty()) return text;
  text += fmt::format(" · {} of the time accounted for", percent_text(report.measured));
  return text;
}

std::optional<ReportLine> report_comparison(const YearReport& report) {
  if (!report.against_last) return std::nullopt;
  const double percent = std::round((*report.against_last - 1) * 100);
  return ReportLine{fmt::format("against {}{}", report.asked.year - 1, report.is_over() ? "" : " by then"),
                    percent > 999 ? fmt::format("× {:.0f}", *report.against_last)
                                  : fmt::format("{}{:.0f} %",
                                                percent > 0   ? "+"
                                                : percent < 0 ? "−"
                                                              : "±",
                                                std::abs(percent))};
}

std::vector<ReportLine> report_records(const YearReport& report) {
  std::vector<const UsageBucket*> days;
  for (const UsageBucket& day : report.days)
    if (total_of_day(day) > 0) days.push_back(&day);
  if (days.empty()) return {};
  const auto by_amount = [](const UsageBucket* day) { return total_of_day(*day); };
  std::vector<ReportLine> lines{
      day_record(report, "busiest day", **std::ranges::max_element(days, {}, by_amount))};
  lines.push_back(
      {"a day on average", amount_text(moved_in(report.total).total() / days.size(), report.asked.units)});
  // The day that runs may yet become the busiest.
  std::erase_if(days, [&](const UsageBucket* day) { return day->time.end > report.until; });
  if (days.size() > 1)
    lines.push_back(
        day_record(report, "quietest day with traffic", **std::ranges::min_element(days, {}, by_amount)));
  if (const auto busiest = busiest_of(report.total))
    lines.push_back({"busiest second", fmt::format("{}, {}", bit_rate_text(busiest->bytes_per_second),
                                                   day_text(report.asked.zone, busiest->at))});
  if (report.percentile)
    lines.push_back({"95th percentile, 5 minutes", percentile_words(*report.percentile)});
  return lines;
}

std::vector<ReportLine> report_interfaces(const YearReport& report) {
  std::vector<ReportLine> lines;
  constexpr std::size_t most = 12;
  Moved rest;
  for (std::size_t i = 0; i < report.interfaces.size(); ++i) {
    if (i >= most) {
      rest += report.interfaces[i].moved;
      continue;
    }
    lines.push_back(
        {report.interfaces[i].name, amount_text(report.interfaces[i].moved.total(), report.asked.units)});
  }
  if (rest.total() > 0)
    lines.push_back({collector::counted(report.interfaces.size() - most, "further interface"),
                     amount_text(rest.total(), report.asked.units)});
  return lines;
}

std::string costs_text(const YearPlan& plan) {
  std::string text;
  for (const Money& cost : plan.costs())
    text += (text.empty() ? "" : " + ") + cost.text();
  return text;
}

std::vector<ReportLine> report_plans(const YearReport& report) {
  std::vector<ReportLine> lines;
  for (const YearPlan& plan : report.asked.plans) {
    if (plan.quota || report.asked.plans.size() > 1)
      lines.push_back(
          {"plan", plan.quota ? fmt::format("{}, {}", plan.name, amount_text(*plan.quota, report.asked.units))
                              : plan.name});
    constexpr std::size_t named = 12;
    std::string over;
    std::size_t count = 0, with_quota = 0;
    for (const YearPeriod& period : plan.periods) {
      with_quota += period.is_known() && period.quota ? 1 : 0;
      if (period.is_over_quota()) over += (count++ == 0 ? "" : ", ") + period.label;
    }
    if (count > named) over = fmt::format("{} of {}", count, with_quota);
    if (with_quota > 0)
      lines.push_back({plan.is_month ? "months over it" : "periods over it", count == 0 ? "none" : over});
    if (const std::string costs = costs_text(plan); !costs.empty())
      lines.push_back({report.is_over() ? "cost" : "cost so far", costs});
  }
  return lines;
}

std::string plan_words(const YearReport& report, const YearPlan& plan) {
  std::string words = "plan " + plan.name;
  if (!plan.about.empty()) words += " of " + plan.about;
  if (plan.quota) words += ", " + amount_text(*plan.quota, report.asked.units);
  switch (plan.counts) {
    case Counts::in:
      return words + " down";
    case Counts::out:
      return words + " up";
    case Counts::larger:
      return words + " of the larger direction";
    case Counts::both:
      break;
  }
  return words;
}

PlanColumns columns_of(const YearPlan& plan) {
  PlanColumns columns;
  columns.used = !plan.counts_all;
  for (const YearPeriod& period : plan.periods) {
    if (!period.is_known()) continue;
    columns.quota = columns.quota || period.quota != plan.quota;
    columns.cost = columns.cost || period.cost;
  }
  return columns;
}

std::string period_note(const YearPeriod& period) {
  std::string note = period.is_over_quota() ? "over" : "";
  if (period.state == YearPeriod::State::running) note += (note.empty() ? "" : ", ") + std::string("so far");
  return note;
}

std::string_view state_word(YearPeriod::State state) {
  switch (state) {
    case YearPeriod::State::running:
      return "running";
    case YearPeriod::State::closed:
      return "closed";
    case YearPeriod::State::counted:
      return "counted";
    case YearPeriod::State::unknown:
      break;
  }
  return "unknown";
}

std::vector<ReportLine> report_ledger(const YearReport& report) {
  const YearLedger& ledger = report.ledger;
  std::vector<ReportLine> lines{{"received, bytes", grouped_digits(ledger.received)},
                                {"sent, bytes", grouped_digits(ledger.sent)}};
  if (ledger.imported > 0) lines.push_back({"imported of these", grouped_digits(ledger.imported)});
  lines.push_back({"set aside as impossible", grouped_digits(ledger.set_aside)});
  const std::int64_t measured = saturated_sum(ledger.received, ledger.sent) - ledger.imported;
  lines.push_back({"kernel counters moved by", grouped_digits(saturated_sum(measured, ledger.set_aside))});
  const auto add = [&](std::string_view name, int count) {
    if (count > 0) lines.push_back({std::string(name), fmt::format("{} {}", count, days_word(count))});
  };
  add("asleep or stalled on", ledger.days_asleep);
  add("without the collector, recovered, on", ledger.days_recovered);
  add("counters started over on", ledger.days_reset);
  add("the clock was set on", ledger.days_clock);
  add("not measured", ledger.days_unknown);
  return lines;
}

std::vector<std::string> report_remarks(const YearReport& report) {
  UsageAnswer answer;
  answer.moved = report.moved;
  answer.without_uplink = report.without_uplink;
  if (!report.is_over()) answer.as_of = report.as_of;
  answer.fields = {"received", "sent"};
  answer.groups.emplace_back().total = report.total;
  auto remarks = remarks_on(answer, report.asked.zone, report.asked.now);
  for (const YearPlan& plan : report.asked.plans)
    if (plan.untold > 0)
      remarks.push_back(
          fmt::format("plan {}: {} can't be told any more: what is kept of that time can't be "
                      "cut where they begin",
                      plan.name, collector::counted(plan.untold, "period")));
  return remarks;
}

}  // namespace collector::history
