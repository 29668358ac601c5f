// How the periods of plans are shown to people.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <utility>

#include "collector/cli/history/bar_screen.h"
#include "collector/cli/history/periods.h"
#include "collector/cli/history/plan_view.h"
#include "collector/core/plural.h"
#include "collector/history/amount.h"
#include "collector/history/bucket_edges.h"
#include "collector/history/figures.h"
#include "collector/history/time_text.h"

namespace collector {
namespace {

using history::MissingSlots;
using history::Seconds;
using State = PlanPeriod::State;

// "day 14", "the last day", "Monday", "30 days"
struct CycleText {
  std::string operator()(const MonthlyCycle& cycle) const {
    if (cycle.day > 0) return cycle.day == 1 ? "a month" : fmt::format("a month from day {}", cycle.day);
    return cycle.day == -1 ? "a month from its last day"
                           : fmt::format("a month from day {} before its end", -cycle.day);
  }
  std::string operator()(const WeeklyCycle& cycle) const {
    constexpr std::array<const char*, 7> names{"Sunday",   "Monday", "Tuesday", "Wednesday",
                                               "Thursday", "Friday", "Saturday"};
    return fmt::format("a week from {}", names[cycle.first.c_encoding()]);
  }
  std::string operator()(const DaysCycle& cycle) const {
    return cycle.days == 1 ? "a day" : fmt::format("in {} days", cycle.days);
  }
};

std::string plan_heading(const PlanPeriods& of, AmountUnits units) {
  if (!of.is_configured) return "not in the configuration any more";
  std::string heading = of.plan.quota ? amount_text(*of.plan.quota, units) + " " : "";
  heading += std::visit(CycleText{}, of.plan.cycle.every);
  if (of.plan.cycle.start > std::chrono::minutes(0))
    heading +=
        fmt::format(", {:02}:{:02}", of.plan.cycle.start.count() / 60, of.plan.cycle.start.count() % 60);
  constexpr std::array<const char*, 4> counted{"", ", received", ", sent", ", the larger direction"};
  return heading + counted[static_cast<std::size_t>(of.plan.counts)];
}

// What of a period the bar shows: what counts.
Moved bar_of(const PlanPeriod& period, Counts counts) {
  const std::uint64_t in = period.usage.in - std::min(period.usage.in, period.usage.free_in);
  const std::uint64_t out = period.usage.out - std::min(period.usage.out, period.usage.free_out);
  if (counts == Counts::in || (counts == Counts::larger && in >= out)) return {in, 0};
  if (counts == Counts::out || counts == Counts::larger) return {0, out};
  return {in, out};
}

std::string of_quota_text(const PlanPeriod& period) {
  if (!period.quota || *period.quota == 0) return "";
  return percent_text(static_cast<double>(period.bill.used) / static_cast<double>(*period.quota));
}

// Without the year, where it is this one.
std::string period_label(const history::Zone& zone, const history::Interval& time, Seconds now) {
  std::string label = range_text(zone, time);
  const auto year = history::bucket_around(zone, now, {.unit = history::BucketUnit::year});
  const auto number = label.rfind(' ');
  if (year.holds(time.start) && number != std::string::npos && label.size() - number == 5)
    label.resize(number);
  return label;
}

// How many of its slots of five minutes are known; what was imported is known in hours or days alone.
std::string seen_text(const PlanPeriod& period) {
  if (period.slots == 0) return "";
  const std::uint64_t known = period.percentile ? period.percentile->known : 0;
  if (known == 0 && (period.usage.in > 0 || period.usage.out > 0)) return "no slots";
  return percent_text(static_cast<double>(known) / static_cast<double>(period.slots));
}

BarScreen::Row period_row(const PlanPeriods& of, const PlanPeriod& period, bool has_quota, bool has_price,
                          Seconds now, AmountUnits units) {
  const Moved bar = bar_of(period, of.plan.counts);
  const auto billed = period.billed_percentile(of.plan.counts);
  BarScreen::Row row{
      .label = period_label(of.zone, period.time, now), .received = bar.received, .sent = bar.sent};
  row.cells.push_back(amount_text(period.bill.used, units));
  if (has_quota) row.cells.push_back(of_quota_text(period));
  if (has_price) row.cells.push_back(period.bill.cost ? period.bill.cost->text() : "");
  row.cells.push_back(billed ? bit_rate_text(static_cast<double>(*billed) / history::slot_seconds) : "");
  row.cells.push_back(seen_text(period));
  if (period.bill.over > 0) row.style = Style::warning;
  if (period.state == State::running) {
    row.mark = "…";
    if (period.bill.over == 0) row.style = Style::bold;
  }
  return row;
}

// "14 Nov 00:10–07:20, 15 Nov 00:05–07:25 and 12 more"
std::string missing_text(const std::vector<MissingSlots>& missing, const history::Zone& zone) {
  constexpr std::size_t named = 3;
  std::string text;
  for (const MissingSlots& each : std::span(missing).first(std::min(missing.size(), named))) {
    const Seconds start{std::chrono::seconds(each.start)}, end{std::chrono::seconds(each.end)};
    const Seconds last = end - std::chrono::seconds(1);
    const std::string until = clock_text(zone, end) == "00:00" ? "24:00" : clock_text(zone, end);
    const bool same_day = day_text(zone, start) == day_text(zone, last);
    text += fmt::format("{}{} {}{}{}", text.empty() ? "" : ", ", day_text(zone, start),
                        clock_text(zone, start), same_day ? "–" : " – " + day_text(zone, last) + " ", until);
  }
  if (missing.size() > named) text += fmt::format(" and {} more", missing.size() - named);
  return text;
}

// "519 GB and 14 days left, 36.3 GB a day"
std::string rest_text(const PlanPeriods& of, const PlanPeriod& period, Seconds now, AmountUnits units) {
  const std::uint64_t days = days_left(of.zone, period.time.end, now);
  const std::string time = counted(days, "day") + " left";
  if (!period.bill.left || period.bill.over > 0) return days == 0 ? "today is its last day" : time;
  const std::string left = amount_text(*period.bill.left, units);
  if (days == 0) return left + " left on its last day";
  return fmt::format("{} and {}, {} a day", left, time,
                     amount_text(period.bill.left_per_day.value_or(0), units));
}

void add_running_notes(const PlanPeriods& of, const PlanPeriod& period, Seconds now, AmountUnits units,
                       BarScreen& screen) {
  PlanStanding standing;
  standing.is_plan = true;
  standing.plan = of.plan;
  standing.zone = of.zone;
  standing.cycle = period.time;
  standing.bill = period.bill;
  standing.forecast = period.forecast;
  standing.too_little = period.too_little;
  screen.notes.push_back(rest_text(of, period, now, units));
  if (const auto bar = plan_bar(standing, units)) {
    screen.notes.push_back(bar->verdict + (bar->verdict.empty() ? "" : " ") + bar->reason);
  } else if (period.forecast) {
    const std::string end = day_text(of.zone, period.time.end - std::chrono::seconds(1));
    screen.notes.push_back(expected_text(*period.forecast, " by " + end, units));
  } else if (period.too_little) {
    screen.notes.push_back(too_little_text(*period.too_little));
  }
}

void add_percentile_notes(const PlanPeriods& of, Seconds now, BarScreen& screen) {
  for (const PlanPeriod& period : of.periods) {
    if (!period.percentile || period.percentile->missing.empty()) continue;
    const std::uint64_t missing =
        period.slots - std::min<std::uint64_t>(period.slots, period.percentile->known);
    const std::string of_what = fmt::format("{} of {} slots of 5 minutes", missing, period.slots);
    screen.notes.push_back(fmt::format("{}: {} are missing: {}", period_label(of.zone, period.time, now),
                                       of_what, missing_text(period.percentile->missing, of.zone)));
    return;  // the newest one; --json has all
  }
}

BarScreen screen_of(const PlanPeriods& of, Seconds now, AmountUnits units) {
  const bool has_quota =
      std::ranges::any_of(of.periods, [](const auto& each) { return each.quota.has_value(); });
  const bool has_price =
      std::ranges::any_of(of.periods, [](const auto& each) { return each.bill.cost.has_value(); });
  BarScreen screen{.host = of.plan.name,
                   .heading = plan_heading(of, units),
                   .columns = {{"used", 6}},
                   .rows = {},
                   .sums = {},
                   .notes = {}};
  if (has_quota) screen.columns.push_back({"quota", 4});
  if (has_price) screen.columns.push_back({"cost", 5});
  screen.columns.insert(screen.columns.end(), {{"95th", 2}, {"seen", 1}});
  for (const PlanPeriod& period : of.periods) {
    screen.rows.push_back(period_row(of, period, has_quota, has_price, now, units));
    if (period.state == State::running) add_running_notes(of, period, now, units, screen);
  }
  if (of.periods.empty()) screen.notes.push_back("nothing was measured yet");
  for (const PlanPeriod& period : of.periods)
    if (has_saturated(period.usage))
      screen.notes.push_back(saturated_text(period_label(of.zone, period.time, now)));
  add_percentile_notes(of, now, screen);
  if (!of.periods.empty() && of.periods.front().state == State::running)
    for (std::string& note : mark_notes("…"))
      screen.notes.push_back(std::move(note));
  return screen;
}

}  // namespace

std::string periods_text(const std::vector<PlanPeriods>& plans, Seconds now, AmountUnits units,
                         const Terminal& terminal) {
  std::string text;
  for (const PlanPeriods& of : plans)
    text += (text.empty() ? "" : "\n") + bar_screen_text(screen_of(of, now, units), terminal);
  return text;
}

std::string periods_line(const std::vector<PlanPeriods>& plans, Seconds now, AmountUnits units) {
  if (plans.empty() || plans.front().periods.empty()) return "\n";
  const PlanPeriod& period = plans.front().periods.front();
  std::string line = short_amount_text(period.bill.used, units);
  if (period.quota)
    line +=
        fmt::format("/{} {}", short_amount_text(*period.quota, units),
                    period.quota == 0 ? ""
                                      : fmt::format("{:.0f}%", 100 * static_cast<double>(period.bill.used) /
                                                                   static_cast<double>(*period.quota)));
  if (period.state != State::running) return line + "\n";
  return line + fmt::format(" {}d\n", days_left(plans.front().zone, period.time.end, now));
}

}  // namespace collector
