// Many series and windows between two flushes: what waits for its flush is bounded, and put in order once.
#include <gtest/gtest.h>

#include <algorithm>

#include "collector/pipeline/aggregator.h"
#include "tests/app/loop_rig.h"
#include "tests/support/temporary_directory.h"

namespace collector {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t crowd = 700;

class CrowdSampler final : public Sampler {
 public:
  explicit CrowdSampler(SeriesTable& table) {
    for (std::size_t i = 0; i < crowd; ++i)
      series_.push_back(table.intern(test::fake_measurement(), {{"number", std::to_string(i)}}));
  }
  SampleResult sample(Sample& out) override {
    bytes_ += 10;
    for (const SeriesPtr& series : series_)
      out.add({.series = series.get()})[0] = Value::counter(bytes_);
    return {};
  }

 private:
  std::vector<SeriesPtr> series_;
  std::uint64_t bytes_ = 0;
};

SamplerType crowd_sampler_type() {
  SamplerType type = test::fake_sampler_type(false);
  type.create = [](const SamplerContext& context) -> std::unique_ptr<Sampler> {
    return std::make_unique<CrowdSampler>(context.series);
  };
  return type;
}

TEST(LoopFlush, IsEarlyWhenTooManyRowsWait) {
  const test::TemporaryDirectory directory;
  test::LoopRig rig(directory.path(), {1s, 1s, 1h, {}}, {{"sink", {}}}, crowd_sampler_type());
  rig.writer.start();
  constexpr int ticks = 100;
  for (int i = 0; i < ticks; ++i) {
    rig.loop.tick();
    ASSERT_TRUE(rig.writer.drain(30s));
    rig.clock.advance(1s);
  }
  ASSERT_TRUE(rig.loop.finish(30s));
  ASSERT_TRUE(rig.writer.drain(30s));
  const auto batches = *rig.spool->read("sink", 100'000'000);
  EXPECT_EQ(batches.size(), 1 + ticks * crowd / most_pending_rows + 1);
  std::int64_t sum = 0;
  for (const BatchPtr& batch : batches) {
    EXPECT_LT(batch->rows.size(), most_pending_rows + crowd);
    EXPECT_TRUE(std::ranges::is_sorted(batch->rows, [](const Row& a, const Row& b) {
      if (a.series != b.series) return series_less(*a.series, *b.series);
      return a.start < b.start;
    }));
    for (const Row& row : batch->rows)
      sum += batch->cells_of(row)[0].counter.delta;
  }
  EXPECT_EQ(sum, static_cast<std::int64_t>(crowd) * 10 * (ticks - 1));
}

}  // namespace
}  // namespace collector
