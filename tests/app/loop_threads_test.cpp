// The loop and samplers that live on threads: it never waits for them, and counts each reading once.
#include <gtest/gtest.h>
#include <poll.h>

#include <atomic>
#include <thread>

#include "tests/app/loop_rig.h"
#include "tests/support/temporary_directory.h"

namespace collector {
namespace {

using namespace std::chrono_literals;

class LoopThreadsTest : public ::testing::Test {
 protected:
  void SetUp() override {
    rig_.writer.on_written([this](const Batch&) {
      while (writer_held_)
        std::this_thread::yield();
    });
    rig_.writer.start();
  }
  void TearDown() override {
    writer_held_ = false;
    kernel().release();
  }

  test::FakeKernel& kernel() { return *test::fake_kernel(); }
  // As the main loop does when a thread has answered.
  void step_once_answered() {
    pollfd event{rig_.loop.answers(), POLLIN, 0};
    ASSERT_EQ(::poll(&event, 1, 10'000), 1);
    rig_.loop.step();
  }
  void await_calls(int calls) {
    while (kernel().calls < calls)
      std::this_thread::yield();
  }
  std::int64_t counted() {
    std::int64_t total = 0;
    const auto batches = *rig_.spool->read("sink", 1'000'000);
    for (const BatchPtr& batch : batches)
      for (const Row& row : batch->rows)
        total += batch->cells_of(row)[0].counter.delta;
    return total;
  }

  std::atomic<bool> writer_held_ = false;  // after it has written something
  test::TemporaryDirectory directory_;
  test::LoopRig rig_{
      directory_.path(), {1s, 10s, 10s, {}}, {{"sink", {}}}, test::fake_sampler_type(true, true)};
};

TEST_F(LoopThreadsTest, ATickStaysOpenForTheAnswerAndEndsWithIt) {
  kernel().hanging = true;
  rig_.loop.tick();
  await_calls(1);
  EXPECT_TRUE(rig_.loop.is_open());
  EXPECT_EQ(rig_.loop.ends_by(), rig_.clock.now().boot + 100ms);
  kernel().release();
  step_once_answered();
  EXPECT_FALSE(rig_.loop.is_open());
  EXPECT_EQ(rig_.board.latest()->layout->series.size(), 1U) << "the reading is this tick's";
  EXPECT_EQ(rig_.board.latest()->tick, 1U);
}

TEST_F(LoopThreadsTest, ATickEndsWithoutAnAnswerThatDoesNotCome) {
  kernel().hanging = true;
  rig_.loop.tick();
  await_calls(1);
  rig_.clock.advance(99ms);
  rig_.loop.step();
  EXPECT_TRUE(rig_.loop.is_open());
  rig_.clock.advance(1ms);
  rig_.loop.step();
  EXPECT_FALSE(rig_.loop.is_open());
  for (int i = 0; i < 5; ++i) {
    rig_.clock.advance(1s);
    rig_.loop.tick();
  }
  EXPECT_EQ(rig_.loop.figures().ticks, 6U) << "ticks go on";
  EXPECT_EQ(kernel().calls, 1);
  kernel().release();
  step_once_answered();
  EXPECT_FALSE(rig_.loop.is_open());
  EXPECT_EQ(rig_.slots[0].figures().samples, 1U);
  EXPECT_EQ(rig_.board.latest()->tick, 6U) << "it is of the tick that was still open";
  EXPECT_EQ(rig_.board.latest()->layout->series.size(), 1U);
}

TEST_F(LoopThreadsTest, FirstBaselinesAreDurableAlsoWhenTheAnswerIsLate) {
  kernel().hanging = true;
  rig_.loop.tick();
  await_calls(1);
  rig_.clock.advance(1s);
  rig_.loop.tick();
  kernel().bytes = 70;
  kernel().release();
  step_once_answered();
  ASSERT_TRUE(rig_.writer.drain(10s));
  // What a process that dies now leaves behind:
  const test::TemporaryDirectory copy;
  std::filesystem::copy(directory_.path(), copy.path(), std::filesystem::copy_options::recursive);
  const Baselines baselines = test::fake_spool(copy.path(), rig_.clock, rig_.series)->baselines();
  ASSERT_EQ(baselines.series.size(), 1U);
  EXPECT_EQ(baselines.series[0].objects.at(0).raw[0], 70U);
}

// The old one's last reading would be older than the first one of the new: a counter that goes back.
TEST_F(LoopThreadsTest, OneThatIsReplacedTellsItsLastBeforeTheNewOneBegins) {
  rig_.loop.tick();
  // It may have been quick enough for the tick itself.
  if (rig_.loop.is_open()) step_once_answered();
  kernel().hanging = true;
  rig_.clock.advance(1s);
  rig_.loop.tick();
  await_calls(2);
  kernel().left_to_tell = 1;
  kernel().bytes = 50;
  rig_.loop.retire(std::move(rig_.slots[0]));
  rig_.slots.clear();
  rig_.slots.emplace_back(rig_.type, SamplerConfiguration{"fake", 1s, {}}, rig_.surroundings, rig_.clock);
  rig_.loop.take_first(rig_.slots[0]);
  for (int i = 0; i < 3; ++i) {
    rig_.clock.advance(1s);
    rig_.loop.tick();
  }
  EXPECT_EQ(kernel().calls, 2) << "the new one waits, the loop does not";
  kernel().release();
  while (rig_.slots[0].figures().samples == 0)
    step_once_answered();
  EXPECT_EQ(kernel().left_to_tell, 0) << "what the old one had to tell";
  EXPECT_EQ(kernel().calls, 4) << "its last reading, what was left, and the new one's first";
  kernel().bytes = 80;
  kernel().left_to_tell = 1;
  while (!rig_.loop.finish_samplers(10s)) {
  }
  ASSERT_TRUE(rig_.loop.finish(10s));
  ASSERT_TRUE(rig_.writer.drain(10s));
  EXPECT_EQ(counted(), 80);
}

TEST_F(LoopThreadsTest, OneThatNeverTellsItsLastIsGivenUpAndTheNewOneBegins) {
  kernel().hanging = true;
  rig_.loop.tick();
  await_calls(1);
  const auto stuck = test::fake_kernel();
  rig_.loop.retire(std::move(rig_.slots[0]));
  rig_.slots.clear();
  test::fake_kernel() = std::make_shared<test::FakeKernel>();
  rig_.slots.emplace_back(rig_.type, SamplerConfiguration{"fake", 1s, {}}, rig_.surroundings, rig_.clock);
  rig_.clock.advance(9s);
  rig_.loop.tick();
  EXPECT_EQ(kernel().calls, 0);
  ::testing::internal::CaptureStderr();
  rig_.clock.advance(1s);
  rig_.loop.tick();
  await_calls(1);
  EXPECT_NE(::testing::internal::GetCapturedStderr().find("replaced without a last reading"),
            std::string::npos);
  stuck->release();
}

TEST_F(LoopThreadsTest, AnOpenTickThatFlushesAtTheEndKeepsItsRows) {
  // Open until the loop's next step, with the answer at hand.
  const auto tick = [&](std::uint64_t bytes) {
    kernel().hanging = true;
    kernel().bytes = bytes;
    const int calls = kernel().calls;
    rig_.loop.tick();
    await_calls(calls + 1);
    kernel().release();
    pollfd event{rig_.loop.answers(), POLLIN, 0};
    ASSERT_EQ(::poll(&event, 1, 10'000), 1);
  };
  tick(100);
  rig_.loop.step();
  ASSERT_TRUE(rig_.writer.drain(10s));
  writer_held_ = true;
  rig_.clock.advance(10s);
  tick(107);
  rig_.loop.step();
  while (rig_.writer.figures().batches == 0 || !rig_.writer.can_accept())
    std::this_thread::yield();
  rig_.clock.advance(10s);
  tick(130);
  EXPECT_TRUE(rig_.loop.is_open());
  EXPECT_FALSE(rig_.loop.finish(0s)) << "the rows of the tick that was open wait for the writer";
  writer_held_ = false;
  ASSERT_TRUE(rig_.loop.finish(10s));
  ASSERT_TRUE(rig_.writer.drain(10s));
  EXPECT_EQ(counted(), 30);
}

TEST_F(LoopThreadsTest, AtTheEndAThreadThatDoesNotAnswerIsNamed) {
  kernel().hanging = true;
  rig_.loop.tick();
  await_calls(1);
  EXPECT_FALSE(rig_.loop.finish_samplers(1ms));
  kernel().release();
  EXPECT_TRUE(rig_.loop.finish_samplers(10s));
  EXPECT_TRUE(rig_.loop.finish_samplers(0s)) << "all is told";
}

}  // namespace
}  // namespace collector
