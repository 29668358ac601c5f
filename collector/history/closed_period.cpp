#include "collector/history/closed_period.h"

#include <algorithm>
#include <utility>

#include "collector/history/plan_terms.h"

namespace collector::history {

ClosedPeriod close_period(const BillingPlan& plan, std::int64_t start, std::int64_t end, std::string zone,
                          const Usage& usage, const std::optional<Percentile>& percentile, std::int64_t now) {
  const Bill bill = make_bill(plan, usage, std::chrono::seconds(0));
  ClosedPeriod period{.plan = plan.name,
                      .start = start,
                      .end = end,
                      .zone = std::move(zone),
                      .closed = now,
                      .terms = terms_of(plan),
                      .counts = plan.counts,
                      .usage = usage,
                      .used = bill.used,
                      .quota = plan.quota,
                      .cost = bill.cost,
                      .percentiles = std::nullopt,
                      .slots = static_cast<std::uint64_t>((end - start) / slot_seconds)};
  if (!percentile) return period;
  period.percentiles = {percentile->in.value, percentile->out.value, percentile->both.value};
  period.known = percentile->known;
  period.parts = percentile->parts;
  period.missing = percentile->missing;
  if (period.missing.size() <= ClosedPeriod::most_missing) return period;
  std::ranges::stable_sort(period.missing, std::ranges::greater(),
                           [](const MissingSlots& one) { return one.end - one.start; });
  period.missing.resize(ClosedPeriod::most_missing);
  std::ranges::sort(period.missing, {}, &MissingSlots::start);
  return period;
}

}  // namespace collector::history
