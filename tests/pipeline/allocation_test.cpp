// A steady tick allocates nothing: this test program counts what goes through operator new.
#include <gtest/gtest.h>

#include "tests/pipeline/rig.h"
#include "tests/support/counted_allocations.h"

namespace collector::test {
namespace {

TEST(Allocation, SteadyTickAllocatesNothing) {
  ManualClock clock;
  SeriesTable table;
  const MeasurementPtr measurement = net_measurement();
  std::vector<SeriesPtr> series;
  for (int i = 0; i < 50; ++i)
    series.push_back(table.intern(measurement, {{"interface", std::to_string(i)}}));
  Pipeline pipeline("boot-1", Baselines{}, max_rate, hours(1), table);
  Sample sample;
  Batch batch;
  std::uint64_t raw = 0;
  const auto tick = [&] {
    sample.clear();
    sample.taken = clock.now();
    raw += 1000;
    std::uint64_t object = 2;
    for (const SeriesPtr& one : series) {
      const auto values = sample.add({.series = one.get(), .object = object++, .space = 1});
      for (const std::size_t field : {0U, 1U, 2U, 5U})
        values[field] = Value::counter(raw);
      values[3] = Value::integer(static_cast<std::int64_t>(raw));
      values[4] = Value::text("up");
    }
    pipeline.take(sample, seconds(1));
    pipeline.close(clock.now(), true, batch);
    clock.advance(seconds(1));
  };
  for (int i = 0; i < 5; ++i)
    tick();
  ASSERT_EQ(pipeline.figures().series, series.size());
  const std::size_t before = allocations;
  ASSERT_GT(before, 0) << "the counter counts";
  for (int i = 0; i < 100; ++i)
    tick();
  EXPECT_EQ(allocations - before, 0);
}

}  // namespace
}  // namespace collector::test
