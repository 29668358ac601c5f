#include "collector/app/loop.h"

#include <gtest/gtest.h>

#include "tests/app/loop_rig.h"
#include "tests/support/temporary_directory.h"

namespace collector {
namespace {

using namespace std::chrono_literals;

class LoopTest : public ::testing::Test {
 protected:
  // Ticks once a second; each second moves 100 bytes.
  void tick(int times) {
    for (int i = 0; i < times; ++i) {
      rig_.loop.tick();
      EXPECT_TRUE(!writing_ || rig_.writer.drain(10s));
      rig_.clock.advance(1s);
      test::fake_kernel()->bytes += 100;
    }
  }
  void start_writer() {
    rig_.writer.start();
    writing_ = true;
    ASSERT_TRUE(rig_.writer.drain(10s));
  }
  std::vector<BatchPtr> stored() {
    auto batches = rig_.spool->read("sink", 1'000'000);
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
  test::LoopRig rig_{directory_.path(), {1s, 10s, 30s, {{"host", "test"}}}};
  bool writing_ = false;
};

TEST_F(LoopTest, TheFirstTicksBaselinesAreDurableAtOnce) {
  start_writer();
  tick(1);
  EXPECT_TRUE(stored().empty());
  // What a process that dies now leaves behind:
  const test::TemporaryDirectory copy;
  std::filesystem::copy(directory_.path(), copy.path(), std::filesystem::copy_options::recursive);
  const Baselines baselines = test::fake_spool(copy.path(), rig_.clock, rig_.series)->baselines();
  ASSERT_EQ(baselines.series.size(), 1U);
  EXPECT_EQ(baselines.series[0].objects.at(0).raw[0], 0U);
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
  EXPECT_TRUE(rig_.loop.finish(10s));
  ASSERT_TRUE(rig_.writer.drain(10s));
  EXPECT_EQ(sum(stored()), 100 * 41) << "nothing is left behind at the end";
}

TEST_F(LoopTest, AtTheEndSamplersTellWhatWouldBeGone) {
  start_writer();
  tick(20);
  test::fake_kernel()->left_to_tell = 3;
  EXPECT_TRUE(rig_.loop.finish(10s));
  ASSERT_TRUE(rig_.writer.drain(10s));
  EXPECT_EQ(sum(stored()), 100 * 20) << "also what came after the last tick";
  EXPECT_EQ(test::fake_kernel()->left_to_tell, 0);
}

TEST_F(LoopTest, ASamplerThatAlwaysHasMoreToTellEndsAsWell) {
  start_writer();
  tick(2);
  test::fake_kernel()->left_to_tell = 1'000'000;
  EXPECT_TRUE(rig_.loop.finish(10s));
  EXPECT_GT(test::fake_kernel()->left_to_tell, 0);
}

TEST_F(LoopTest, WhileTheWriterIsStuckTheWindowGrowsAndNothingIsLost) {
  tick(1);  // its baselines fill the writer's one place
  ASSERT_FALSE(rig_.writer.can_accept());
  tick(120);
  EXPECT_EQ(rig_.loop.figures().windows, 0U);
  start_writer();
  tick(2);
  const auto batches = stored();
  ASSERT_EQ(batches.size(), 1U);
  ASSERT_EQ(batches[0]->rows.size(), 1U) << "one row for all that time";
  EXPECT_GE(batches[0]->rows[0].end - batches[0]->rows[0].start, 110s);
  EXPECT_TRUE(rig_.loop.finish(10s));
  ASSERT_TRUE(rig_.writer.drain(10s));
  EXPECT_EQ(sum(stored()), 100 * 122);
}

TEST_F(LoopTest, TheNextTickIsTheNextWholeIntervalOfTheWallClock) {
  const BootTime boot(1000s);
  EXPECT_EQ(rig_.loop.next_tick({WallTime(50s + 300ms), boot}), boot + 700ms);
  EXPECT_EQ(rig_.loop.next_tick({WallTime(50s), boot}), boot + 1s);
  EXPECT_EQ(rig_.loop.next_tick({WallTime(50s + 999ms), boot}), boot + 1s + 1ms)
      << "no two ticks for one boundary";
}

TEST_F(LoopTest, LateTicksAreCounted) {
  start_writer();
  tick(3);
  rig_.clock.advance(10s);
  tick(1);
  EXPECT_EQ(rig_.loop.figures().late_ticks, 1U);
  EXPECT_EQ(rig_.loop.figures().ticks, 4U);
}

}  // namespace
}  // namespace collector
