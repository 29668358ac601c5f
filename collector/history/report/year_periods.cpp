#include "collector/history/report/year_periods.h"

#include <algorithm>
#include <variant>

#include "collector/history/bucket_edges.h"
#include "collector/history/plan_periods.h"
#include "collector/history/time_text.h"

namespace collector::history {
namespace {

std::uint64_t not_negative(std::int64_t bytes) {
  return static_cast<std::uint64_t>(std::max<std::int64_t>(bytes, 0));
}

// Where the cycles begin that begin in the year, and where the last of them ends.
std::vector<Seconds> cycle_edges(const YearPlan& plan, const Interval& year) {
  const Cycle cycle = cycle_of(plan.plan.cycle);
  Interval period = cycle.around(plan.zone, year.start);
  if (period.start < year.start) period = cycle.after(plan.zone, period);
  std::vector<Seconds> edges{period.start};
  for (; period.start < year.end; period = cycle.after(plan.zone, period))
    edges.push_back(period.end);
  return edges;
}

// Of cycles with free hours, the part that moved in them.
Result<> add_free(const HistoryFile& file, const YearPlan& plan, const std::vector<Seconds>& edges,
                  std::vector<Usage>& usages) {
  if (plan.plan.free_hours.empty()) return {};
  const auto slots = file.slots(plan.selection, {edges.front(), edges.back()}, std::chrono::minutes(5));
  if (!slots) return std::unexpected(slots.error());
  for (const TimeSlot& slot : *slots) {
    const Seconds start{std::chrono::seconds(slot.start)};
    if (!is_free(plan.plan.free_hours, time_of_day(plan.zone, start))) continue;
    const auto after = std::ranges::upper_bound(edges, start);
    if (after == edges.begin() || after == edges.end()) continue;
    Usage& usage = usages[static_cast<std::size_t>(after - edges.begin()) - 1];
    usage.free_in += not_negative(slot.in);
    usage.free_out += not_negative(slot.out);
  }
  return {};
}

struct BilledCycles {
  std::vector<UsageBucket> moved;
  std::vector<Bill> bills;
};

Result<BilledCycles> bill_cycles(const HistoryFile& file, const YearPlan& plan, const Interval& year,
                                 Seconds now) {
  const auto edges = cycle_edges(plan, year);
  if (edges.size() < 2) return BilledCycles{};
  const auto answer = file.usage({plan.selection, edges});
  if (!answer) return std::unexpected(answer.error());
  BilledCycles billed{together(*answer), {}};
  std::vector<Usage> usages;
  for (const UsageBucket& bucket : billed.moved) {
    const Moved moved = moved_in(bucket);
    usages.push_back({.in = moved.received, .out = moved.sent});
  }
  usages.resize(edges.size() - 1);  // edges that had to be moved may have taken some
  if (auto done = add_free(file, plan, edges, usages); !done) return std::unexpected(done.error());
  for (std::size_t i = 0; i < billed.moved.size(); ++i)
    billed.bills.push_back(make_bill(plan.plan, usages[i], billed.moved[i].time.end - now));
  return billed;
}

Result<> read_months(const HistoryFile& file, YearReport& report) {
  const auto edges = bucket_edges(report.asked.zone, report.time, {.unit = BucketUnit::month});
  const auto answer = file.usage({report.asked.selection, edges});
  if (!answer) return std::unexpected(answer.error());
  for (const UsageBucket& month : together(*answer))
    report.periods.push_back(
        {.time = month.time,
         .label = bucket_text(report.asked.zone, month.time, BucketUnit::month, report.time),
         .moved = month});
  return {};
}

}  // namespace

Result<> read_periods(const HistoryFile& file, YearReport& report) {
  if (!report.asked.plan) return read_months(file, report);
  const auto billed = bill_cycles(file, *report.asked.plan, report.time, report.asked.now);
  if (!billed) return std::unexpected(billed.error());
  // It is about another machine, or about a time of which nothing is known.
  if (std::ranges::none_of(billed->moved, &UsageBucket::is_known)) {
    report.asked.plan.reset();
    return read_months(file, report);
  }
  const auto& plan = report.asked.plan;
  for (std::size_t i = 0; i < billed->bills.size(); ++i) {
    const bool has_begun = billed->moved[i].time.start < report.asked.now && billed->moved[i].is_known();
    if (!billed->bills[i].cost || !has_begun) continue;
    if (!report.cost) report.cost = Money{0, billed->bills[i].cost->currency};
    report.cost->minor += billed->bills[i].cost->minor;
  }
  const auto* const monthly = std::get_if<MonthlyCycle>(&plan->plan.cycle.every);
  if (monthly == nullptr) return read_months(file, report);
  report.has_cycles = monthly->day != 1;
  // A bar shows all that moved: it may only be held against a quota of that.
  if (plan->plan.counts == Counts::both && plan->plan.free_hours.empty()) report.quota = plan->plan.quota;
  for (std::size_t i = 0; i < billed->bills.size(); ++i) {
    const UsageBucket& moved = billed->moved[i];
    const Bill& bill = billed->bills[i];
    report.periods.push_back(
        {.time = moved.time,
         .label = report.has_cycles ? day_text(plan->zone, moved.time.start)
                                    : bucket_text(plan->zone, moved.time, BucketUnit::month, report.time),
         .moved = moved,
         .used = bill.used,
         .cost = bill.cost,
         .is_over_quota = bill.over > 0});
  }
  return {};
}

}  // namespace collector::history
