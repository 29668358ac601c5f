// The series of a measurement that are large enough for a row of their own, and the rest in one.
#include <algorithm>
#include <limits>

#include "collector/pipeline/aggregator.h"
#include "collector/pipeline/rates.h"

namespace collector {
namespace {

bool is_summed_up(const Field& field) {
  return field.kind == FieldKind::counter || field.kind == FieldKind::increment;
}

// Whether all of it can be added to the rest's total. (A window's sum is part of that.)
bool fits(const Accumulator& accumulator, const Accumulator& rest, Rates& totals) {
  constexpr std::int64_t largest = std::numeric_limits<std::int64_t>::max();
  for (std::size_t i = 0; i < accumulator.sums.size(); ++i) {
    if (!is_summed_up(accumulator.series->measurement().fields[i]) || !accumulator.sums[i].present) continue;
    const std::int64_t total = rest.totals.empty() ? totals.total(*rest.series, i) : rest.totals[i];
    if (accumulator.sums[i].counter.delta > largest - total) return false;
  }
  return true;
}

}  // namespace

void Aggregator::keep(const KeepSeries& keep, SeriesTable& table, Rates& totals) {
  std::vector<Accumulator*> all;
  sort();
  for (Accumulator* accumulator : ordered_)
    if (accumulator->samples > 0 && accumulator->series->measurement().name == keep.measurement &&
        accumulator->series->tag("other").empty())
      all.push_back(accumulator);
  if (all.size() <= keep.most) return;
  const Measurement& measurement = all.front()->series->measurement();
  const auto by = measurement.field(keep.by);
  if (!by) return;
  // In a fixed order where several are as large.
  std::ranges::stable_sort(all, [&](const Accumulator* a, const Accumulator* b) {
    return size_of(measurement.fields[*by], a->sums[*by]) > size_of(measurement.fields[*by], b->sums[*by]);
  });
  const SeriesPtr rest = table.intern(all.front()->series->measurement_ptr(), {{"other", "true"}});
  for (auto one = all.begin() + static_cast<std::ptrdiff_t>(keep.most); one != all.end(); ++one)
    add_to_rest(**one, *rest, totals);
}

// Levels and states don't add up: the rest has none.
void Aggregator::add_to_rest(Accumulator& accumulator, const Series& rest, Rates& totals) {
  if (!fits(accumulator, find(rest), totals)) return;
  const std::uint32_t samples = find(rest).samples;
  begin(rest, accumulator.since, {{}, accumulator.last_taken}, accumulator.flags);
  current_->samples = std::max(samples, accumulator.samples);
  const auto& fields = accumulator.series->measurement().fields;
  for (std::size_t i = 0; i < fields.size(); ++i) {
    const Sum& sum = accumulator.sums[i];
    if (!is_summed_up(fields[i]) || !sum.present) continue;
    Sum& to = current_->sums[i];
    const double peak = to.present ? std::max(to.counter.peak, sum.counter.peak) : sum.counter.peak;
    // The series' own total goes on from where it was: it is the sum of its rows.
    if (accumulator.totals.empty()) {
      totals.add_to_total(*accumulator.series, i, -sum.counter.delta);
      counter(i, sum.counter.delta, totals.add_to_total(rest, i, sum.counter.delta), {});
    } else {
      accumulator.totals[i] -= sum.counter.delta;
      increment(i, sum.counter.delta, {});
    }
    to.counter.peak = peak;
  }
  clear(accumulator);
  --active_;
}

}  // namespace collector
