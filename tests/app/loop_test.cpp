#include "collector/app/loop.h"

#include <gtest/gtest.h>

#include "collector/app/status_board.h"
#include "tests/app/fake_sampler.h"
#include "tests/support/manual_clock.h"
#include "tests/support/temporary_directory.h"

namespace collector {
namespace {

using namespace std::chrono_literals;

class LoopTest : public ::testing::Test {
 protected:
  LoopTest() {
    test::fake_kernel() = std::make_shared<test::FakeKernel>();
    Spool::Options options;
    options.directory = directory_.path();
    options.clock = &clock_;
    options.series = &table_;
    options.known = {test::fake_measurement()};
    spool_ = *Spool::open(std::move(options));
    const std::vector<std::pair<std::string, BacklogLimit>> sinks{{"sink", {}}};
    EXPECT_TRUE(spool_->set_sinks(sinks));
    pipeline_ = std::make_unique<Pipeline>("boot", Baselines{}, 1e12, 10s, table_);
    writer_ = std::make_unique<Writer>(*spool_, clock_);
    slots_.emplace_back(type_, SamplerConfiguration{"fake", 1s, {}}, surroundings_, clock_);
    loop_ = std::make_unique<Loop>(LoopSettings{1s, 10s, 30s, {{"host", "test"}}},
                                   LoopParts{clock_, table_, slots_, *pipeline_, board_, status_, *writer_});
  }

  // Ticks once a second; each second moves 100 bytes.
  void tick(int times) {
    for (int i = 0; i < times; ++i) {
      loop_->tick();
      EXPECT_TRUE(!writing_ || writer_->drain(10s));
      clock_.advance(1s);
      test::fake_kernel()->bytes += 100;
    }
  }
  void start_writer() {
    writer_->start();
    writing_ = true;
    ASSERT_TRUE(writer_->drain(10s));
  }
  std::vector<BatchPtr> stored() {
    auto batches = spool_->read("sink", 1'000'000);
    return batches ? *batches : std::vector<BatchPtr>{};
  }
  static std::int64_t sum(const std::vector<BatchPtr>& batches) {
    std::int64_t total = 0;
    for (const BatchPtr& batch : batches)
      for (const Row& row : batch->rows)
        total += batch->cells_of(row)[0].counter.delta;
    return total;
  }

  test::TemporaryDirectory directory_;
  test::ManualClock clock_;
  std::shared_ptr<SamplerSurroundings> surroundings_ = std::make_shared<SamplerSurroundings>();
  SeriesTable& table_ = surroundings_->series;
  SamplerType type_ = test::fake_sampler_type(false);
  std::unique_ptr<Spool> spool_;
  std::unique_ptr<Pipeline> pipeline_;
  std::unique_ptr<Writer> writer_;
  std::vector<SamplerSlot> slots_;
  SnapshotBoard board_;
  StatusBoard status_{clock_};
  std::unique_ptr<Loop> loop_;
  bool writing_ = false;
};

TEST_F(LoopTest, TheFirstTicksBaselinesAreDurableAtOnce) {
  start_writer();
  tick(1);
  EXPECT_TRUE(stored().empty());
  // What a process that dies now leaves behind:
  const test::TemporaryDirectory copy;
  std::filesystem::copy(directory_.path(), copy.path(), std::filesystem::copy_options::recursive);
  Spool::Options options;
  options.directory = copy.path();
  options.clock = &clock_;
  options.series = &table_;
  options.known = {test::fake_measurement()};
  const auto reopened = Spool::open(std::move(options));
  ASSERT_TRUE(reopened);
  const Baselines baselines = (*reopened)->baselines();
  ASSERT_EQ(baselines.series.size(), 1U);
  EXPECT_EQ(baselines.series[0].counters[0].raw, 0U);
}

TEST_F(LoopTest, TheFirstWindowIsStoredAfterTheSecondTick) {
  start_writer();
  tick(2);
  ASSERT_EQ(stored().size(), 1U);
  EXPECT_EQ(sum(stored()), 100);
  EXPECT_EQ(stored()[0]->labels, (std::vector<Tag>{{"host", "test"}}));
}

TEST_F(LoopTest, WindowsAreFlushedTogether) {
  start_writer();
  tick(2);
  tick(40);
  const auto batches = stored();
  ASSERT_EQ(batches.size(), 2U) << "the first window, then one flush of 30 s";
  EXPECT_GE(batches[1]->rows.size(), 3U);
  EXPECT_TRUE(loop_->finish(10s));
  ASSERT_TRUE(writer_->drain(10s));
  EXPECT_EQ(sum(stored()), 100 * 41) << "nothing is left behind at the end";
}

TEST_F(LoopTest, WhileTheWriterIsStuckTheWindowGrowsAndNothingIsLost) {
  tick(1);  // its baselines fill the writer's one place
  ASSERT_FALSE(writer_->can_accept());
  tick(120);
  EXPECT_EQ(loop_->figures().windows, 0U);
  start_writer();
  tick(2);
  const auto batches = stored();
  ASSERT_EQ(batches.size(), 1U);
  ASSERT_EQ(batches[0]->rows.size(), 1U) << "one row for all that time";
  EXPECT_GE(batches[0]->rows[0].end - batches[0]->rows[0].start, 110s);
  EXPECT_TRUE(loop_->finish(10s));
  ASSERT_TRUE(writer_->drain(10s));
  EXPECT_EQ(sum(stored()), 100 * 122);
}

TEST_F(LoopTest, TheNextTickIsTheNextWholeIntervalOfTheWallClock) {
  const BootTime boot(1000s);
  EXPECT_EQ(loop_->next_tick({WallTime(50s + 300ms), boot}), boot + 700ms);
  EXPECT_EQ(loop_->next_tick({WallTime(50s), boot}), boot + 1s);
  EXPECT_EQ(loop_->next_tick({WallTime(50s + 999ms), boot}), boot + 1s + 1ms)
      << "no two ticks for one boundary";
}

TEST_F(LoopTest, LateTicksAreCounted) {
  start_writer();
  tick(3);
  clock_.advance(10s);
  tick(1);
  EXPECT_EQ(loop_->figures().late_ticks, 1U);
  EXPECT_EQ(loop_->figures().ticks, 4U);
}

}  // namespace
}  // namespace collector
