// What the spool tells of itself without asking the disk.
#include <gtest/gtest.h>

#include <condition_variable>
#include <future>
#include <mutex>

#include "tests/spool/spool_fixture.h"

namespace collector {
namespace {

using namespace std::chrono_literals;

// Every transaction looks at the clock under the lock of the disk: a place to hold one.
class StoppingClock final : public Clock {
 public:
  Instant now() const override {
    std::unique_lock lock(mutex_);
    waiting_ = stopped_;
    changed_.notify_all();
    changed_.wait(lock, [&] { return !stopped_; });
    return {WallTime(std::chrono::seconds(1767225600)), BootTime(std::chrono::seconds(1000))};
  }
  void stop() { set(true); }
  void go_on() { set(false); }
  void wait_for_somebody() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return waiting_; });
  }

 private:
  void set(bool stopped) {
    {
      const std::lock_guard lock(mutex_);
      stopped_ = stopped;
    }
    changed_.notify_all();
  }
  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  bool stopped_ = false;
  mutable bool waiting_ = false;
};

using FiguresTest = test::SpoolTest;

TEST_F(FiguresTest, AFreshSpoolHasNothingToTell) {
  open();
  const SpoolFigures figures = spool_->figures();
  EXPECT_EQ(figures.last_sequence, 0U);
  EXPECT_EQ(figures.batches, 0U);
  EXPECT_GT(figures.file_size, 0U);
  EXPECT_EQ(figures.gaps, 0U);
  EXPECT_TRUE(figures.dead_letters.empty());
  EXPECT_TRUE(figures.events.empty());
}

TEST_F(FiguresTest, DepthIsWhatIsInTheFile) {
  open();
  append(1);
  const auto last = append(2);
  EXPECT_EQ(spool_->figures().batches, 2U);
  EXPECT_EQ(spool_->figures().last_sequence, last->origin.sequence);
  drain();
  ASSERT_TRUE(spool_->commit());
  EXPECT_EQ(spool_->figures().batches, 0U);
  EXPECT_EQ(spool_->figures().last_sequence, last->origin.sequence);
}

TEST_F(FiguresTest, DeadLettersAreCountedBySinkAlsoAfterAReopeningAndAReplay) {
  open({{"a", {}}, {"b", {}}});
  const auto batch = append(5);
  const auto next = append(6);
  const std::vector<RefusedRow> rows{{batch.get(), 0, "too big"}, {next.get(), 0, "too big"}};
  ASSERT_TRUE(spool_->set_dead_letters("a", std::array{batch.get(), next.get()}, rows));
  ASSERT_TRUE(spool_->set_dead_letters("b", std::array{batch.get()}, std::span(rows).first(1)));
  EXPECT_EQ(spool_->dead_letters_of("a"), 2U);
  EXPECT_EQ(spool_->dead_letters_of("b"), 1U);
  EXPECT_EQ(spool_->dead_letters_of("c"), 0U);
  open({{"a", {}}, {"b", {}}});
  EXPECT_EQ(spool_->dead_letters_of("a"), 2U);
  drain("a");
  ASSERT_TRUE(spool_->replay_dead_letters("a", "a"));
  EXPECT_EQ(spool_->dead_letters_of("a"), 0U);
  const SpoolFigures figures = spool_->figures();
  ASSERT_EQ(figures.dead_letters.size(), 1U);
  EXPECT_EQ(figures.dead_letters[0].sink, "b");
}

TEST_F(FiguresTest, GapsAreCountedAndTheLastEventsKept) {
  open();
  const auto last = append()->origin.sequence;
  drain();
  ASSERT_TRUE(spool_->commit());
  ASSERT_TRUE(spool_->resend("a", 0, last, "", "emptied"));
  EXPECT_EQ(spool_->figures().gaps, 1U);
  for (int i = 0; i < 12; ++i)
    ASSERT_TRUE(spool_->record_event("kind", std::to_string(i)));
  const auto events = spool_->figures().events;
  ASSERT_EQ(events.size(), 10U);
  EXPECT_EQ(events.front().text, "11");
}

// A call into the spool that waits for the disk must not be waited for.
TEST_F(FiguresTest, AreAnsweredWhileTheDiskIsBusy) {
  open();
  append();
  spool_.reset();
  StoppingClock clock;
  auto stopping = options();
  stopping.clock = &clock;
  spool_ = *Spool::open(std::move(stopping));
  ASSERT_TRUE(spool_->set_sinks(Sinks{{"a", {}}}));
  clock.stop();
  auto stuck =
      std::async(std::launch::async, [&] { return spool_->record_event("kind", "text").has_value(); });
  clock.wait_for_somebody();
  const auto answers = std::async(std::launch::async, [&] {
    return spool_->figures().batches + spool_->batches() + spool_->backlog("a").batches +
           spool_->dead_letters_of("a") + spool_->last_sequence() + spool_->file_size();
  });
  EXPECT_EQ(answers.wait_for(20s), std::future_status::ready);
  clock.go_on();
  EXPECT_TRUE(stuck.get());
}

}  // namespace
}  // namespace collector
