#include "collector/app/sampler_slot.h"

#include <gtest/gtest.h>
#include <poll.h>

#include <thread>

#include "tests/app/fake_sampler.h"
#include "tests/support/manual_clock.h"

namespace collector {
namespace {

using namespace std::chrono_literals;

class SamplerSlotTest : public ::testing::Test {
 protected:
  void SetUp() override { test::fake_kernel() = std::make_shared<test::FakeKernel>(); }
  SamplerSlot make(bool blocking, Duration interval) {
    type_ = test::fake_sampler_type(blocking);
    return SamplerSlot(type_, {"fake", interval, {}}, surroundings_, clock_);
  }
  test::FakeKernel& kernel() { return *test::fake_kernel(); }

  SamplerType type_;
  std::shared_ptr<SamplerSurroundings> surroundings_ = std::make_shared<SamplerSurroundings>();
  test::ManualClock clock_;
};

TEST_F(SamplerSlotTest, IsReadAtItsOwnInterval) {
  SamplerSlot slot = make(false, 3s);
  int samples = 0;
  for (int second = 0; second < 10; ++second) {
    if (slot.poll(clock_.now()) != nullptr) ++samples;
    clock_.advance(1s);
  }
  EXPECT_EQ(samples, 4) << "at 0, 3, 6 and 9 seconds";
}

TEST_F(SamplerSlotTest, ATickAHairEarlyCounts) {
  SamplerSlot slot = make(false, 1s);
  EXPECT_NE(slot.poll(clock_.now()), nullptr);
  clock_.advance(995ms);
  EXPECT_NE(slot.poll(clock_.now()), nullptr);
}

TEST_F(SamplerSlotTest, MissedTicksAreNotReplayed) {
  SamplerSlot slot = make(false, 1s);
  EXPECT_NE(slot.poll(clock_.now()), nullptr);
  clock_.advance(1h);
  EXPECT_NE(slot.poll(clock_.now()), nullptr);
  EXPECT_EQ(slot.poll(clock_.now()), nullptr);
  EXPECT_EQ(kernel().calls, 2);
}

TEST_F(SamplerSlotTest, WhatTheMachineDoesNotHaveIsLookedForRarely) {
  kernel().absent = true;
  SamplerSlot slot = make(false, 1s);
  for (int second = 0; second < 60; ++second) {
    EXPECT_EQ(slot.poll(clock_.now()), nullptr);
    clock_.advance(1s);
  }
  EXPECT_EQ(kernel().calls, 1);
  EXPECT_TRUE(slot.figures().absent);
  clock_.advance(10min);
  kernel().absent = false;
  EXPECT_NE(slot.poll(clock_.now()), nullptr) << "it has appeared";
  EXPECT_FALSE(slot.figures().absent);
}

TEST_F(SamplerSlotTest, AFailureIsCountedAndTriedAgain) {
  kernel().failing = true;
  SamplerSlot slot = make(false, 1s);
  EXPECT_EQ(slot.poll(clock_.now()), nullptr);
  EXPECT_EQ(slot.figures().failures, 1U);
  EXPECT_EQ(slot.figures().last_error, "/proc/fake: Input/output error");
  kernel().failing = false;
  clock_.advance(1s);
  EXPECT_NE(slot.poll(clock_.now()), nullptr);
  EXPECT_EQ(slot.figures().last_error, "");
}

TEST_F(SamplerSlotTest, WhatIsLeftOutIsCountedAndSaidOnceWhateverTheNumber) {
  kernel().rejecting = 2;
  SamplerSlot slot = make(false, 1s);
  testing::internal::CaptureStderr();
  for (int second = 0; second < 100; ++second) {
    ASSERT_NE(slot.poll(clock_.now()), nullptr) << "its neighbours stay";
    clock_.advance(1s);
  }
  EXPECT_EQ(slot.figures().rejected, 200U);
  EXPECT_EQ(slot.figures().rejected_text, "bytes can't be true: -199; bytes can't be true: -200");
  kernel().rejecting = 0;
  ASSERT_NE(slot.poll(clock_.now()), nullptr);
  EXPECT_EQ(slot.figures().rejected, 200U);
  EXPECT_EQ(slot.figures().rejected_text, "");
  const std::string said = testing::internal::GetCapturedStderr();
  EXPECT_EQ(said.find("left out, all other values are kept"),
            said.rfind("left out, all other values are kept"))
      << said;
  EXPECT_NE(said.find("bytes can't be true: -1"), std::string::npos) << said;
  EXPECT_NE(said.find("no value has to be left out any more"), std::string::npos) << said;
}

TEST_F(SamplerSlotTest, NothingReportedIsAWarningForAsLongAsItIsSo) {
  kernel().empty = true;
  SamplerSlot slot = make(false, 1s);
  ASSERT_NE(slot.poll(clock_.now()), nullptr);
  EXPECT_EQ(slot.figures().warning, "nothing is reported: there are: a, b");
  EXPECT_EQ(slot.figures().notice, "a is down");
  EXPECT_EQ(slot.figures().last_error, "");
  kernel().empty = false;
  clock_.advance(1s);
  ASSERT_NE(slot.poll(clock_.now()), nullptr);
  EXPECT_EQ(slot.figures().warning + slot.figures().notice, "");
}

TEST_F(SamplerSlotTest, ABlockingSamplerNeverHoldsTheLoopUp) {
  SamplerSlot slot = make(true, 1s);
  kernel().hanging = true;
  const auto until_asked = [&] {
    while (kernel().calls == 0)
      std::this_thread::yield();
  };
  EXPECT_EQ(slot.poll(clock_.now()), nullptr);
  until_asked();
  for (int second = 0; second < 5; ++second) {
    clock_.advance(1s);
    EXPECT_EQ(slot.poll(clock_.now()), nullptr) << "still in the kernel, and not asked again";
  }
  EXPECT_EQ(kernel().calls, 1);
  EXPECT_NE(slot.figures().last_error, "") << "a sampler that does not answer is a trouble that can be seen";
  kernel().release();
  const Sample* sample = nullptr;
  while (sample == nullptr)
    sample = slot.poll(clock_.now());
  EXPECT_EQ(sample->readings().size(), 1U);
  EXPECT_EQ(slot.figures().last_error, "");
}

TEST_F(SamplerSlotTest, AtTheEndIsAskedWhoHasSomethingToTell) {
  using Ending = SamplerSlot::Ending;
  struct Kind {
    bool blocking, finishes, told;
  };
  for (const auto& [blocking, finishes, told] :
       {Kind{false, false, true}, Kind{true, false, false}, Kind{true, true, true}}) {
    SCOPED_TRACE(blocking + 2 * finishes);
    type_ = test::fake_sampler_type(blocking, finishes);
    SamplerSlot slot(type_, {"fake", 1s, {}}, surroundings_, clock_);
    ASSERT_TRUE(slot.sample_now(10s));
    kernel().left_to_tell = 1;
    EXPECT_EQ(slot.finish(10s).ending, told ? Ending::sample : Ending::over);
    EXPECT_EQ(slot.finish(10s).ending, Ending::over);
    EXPECT_EQ(slot.finish(0s).ending, Ending::over) << "and is not asked again";
  }
}

// An interface that was deleted may be in it, and in nothing else.
TEST_F(SamplerSlotTest, AtTheEndComesFirstWhatAThreadWasReading) {
  using Ending = SamplerSlot::Ending;
  type_ = test::fake_sampler_type(true, true);
  SamplerSlot slot(type_, {"fake", 1s, {}}, surroundings_, clock_);
  kernel().hanging = true;
  EXPECT_EQ(slot.poll(clock_.now()), nullptr);
  EXPECT_EQ(slot.finish(1ms).ending, Ending::waiting);
  kernel().left_to_tell = 1;
  kernel().bytes = 7;
  kernel().release();
  for (int i = 0; i < 2; ++i) {
    const auto [ending, sample] = slot.finish(10s);
    ASSERT_EQ(ending, Ending::sample) << i;
    EXPECT_EQ(sample->values(sample->readings()[0])[0].as_counter(), 7U);
  }
  EXPECT_EQ(slot.finish(10s).ending, Ending::over);
  EXPECT_EQ(kernel().calls, 2);
}

TEST_F(SamplerSlotTest, AReadingIsStampedWhenItWasReadNotWhenItWasAskedFor) {
  for (const bool blocking : {false, true}) {
    SCOPED_TRACE(blocking);
    SamplerSlot slot = make(blocking, 1s);
    kernel().during = [this] { clock_.advance(300ms); };
    const Sample* sample = slot.sample_now(10s);
    ASSERT_NE(sample, nullptr);
    EXPECT_EQ(sample->readings()[0].taken, clock_.now());
    EXPECT_EQ(sample->readings()[0].tolerance, 300ms) << "at some moment of the call";
  }
}

TEST_F(SamplerSlotTest, AThreadWakesTheLoopWhenItHasAnAnswer) {
  SamplerSlot slot = make(true, 1s);
  EXPECT_EQ(slot.poll(clock_.now()), nullptr);
  EXPECT_TRUE(slot.awaited());
  pollfd event{surroundings_->answered.descriptor(), POLLIN, 0};
  ASSERT_EQ(::poll(&event, 1, 10'000), 1);
  surroundings_->answered.clear();
  EXPECT_EQ(::poll(&event, 1, 0), 0);
  EXPECT_TRUE(slot.awaited());
  EXPECT_NE(slot.collect(), nullptr);
  EXPECT_FALSE(slot.awaited());
}

TEST_F(SamplerSlotTest, ABusySamplerIsNotAskedAnything) {
  kernel().hanging = true;
  SamplerSlot slot = make(true, 1s);
  EXPECT_TRUE(slot.needs_second_reading());
  EXPECT_EQ(slot.sample_now(1ms), nullptr);
  EXPECT_FALSE(slot.needs_second_reading()) << "its thread is using it";
  kernel().release();
  EXPECT_NE(slot.sample_now(10s), nullptr);
  EXPECT_FALSE(slot.needs_second_reading());
}

// The address and thread sanitizers see what the left one touches.
TEST_F(SamplerSlotTest, OneThatNeverComesBackIsLeftBehindWithAllItUses) {
  kernel().hanging = true;
  {
    const test::ManualClock clock;
    SamplerSlot slot(type_ = test::fake_sampler_type(true), {"fake", 1s, {}},
                     std::make_shared<SamplerSurroundings>(), clock);
    slot.poll(clock.now());
    while (kernel().calls == 0)
      std::this_thread::yield();
  }
  kernel().release();
  while (!kernel().answered)
    std::this_thread::yield();
}

}  // namespace
}  // namespace collector
