// Many series, a short window and a long flush: what a window costs in the loop up to its flush, and how that
// grows with the series.
#include <string>

#include "collector/pipeline/pipeline.h"
#include "collector/pipeline/row_order.h"
#include "collector/samplers/sampler.h"
#include "tests/bench/groups.h"
#include "tests/bench/measure.h"

namespace collector::bench {
namespace {

constexpr std::size_t rows_at_most = 160'000;  // in all, whatever the number of series

const MeasurementPtr& measurement() {
  static const auto described = std::make_shared<const Measurement>(
      Measurement{"bench",
                  "Test",
                  {{"number", "Of the series"}},
                  {{"bytes", FieldKind::counter, FieldType::integer, "bytes", "Moved"},
                   {"level", FieldKind::gauge, FieldType::real, "1", "Level"}}});
  return described;
}

// CPU seconds per row: windows of one second are closed and wait, then all are put in order.
double cost_of_a_row(std::size_t count) {
  SeriesTable table;
  std::vector<SeriesPtr> series;
  for (std::size_t i = 0; i < count; ++i)
    series.push_back(table.intern(measurement(), {{"number", std::to_string(i)}}));
  Pipeline pipeline("boot", {}, 1e12, std::chrono::seconds(1), table);
  Instant now{WallTime(std::chrono::seconds(1'767'225'600)), BootTime(std::chrono::seconds(1000))};
  Batch batch;
  std::uint64_t bytes = 0;
  Sample sample;
  const auto tick = [&] {
    sample.clear();
    sample.taken = now;
    bytes += 1000;
    for (const SeriesPtr& one : series) {
      const auto values = sample.add({.series = one.get()});
      values[0] = Value::counter(bytes);
      values[1] = Value::real(static_cast<double>(bytes));
    }
    pipeline.take(sample, std::chrono::seconds(1));
    pipeline.close(now, true, batch);
    now.wall += std::chrono::seconds(1);
    now.boot += std::chrono::seconds(1);
  };
  tick();
  tick();
  batch = {};
  const double cpu = cpu_of([&] {
    while (batch.rows.size() < rows_at_most)
      tick();
    sort_rows(batch);
  });
  return cpu / static_cast<double>(batch.rows.size());
}

}  // namespace

std::vector<Line> bench_windows() {
  constexpr int rounds = 3;
  const Pair cost =
      interleave(rounds, [] { return cost_of_a_row(1000); }, [] { return cost_of_a_row(16'000); });
  return {{.what = "windows of 1 s until a long flush: CPU per row, 16,000 series",
           .floor = "1,000 series " + number(cost.floor, "s"),
           .ours = number(cost.ours, "s"),
           .ratio = cost.ours / cost.floor,
           .target = "≤ 3 times",
           .met = cost.ours <= 3 * cost.floor}};
}

}  // namespace collector::bench
