#include "collector/history/closed_period.h"

#include <utility>

namespace collector::history {

ClosedPeriod close_period(const BillingPlan& plan, std::int64_t start, std::int64_t end, std::string zone,
                          const Usage& usage, const std::optional<Percentile>& percentile, std::int64_t now) {
  const Bill bill = make_bill(plan, usage, std::chrono::seconds(0));
  ClosedPeriod period{.plan = plan.name,
                      .start = start,
                      .end = end,
                      .zone = std::move(zone),
                      .closed = now,
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
  return period;
}

}  // namespace collector::history
