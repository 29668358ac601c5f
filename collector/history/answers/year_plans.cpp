#include "collector/history/answers/year_plans.h"

#include <fmt/format.h>
#include <fnmatch.h>

#include <algorithm>
#include <utility>
#include <variant>

#include "collector/history/figures.h"
#include "collector/history/plan_periods.h"
#include "collector/history/time_text.h"

namespace collector {
namespace {

using history::Interval;
using history::Seconds;
using history::YearPeriod;
using history::YearPlan;

// Names or patterns, in what is asked for and in the plan.
bool may_be_same(const std::string& a, const std::string& b) {
  return fnmatch(a.c_str(), b.c_str(), 0) == 0 || fnmatch(b.c_str(), a.c_str(), 0) == 0;
}

bool is_asked_for(const BillingPlan& plan, const YearPlansQuestion& question) {
  const std::vector<std::string> hosts =
      plan.hosts.empty() ? std::vector{question.periods.this_host} : plan.hosts;
  const auto is_of = [](const std::vector<std::string>& names, const std::string& asked) {
    return std::ranges::any_of(names, [&](const std::string& name) { return may_be_same(name, asked); });
  };
  if (!question.host.empty() && !is_of(hosts, question.host)) return false;
  return question.interfaces.empty() ||
         std::ranges::any_of(question.interfaces,
                             [&](const std::string& asked) { return is_of(plan.interfaces, asked); });
}

bool is_in_year(const history::Zone& zone, const Interval& time, int year) {
  return std::chrono::year_month_day(history::date_of(zone, time.start)).year() == std::chrono::year(year);
}

YearPeriod::State state_of(const PlanPeriod& period) {
  switch (period.state) {
    case PlanPeriod::State::closed:
      return YearPeriod::State::closed;
    case PlanPeriod::State::running:
      return YearPeriod::State::running;
    case PlanPeriod::State::counted:
      break;
  }
  return YearPeriod::State::counted;
}

class PlanOfYear {
 public:
  PlanOfYear(const PlanPeriods& of, int year, const history::HistoryFile& file, const PeriodsQuestion& asked)
      : of_(&of), year_(year), file_(&file), asked_(&asked) {}

  // Nothing: nothing is known of it.
  Result<std::optional<YearPlan>> take() {
    const BillingPlan& plan = of_->plan;
    const auto* const monthly = std::get_if<MonthlyCycle>(&plan.cycle.every);
    YearPlan year{.name = plan.name,
                  .zone = of_->zone,
                  .about = fmt::format("{}", fmt::join(plan.interfaces, " ")),
                  .counts = plan.counts,
                  .counts_all = plan.counts == Counts::both && plan.free_hours.empty(),
                  .quota = plan.quota,
                  .periods = {}};
    if (!plan.hosts.empty())
      year.about += fmt::format("{}{}", year.about.empty() ? "" : " on ", fmt::join(plan.hosts, " "));
    // How long the cycles of a plan are that is no more is not known.
    const bool has_months = of_->is_configured && monthly != nullptr;
    year.is_month = has_months && monthly->day == 1 && plan.cycle.start == std::chrono::minutes(0);
    year.is_of_all = has_months && plan.interfaces.empty() && plan.hosts.empty();
    for (const PlanPeriod& period : of_->periods)
      if (is_in_year(of_->zone, period.time, year_)) year.periods.push_back(bar_of(period, year.is_month));
    std::ranges::sort(year.periods, {}, [](const YearPeriod& period) { return period.time.start; });
    const bool is_empty = std::ranges::all_of(year.periods, [](const YearPeriod& period) {
      return period.state != YearPeriod::State::closed && period.moved.total() == 0;
    });
    if (is_empty) return std::nullopt;
    if (of_->is_configured)
      if (auto done = add_unknown(year); !done) return std::unexpected(done.error());
    return year;
  }

 private:
  std::string label_of(const Interval& time, bool is_month) const {
    if (!is_month) return day_text(of_->zone, time.start);
    return bucket_text(of_->zone, time, history::BucketUnit::month, time);
  }

  YearPeriod bar_of(const PlanPeriod& period, bool is_month) const {
    return {.time = period.time,
            .label = label_of(period.time, is_month),
            .state = state_of(period),
            .moved = {period.usage.in, period.usage.out},
            .used = period.bill.used,
            .quota = period.quota,
            .cost = period.bill.cost};
  }

  // Places of the cycles before, between and after those that are known.
  Result<> add_unknown(YearPlan& year) const {
    const history::Cycle cycle = history::cycle_of(of_->plan.cycle);
    const Seconds begin = of_->zone.first(
        history::LocalSeconds(history::LocalDays(std::chrono::year(year_) / std::chrono::January / 1)));
    Interval time = cycle.around(of_->zone, begin);
    if (time.start < begin) time = cycle.after(of_->zone, time);
    std::vector<YearPeriod> all;
    const auto add = [&]() -> Result<> {
      const auto is_there = has_moved(time);
      if (!is_there) return std::unexpected(is_there.error());
      if (*is_there) ++year.untold;
      all.push_back({.time = time, .label = label_of(time, year.is_month)});
      time = cycle.after(of_->zone, time);
      return {};
    };
    for (YearPeriod& known : year.periods) {
      while (time.end <= known.time.start)
        if (auto done = add(); !done) return done;
      while (time.start < known.time.end)
        time = cycle.after(of_->zone, time);
      all.push_back(std::move(known));
    }
    while (is_in_year(of_->zone, time, year_))
      if (auto done = add(); !done) return done;
    year.periods = std::move(all);
    return {};
  }

  // In a cycle that could not be told: as near to it as what is kept can be cut.
  Result<bool> has_moved(const Interval& time) const {
    if (time.end > asked_->now) return false;
    const auto answer = file_->usage(
        {.selection = history::selection_of(of_->plan, asked_->this_host), .edges = {time.start, time.end}});
    if (!answer) return std::unexpected(answer.error());
    return moved_in(total_of(*answer)).total() > 0;
  }

  const PlanPeriods* of_;
  int year_;
  const history::HistoryFile* file_;
  const PeriodsQuestion* asked_;
};

}  // namespace

Result<std::vector<YearPlan>> year_plans(const YearPlansQuestion& asked,
                                         const history::HistoryContent& content,
                                         const history::HistoryFile& file) {
  PeriodsQuestion periods = asked.periods;
  periods.from = fmt::format("{:04}-01-01", asked.year);
  periods.to = fmt::format("{:04}-12-31", asked.year);
  const auto all = plan_periods(periods, content, file);
  if (!all) return std::unexpected(all.error());
  std::vector<YearPlan> plans;
  for (const PlanPeriods& one : *all) {
    if (periods.plan.empty() && !is_asked_for(one.plan, asked)) continue;
    auto plan = PlanOfYear(one, asked.year, file, periods).take();
    if (!plan) return std::unexpected(plan.error());
    if (*plan) plans.push_back(std::move(**plan));
  }
  return plans;
}

}  // namespace collector
