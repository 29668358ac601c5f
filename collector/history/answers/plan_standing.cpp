#include "collector/history/answers/plan_standing.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <vector>

#include "collector/history/figures.h"
#include "collector/history/plan_periods.h"
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

}  // namespace collector
