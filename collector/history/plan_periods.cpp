#include "collector/history/plan_periods.h"

#include <algorithm>
#include <variant>

namespace collector::history {
namespace {

struct CycleOf {
  Cycle operator()(const MonthlyCycle& cycle) const { return Cycle::monthly(cycle.day); }
  Cycle operator()(const WeeklyCycle& cycle) const { return Cycle::weekly(cycle.first); }
  Cycle operator()(const DaysCycle& cycle) const {
    return Cycle::every_days(cycle.days, static_cast<LocalDays>(cycle.from));
  }
};

}  // namespace

Cycle cycle_of(const PlanCycle& cycle) {
  return std::visit(CycleOf{}, cycle.every).at(cycle.start);
}

Selection selection_of(const BillingPlan& plan, const std::string& this_host) {
  Selection selection;
  std::vector<std::string> hosts = plan.hosts;
  if (hosts.empty() && !this_host.empty()) hosts.push_back(this_host);
  if (!hosts.empty()) selection.filters.push_back({"host", std::move(hosts)});
  if (plan.interfaces.empty()) return selection;
  selection.filters.push_back({"interface", plan.interfaces});
  selection.scope = Scope::all;
  return selection;
}

Zone zone_of(const BillingPlan& plan, const Zone& otherwise) {
  if (plan.zone.empty()) return otherwise;
  return Zone::load(plan.zone).value_or(otherwise);
}

std::size_t hour_of_week(const Zone& zone, Seconds moment) {
  const LocalSeconds local = zone.local(moment);
  const auto day = std::chrono::floor<std::chrono::days>(local);
  const auto hour = std::chrono::floor<std::chrono::hours>(local - day).count();
  const unsigned weekday = std::chrono::weekday(day).iso_encoding() - 1;  // 0: Monday
  return static_cast<std::size_t>(weekday) * 24 + static_cast<std::size_t>(hour);
}

std::vector<ComingTime> coming_time(const Zone& zone, Seconds from, Seconds to) {
  std::vector<ComingTime> coming;
  while (from < to) {
    const LocalSeconds local = zone.local(from);
    const auto rest = std::chrono::floor<std::chrono::hours>(local) + std::chrono::hours(1) - local;
    const Seconds end = std::min(from + rest, to);
    coming.push_back({hour_of_week(zone, from), static_cast<std::uint32_t>((end - from).count())});
    from = end;
  }
  return coming;
}

std::chrono::minutes time_of_day(const Zone& zone, Seconds moment) {
  const LocalSeconds local = zone.local(moment);
  return std::chrono::floor<std::chrono::minutes>(local - std::chrono::floor<std::chrono::days>(local));
}

}  // namespace collector::history
