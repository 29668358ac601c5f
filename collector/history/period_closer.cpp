#include "collector/history/period_closer.h"

#include <algorithm>

#include "collector/history/history_question.h"
#include "collector/history/period_table.h"
#include "collector/history/plan_periods.h"
#include "collector/history/plan_terms.h"

namespace collector::history {
namespace {

// Of one call: a month, or some weeks.
constexpr std::int64_t most_seconds_at_once = 40 * 86'400;

Interval interval_of(std::int64_t start, std::int64_t end) {
  return {Seconds(std::chrono::seconds(start)), Seconds(std::chrono::seconds(end))};
}

std::int64_t unix_time(Seconds moment) {
  return moment.time_since_epoch().count();
}

}  // namespace

void PeriodCloser::use(const Zone& zone) {
  zone_ = zone;
  of_plans_.clear();
  looked_.reset();
}

sqlite::SqliteResult<> PeriodCloser::note_late() {
  const auto late = levels_->take_late("net");
  if (!late) return {};
  return mark_stale_periods(*database_, *late);
}

sqlite::SqliteResult<> PeriodCloser::step(WallTime now) {
  const auto closed = levels_->closed();
  if (!closed) return std::unexpected(closed.error());
  if (!*closed || *closed == looked_) return {};
  auto transaction = sqlite::Transaction::begin(*database_);
  if (!transaction) return std::unexpected(transaction.error());
  if (auto done = amend(now); !done) return done;
  std::map<std::string, OfPlan> before = of_plans_;
  std::int64_t seconds = 0;
  for (const BillingPlan& plan : kept_.plans) {
    while (seconds < most_seconds_at_once) {
      const std::int64_t from = of_plans_[plan.name].at.value_or(0);
      const auto end = close_next(plan, **closed, now);
      if (!end) {
        of_plans_ = std::move(before);
        return std::unexpected(end.error());
      }
      if (!*end) break;
      seconds += from == 0 ? 0 : **end - from;
    }
  }
  if (auto done = transaction->commit(); !done) {
    of_plans_ = std::move(before);
    return done;
  }
  if (seconds < most_seconds_at_once) looked_ = *closed;
  return {};
}

sqlite::SqliteResult<> PeriodCloser::amend(WallTime now) {
  const auto stale = read_stale_periods(*database_);
  if (!stale) return std::unexpected(stale.error());
  for (const ClosedPeriod& period : *stale) {
    auto plan = plan_of_terms(period.terms);
    auto zone = Zone::load(period.zone);
    std::optional<MeasuredPeriod> measured;
    if (plan && zone) {
      plan->name = period.plan;
      const Interval time = interval_of(period.start, period.end);
      auto asked = measure_period(*database_, {*plan, kept_.this_host, *zone, time, time.end});
      if (!asked) return std::unexpected(asked.error());
      if (*asked) measured = **asked;
    }
    // Without its slots it would lose what is known of them.
    if (!measured || !measured->has_slots) {
      if (auto kept = keep_period(*database_, period); !kept) return kept;
      continue;
    }
    ClosedPeriod amended = close_period(*plan, period.start, period.end, period.zone, measured->usage,
                                        measured->percentile, unix_seconds(now));
    amended.terms = period.terms;
    if (auto done = write_closed_period(*database_, amended); !done) return done;
  }
  return {};
}

sqlite::SqliteResult<std::optional<std::int64_t>> PeriodCloser::first_moment(const BillingPlan& plan) const {
  const auto selected = select_series(*database_, selection_of(plan, kept_.this_host));
  if (!selected) return std::unexpected(selected.error());
  if (!*selected || !**selected || (**selected)->series.empty()) return std::nullopt;
  PieceReader reader(*database_, (**selected)->measurement, {});
  const auto stored = stored_time(reader, (**selected)->series);
  if (!stored) return std::unexpected(stored.error());
  if (!*stored) return std::nullopt;
  return unix_time((*stored)->start);
}

// Periods of a plan tile time: where its cycle was changed the next one begins where the last one ended,
// however short it is.
sqlite::SqliteResult<std::optional<std::int64_t>> PeriodCloser::close_next(const BillingPlan& plan,
                                                                           std::int64_t closed,
                                                                           WallTime now) {
  const Zone zone = zone_of(plan, zone_);
  const Cycle cycle = cycle_of(plan.cycle);
  const auto stored = read_closed_periods(*database_, plan.name);
  if (!stored) return std::unexpected(stored.error());
  auto& [at, first_known] = of_plans_[plan.name];
  if (!at) {
    const auto first = first_moment(plan);
    if (!first) return std::unexpected(first.error());
    if (!*first) return std::nullopt;
    first_known = **first;
    at = unix_time(cycle.around(zone, interval_of(**first, **first).start).start);
  }
  // Over what is stored already, and not into it.
  std::int64_t next_stored = std::numeric_limits<std::int64_t>::max();
  for (const ClosedPeriod& period : *stored) {
    if (period.start <= *at && *at < period.end) at = period.end;
    if (period.start > *at) next_stored = std::min(next_stored, period.start);
  }
  const std::int64_t start = *at;
  const Interval whole = cycle.around(zone, interval_of(start, start).start);
  const std::int64_t end = std::min(unix_time(whole.end), next_stored);
  if (end > closed) return std::nullopt;
  const Interval time = interval_of(start, end);
  auto asked = measure_period(*database_, {plan, kept_.this_host, zone, time, time.end});
  if (!asked) return std::unexpected(asked.error());
  at = end;
  // What can't be told any more stays untold, and so does what was before the first measurement.
  if (!*asked || !**asked || end <= first_known) return end;
  const MeasuredPeriod& measured = ***asked;
  const ClosedPeriod period =
      close_period(plan, start, end, zone.name(), measured.usage, measured.percentile, unix_seconds(now));
  if (auto done = write_closed_period(*database_, period); !done) return std::unexpected(done.error());
  return end;
}

}  // namespace collector::history
