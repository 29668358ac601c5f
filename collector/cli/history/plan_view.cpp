#include "collector/cli/history/plan_view.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <utility>
#include <vector>

#include "collector/core/plural.h"
#include "collector/history/figures.h"
#include "collector/history/plan_periods.h"
#include "collector/history/time_text.h"
#include "config/suggest.h"

namespace collector {
namespace {

using history::Interval;
using history::Seconds;

constexpr std::chrono::days past_looked_at{26 * 7};

std::uint64_t whole(std::int64_t amount) {
  return static_cast<std::uint64_t>(std::max<std::int64_t>(amount, 0));
}

// What moved in the cycle, with what of it was free.
Result<> measure(PlanStanding& standing, const history::HistoryFile& file) {
  const auto answer = file.usage({standing.selection, {standing.cycle.start, standing.cycle.end}});
  if (!answer) return std::unexpected(answer.error());
  const Moved moved = moved_in(total_of(*answer));
  if (answer->counted.empty() && !standing.plan.interfaces.empty())
    standing.unknown = fmt::format("plan {}: the history has no interface {}: nothing of it is counted",
                                   standing.plan.name, fmt::join(standing.plan.interfaces, " or "));
  standing.usage.in = moved.received;
  standing.usage.out = moved.sent;
  if (standing.plan.free_hours.empty()) return {};
  const auto slots = file.slots(standing.selection, standing.cycle, std::chrono::minutes(5));
  if (!slots) return std::unexpected(slots.error());
  for (const history::TimeSlot& slot : *slots) {
    const auto time = history::time_of_day(standing.zone, Seconds(std::chrono::seconds(slot.start)));
    if (!history::is_free(standing.plan.free_hours, time)) continue;
    standing.usage.free_in += whole(slot.in);
    standing.usage.free_out += whole(slot.out);
  }
  return {};
}

Result<> look_ahead(PlanStanding& standing, const history::HistoryFile& file, Seconds now) {
  const Seconds hour = std::chrono::floor<std::chrono::hours>(now);
  const auto slots = file.slots(standing.selection, {hour - past_looked_at, hour}, std::chrono::hours(1));
  if (!slots) return std::unexpected(slots.error());
  std::vector<history::PastHour> past;
  for (const history::TimeSlot& slot : *slots) {
    const Seconds start{std::chrono::seconds(slot.start)};
    const bool free = history::is_free(standing.plan.free_hours, history::time_of_day(standing.zone, start));
    past.push_back(
        {.start = slot.start,
         .observed = std::min<std::int64_t>(slot.observed, 3'600'000),
         .amount = free ? 0 : history::counted(standing.plan.counts, whole(slot.in), whole(slot.out)),
         .hour_of_week = history::hour_of_week(standing.zone, start)});
  }
  const auto answer = history::forecast(past, standing.bill.used,
                                        history::coming_time(standing.zone, now, standing.cycle.end));
  if (answer)
    standing.forecast = *answer;
  else
    standing.too_little = answer.error();
  return {};
}

// "1.05–1.18 TB", or with both units where they differ.
std::string between_text(std::uint64_t low, std::uint64_t high, AmountUnits units) {
  const std::string from = amount_text(low, units);
  const std::string to = amount_text(high, units);
  const auto unit = from.find(' ');
  const bool same = from.substr(unit) == to.substr(to.find(' '));
  return fmt::format("{}–{}", same ? from.substr(0, unit) : from, to);
}

}  // namespace

Result<PlanStanding> plan_standing(const HistoryQuestion& question, const history::HistoryFile& file,
                                   bool with_forecast) {
  PlanStanding standing;
  standing.zone = question.zone;
  standing.selection = question.selection;
  standing.selection.by = history::GroupBy::none;
  if (question.plan) {
    standing.is_plan = true;
    standing.plan = *question.plan;
    standing.selection = history::selection_of(standing.plan, question.this_host);
    standing.zone = history::zone_of(standing.plan, question.zone);
  }
  standing.cycle = history::cycle_of(standing.plan.cycle).around(standing.zone, question.now);
  if (auto measured = measure(standing, file); !measured) return std::unexpected(measured.error());
  standing.bill = history::make_bill(standing.plan, standing.usage, standing.cycle.end - question.now);
  if (!with_forecast) return standing;
  if (auto looked = look_ahead(standing, file, question.now); !looked) return std::unexpected(looked.error());
  return standing;
}

Result<BillingPlan> plan_named(const std::vector<BillingPlan>& plans, const std::string& name) {
  std::vector<std::string_view> names;
  for (const BillingPlan& plan : plans) {
    if (plan.name == name) return plan;
    names.push_back(plan.name);
  }
  if (names.empty())
    return fail(fmt::format("{}: there is no plan", name),
                "describe one: plans: {home: {cycle: {day: 14}, quota: 1TB}}");
  return fail(fmt::format("{}: there is no such plan", name), suggest(name, names, "there is"));
}

std::uint64_t days_left(const history::Zone& zone, Seconds end, Seconds now) {
  const auto today = history::bucket_around(zone, now, {.unit = history::BucketUnit::day});
  // Days of 23 and 25 hours are days.
  const auto hours = std::chrono::round<std::chrono::hours>(end - today.end).count();
  return static_cast<std::uint64_t>(std::max<std::int64_t>(hours + 12, 0) / 24);
}

std::string left_text(const PlanStanding& standing, Seconds now, AmountUnits units) {
  const std::uint64_t days = days_left(standing.zone, standing.cycle.end, now);
  std::string text = days == 0 ? "its last day" : collector::counted(days, "day") + " left";
  if (standing.bill.left_per_day && standing.bill.over == 0)
    text += fmt::format(", {} a day", amount_text(*standing.bill.left_per_day, units));
  if (standing.bill.cost) text += ", " + standing.bill.cost->text();
  return text;
}

std::string expected_text(const history::Forecast& forecast, const std::string& by, AmountUnits units) {
  const std::string expected = amount_text(forecast.expected, units);
  const std::string text = fmt::format("{} expected{}", expected, by);
  // In the last minutes of a cycle they are one.
  if (amount_text(forecast.low, units) == expected && amount_text(forecast.high, units) == expected)
    return text;
  return text + fmt::format(" ({})", between_text(forecast.low, forecast.high, units));
}

std::string too_little_text(const history::TooLittleHistory& known) {
  return fmt::format("too little history for a forecast: {} of {} days", known.days, known.needed);
}

std::optional<TodayScreen::Plan> plan_bar(const PlanStanding& standing, AmountUnits units) {
  if (!standing.plan.quota || *standing.plan.quota == 0) return std::nullopt;
  const std::uint64_t quota = *standing.plan.quota;
  TodayScreen::Plan bar{.name = standing.plan.name, .used = standing.bill.used, .quota = quota};
  const std::string end = day_text(standing.zone, standing.cycle.end - std::chrono::seconds(1));
  if (standing.forecast) {
    bar.expected = standing.forecast->expected;
    bar.reason = expected_text(*standing.forecast, bar.expected > quota ? "" : " by " + end, units);
  } else if (standing.too_little) {
    bar.reason = too_little_text(*standing.too_little);
  }
  if (standing.bill.over > 0) {
    bar.verdict = fmt::format("{} over:", amount_text(standing.bill.over, units));
    bar.style = Style::bad;
  } else if (bar.expected > quota) {
    const double over = static_cast<double>(bar.expected) / static_cast<double>(quota) - 1;
    bar.verdict = over < 0.005 ? fmt::format("just over by {}:", end)
                               : fmt::format("{} over by {}:", percent_text(over), end);
    bar.style = Style::warning;
  }
  return bar;
}

}  // namespace collector
