#include "collector/history/answers/billing_periods.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "collector/history/answers/plan_standing.h"
#include "collector/history/plan_periods.h"
#include "collector/history/plan_terms.h"
#include "collector/history/time_words.h"

namespace collector {
namespace {

using history::ClosedPeriod;
using history::Interval;
using history::Percentile;
using history::PercentileValue;
using history::Seconds;

constexpr std::size_t cycles_shown = 6;
constexpr std::chrono::seconds slot_length(history::slot_seconds);

Seconds moment_at(std::int64_t second) {
  return Seconds(std::chrono::seconds(second));
}

// What was kept of them; no limits are known of what is missing.
std::optional<Percentile> percentile_of(const ClosedPeriod& period) {
  if (!period.percentiles) return std::nullopt;
  const auto& [in, out, both] = *period.percentiles;
  Percentile percentile;
  percentile.in.value = in;
  percentile.out.value = out;
  percentile.both.value = both;
  percentile.larger.value = std::max(in, out);
  percentile.slots = period.slots;
  percentile.known = period.known;
  percentile.parts = period.parts;
  percentile.missing = period.missing;
  return percentile;
}

PlanPeriod period_of(const ClosedPeriod& stored) {
  PlanPeriod period{.state = PlanPeriod::State::closed,
                    .time = {moment_at(stored.start), moment_at(stored.end)},
                    .usage = stored.usage,
                    .bill = {},
                    .quota = stored.quota,
                    .percentile = percentile_of(stored),
                    .slots = stored.slots,
                    .forecast = std::nullopt,
                    .too_little = std::nullopt};
  BillingPlan agreed;
  agreed.counts = stored.counts;
  agreed.quota = stored.quota;
  period.bill = history::make_bill(agreed, stored.usage, {});
  period.bill.used = stored.used;
  period.bill.cost = stored.cost;
  return period;
}

class PeriodsOfPlan {
 public:
  PeriodsOfPlan(const HistoryQuestion& question, const history::HistoryFile& file,
                std::vector<ClosedPeriod> stored)
      : question_(question), file_(file), stored_(std::move(stored)) {}

  // Back from the one that runs at `range.end`, no further than `range.start`.
  Result<std::vector<PlanPeriod>> find(const Interval& range, std::size_t count) {
    const history::Cycle cycle = history::cycle_of(question_.plan->cycle);
    std::vector<PlanPeriod> periods;
    Interval time = cycle.around(question_.zone, range.end - std::chrono::seconds(1));
    if (const ClosedPeriod* last = stored_before(time.end); last != nullptr) {
      if (moment_at(last->end) >= time.end)
        time = {moment_at(last->start), moment_at(last->end)};
      else
        time.start = std::max(time.start, moment_at(last->end));
    }
    while (periods.size() < count && time.end > range.start) {
      const ClosedPeriod* stored = stored_at(time.start);
      if (stored != nullptr) {
        periods.push_back(period_of(*stored));
        time = periods.back().time;
      } else {
        auto counted = count_period(time);
        if (!counted) return std::unexpected(counted.error());
        if (*counted) periods.push_back(std::move(**counted));
      }
      const ClosedPeriod* before = stored_before(time.start);
      const Interval earlier = cycle.around(question_.zone, time.start - std::chrono::seconds(1));
      if (before != nullptr && before->end == time.start.time_since_epoch().count())
        time = {moment_at(before->start), moment_at(before->end)};
      else
        time = {before == nullptr ? earlier.start : std::max(earlier.start, moment_at(before->end)),
                time.start};
    }
    return periods;
  }

 private:
  const ClosedPeriod* stored_at(Seconds start) const {
    const auto found = std::ranges::find(stored_, start.time_since_epoch().count(), &ClosedPeriod::start);
    return found == stored_.end() ? nullptr : &*found;
  }
  // The last that begins before; stored_ is in order.
  const ClosedPeriod* stored_before(Seconds moment) const {
    const auto after =
        std::ranges::lower_bound(stored_, moment.time_since_epoch().count(), {}, &ClosedPeriod::start);
    return after == stored_.begin() ? nullptr : &*(after - 1);
  }

  Result<std::optional<PlanPeriod>> count_period(const Interval& time) {
    const BillingPlan& plan = *question_.plan;
    const auto measured =
        file_.period({plan, question_.this_host, question_.zone, time, std::min(time.end, question_.now)});
    if (!measured) return std::unexpected(measured.error());
    if (!*measured) return std::nullopt;
    PlanPeriod period{.state = PlanPeriod::State::counted,
                      .time = time,
                      .usage = (*measured)->usage,
                      .bill = {},
                      .quota = plan.quota,
                      .percentile = std::move((*measured)->percentile),
                      .slots = 0,
                      .forecast = std::nullopt,
                      .too_little = std::nullopt};
    const Seconds over = std::min(time.end, question_.now);
    period.slots = static_cast<std::uint64_t>((over - time.start) / slot_length);
    period.bill = history::make_bill(plan, period.usage, time.end - question_.now);
    const bool runs = time.holds(question_.now);
    if (!runs && !period.percentile && period.usage == history::Usage{}) return std::nullopt;
    if (!runs) return period;
    period.state = PlanPeriod::State::running;
    const auto standing = plan_standing(question_, file_, true);
    if (!standing) return std::unexpected(standing.error());
    period.forecast = standing->forecast;
    period.too_little = standing->too_little;
    return period;
  }

  const HistoryQuestion& question_;
  const history::HistoryFile& file_;
  std::vector<ClosedPeriod> stored_;
};

// Plans that the configuration has no more, or never had: of another machine.
std::vector<BillingPlan> all_plans(const std::vector<BillingPlan>& configured,
                                   const std::vector<ClosedPeriod>& stored) {
  std::vector<BillingPlan> plans = configured;
  for (const ClosedPeriod& period : stored) {
    const auto same = std::ranges::find(plans, period.plan, &BillingPlan::name);
    // By the terms of the last period.
    const bool is_new = same == plans.end();
    if (!is_new && static_cast<std::size_t>(same - plans.begin()) < configured.size()) continue;
    BillingPlan plan = history::plan_of_terms(period.terms).value_or(BillingPlan{});
    plan.name = period.plan;
    plan.zone = period.zone;
    if (is_new)
      plans.push_back(std::move(plan));
    else
      *same = std::move(plan);
  }
  return plans;
}

// Of `from` and `to`; without them up to now.
Result<Interval> asked_range(const PeriodsQuestion& asked, const HistoryQuestion& question) {
  const Interval all{Seconds{}, question.now + std::chrono::seconds(1)};
  if (asked.from.empty() && asked.to.empty()) return all;
  const history::TimeContext context{.now = question.now, .zone = question.zone};
  auto range = history::range_between(asked.from.empty() ? "all" : asked.from, asked.to, context);
  if (!range) return range;
  range->end = std::min(range->end, all.end);
  return range;
}

}  // namespace

std::string_view name_of(PlanPeriod::State state) {
  switch (state) {
    case PlanPeriod::State::running:
      return "running";
    case PlanPeriod::State::closed:
      return "closed";
    case PlanPeriod::State::counted:
      break;
  }
  return "counted";
}

std::optional<std::uint64_t> PlanPeriod::billed_percentile(Counts counts) const {
  if (!percentile) return std::nullopt;
  switch (counts) {
    case Counts::in:
      return percentile->in.value;
    case Counts::out:
      return percentile->out.value;
    case Counts::larger:
      return percentile->larger.value;
    case Counts::both:
      break;
  }
  return percentile->both.value;
}

Result<std::vector<PlanPeriods>> plan_periods(const PeriodsQuestion& asked,
                                              const history::HistoryContent& content,
                                              const history::HistoryFile& file) {
  const auto stored = file.closed_periods();
  if (!stored) return std::unexpected(stored.error());
  std::vector<BillingPlan> plans = all_plans(asked.plans, *stored);
  if (!asked.plan.empty()) {
    auto named = plan_named(plans, asked.plan);
    if (!named) return std::unexpected(named.error());
    plans = {std::move(*named)};
  }
  const auto days = history::Zone::configured(content.day_zone);
  if (!days) return std::unexpected(days.error());
  std::vector<PlanPeriods> all;
  for (const BillingPlan& plan : plans) {
    HistoryQuestion question;
    question.now = asked.now;
    question.zone = history::zone_of(plan, *days);
    question.plan = plan;
    question.this_host = asked.this_host;
    const auto range = asked_range(asked, question);
    if (!range) return std::unexpected(range.error());
    std::vector<ClosedPeriod> of_plan = *stored;
    std::erase_if(of_plan, [&](const ClosedPeriod& period) { return period.plan != plan.name; });
    PlanPeriods periods{
        .plan = plan,
        .zone = question.zone,
        .is_configured = std::ranges::find(asked.plans, plan.name, &BillingPlan::name) != asked.plans.end(),
        .periods = {}};
    const bool all_of_range = !asked.from.empty() || !asked.to.empty();
    const std::size_t count =
        asked.count.value_or(all_of_range ? std::numeric_limits<std::size_t>::max() : cycles_shown);
    if (!periods.is_configured) {
      for (const ClosedPeriod& period : of_plan)
        if (moment_at(period.end) > range->start && moment_at(period.start) < range->end)
          periods.periods.insert(periods.periods.begin(), period_of(period));
      periods.periods.resize(std::min(periods.periods.size(), count));
    } else {
      // Before the first measurement there was nothing to pay for.
      Seconds first = content.time ? content.time->start : question.now;
      if (!of_plan.empty()) first = std::min(first, moment_at(of_plan.front().start));
      const Interval within{std::max(range->start, first), range->end};
      auto found = PeriodsOfPlan(question, file, std::move(of_plan)).find(within, count);
      if (!found) return std::unexpected(found.error());
      periods.periods = std::move(*found);
    }
    all.push_back(std::move(periods));
  }
  return all;
}

}  // namespace collector
