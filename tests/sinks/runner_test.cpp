// The runner's thread: starting, stopping in time, a sink that hangs; and one pass for --once.
#include "sinks/runner.h"

#include <gtest/gtest.h>

#include <atomic>
#include <future>

#include "tests/sinks/runner_fixture.h"

namespace collector::test {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

// Long enough for any machine, and never waited out when all is well.
constexpr Duration plenty = seconds(30);

class RunnerThreadTest : public RunnerTest {
 protected:
  std::unique_ptr<Runner> make_runner() {
    return std::make_unique<Runner>(settings_, std::make_unique<FakeSink>(target_), *spool_, clock_);
  }
  // A write() that has begun, and goes on once it is released.
  struct Hang {
    std::promise<void> entered;
    std::promise<void> release;
  };
  std::shared_ptr<Hang> hang_in_write() {
    auto hang = std::make_shared<Hang>();
    target_->in_write = [hang, released = hang->release.get_future().share()] {
      hang->entered.set_value();
      released.wait();
    };
    return hang;
  }
};

TEST_F(RunnerThreadTest, DeliversWhatComesAndDrainsAtTheEnd) {
  const auto runner = make_runner();
  EXPECT_EQ(runner->figures().state, RunnerState::starting);
  std::promise<void> first_written;
  target_->in_write = [&, once = true]() mutable {
    if (std::exchange(once, false)) first_written.set_value();
  };
  const auto first = append();
  runner->start();
  ASSERT_EQ(first_written.get_future().wait_for(plenty), std::future_status::ready);
  const auto second = append();
  runner->stop(plenty);
  ASSERT_TRUE(runner->wait_stopped(plenty));
  EXPECT_EQ(target_->stored, (std::vector<std::uint64_t>{first, second}));
  EXPECT_EQ(target_->calls.back(), "close");
  EXPECT_EQ(runner->figures().state, RunnerState::stopped);
  EXPECT_FALSE(spool_->confirmations_pending());
}

TEST_F(RunnerThreadTest, StoppingOneLeavesTheOthersWaiting) {
  const auto runner = make_runner();
  runner->start();
  runner->stop(plenty);
  ASSERT_TRUE(runner->wait_stopped(plenty));
  // Another one on the same spool still works, and is stopped in the same way.
  const auto next = make_runner();
  next->start();
  append();
  next->stop(plenty);
  ASSERT_TRUE(next->wait_stopped(plenty));
  EXPECT_EQ(target_->stored.size(), 1U);
}

TEST_F(RunnerThreadTest, StopsInTheMiddleOfAPause) {
  append();
  for (int i = 0; i < 2; ++i)
    target_->open_failures.push_back(sink_failure("down", std::chrono::hours(1)));
  const auto runner = make_runner();
  runner->start();
  runner->stop(plenty);
  ASSERT_TRUE(runner->wait_stopped(plenty));
  EXPECT_TRUE(target_->stored.empty());
  EXPECT_GE(calls("open"), 1);
}

TEST_F(RunnerThreadTest, NoLastContactWhereItWouldWakeTheTarget) {
  settings_.sync_at_shutdown = false;
  settings_.every = std::chrono::hours(1);
  append();
  ASSERT_EQ(make_runner()->deliver_once(false, plenty), Runner::Outcome::delivered);
  append();
  const auto before = calls("open");
  const auto runner = make_runner();
  runner->start();
  runner->stop(plenty);
  ASSERT_TRUE(runner->wait_stopped(plenty));
  EXPECT_EQ(calls("open"), before);
}

TEST_F(RunnerThreadTest, HangingSinkIsNamedAndLeftBehind) {
  append();
  const auto hang = hang_in_write();
  auto runner = make_runner();
  runner->start();
  ASSERT_EQ(hang->entered.get_future().wait_for(plenty), std::future_status::ready);
  runner->stop(Duration{});
  EXPECT_FALSE(runner->wait_stopped(std::chrono::milliseconds(1)));
  EXPECT_EQ(runner->name(), "cloud");
  EXPECT_EQ(runner->figures().state, RunnerState::delivering);
  runner.reset();  // returns, though the sink does not
  const auto cursor = spool_->cursor("cloud").sequence;
  spool_.reset();

  // When the call returns after all, the thread ends without touching spool or clock.
  const std::weak_ptr<FakeTarget> left_behind = target_;
  target_.reset();
  sink_.reset();
  hang->release.set_value();
  for (int i = 0; i < 3000 && !left_behind.expired(); ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  EXPECT_TRUE(left_behind.expired());
  open_spool();
  EXPECT_EQ(spool_->cursor("cloud").sequence, cursor);
}

TEST_F(RunnerThreadTest, AbandonedOneTouchesNothingAndTellsWhenItHasEnded) {
  append();
  const auto hang = hang_in_write();
  auto runner = make_runner();
  runner->start();
  ASSERT_EQ(hang->entered.get_future().wait_for(plenty), std::future_status::ready);
  const auto cursor = spool_->cursor("cloud").sequence;
  runner->stop(Duration{});
  EXPECT_TRUE(runner->abandon());
  EXPECT_FALSE(runner->wait_stopped(Duration{}));
  EXPECT_TRUE(runner->abandon()) << "a second time changes nothing";
  hang->release.set_value();
  EXPECT_TRUE(runner->wait_stopped(plenty));
  EXPECT_EQ(spool_->cursor("cloud").sequence, cursor) << "what it wrote is another's to find out";
}

TEST_F(RunnerThreadTest, OnlyAHangingOneIsAbandoned) {
  auto runner = make_runner();
  EXPECT_TRUE(runner->abandon()) << "never started";
  runner->start();
  runner->stop(Duration{});
  ASSERT_TRUE(runner->wait_stopped(plenty));
  EXPECT_TRUE(runner->abandon());
  EXPECT_TRUE(runner->wait_stopped(Duration{}));
}

TEST_F(RunnerThreadTest, OnceDeliversEverythingAndSaysSo) {
  sequences(3);
  EXPECT_EQ(make_runner()->deliver_once(false, plenty), Runner::Outcome::delivered);
  EXPECT_EQ(target_->stored.size(), 3U);
  EXPECT_EQ(target_->calls.back(), "close");
  EXPECT_FALSE(spool_->confirmations_pending());
}

TEST_F(RunnerThreadTest, OnceDoesNotContactForNothing) {
  EXPECT_EQ(make_runner()->deliver_once(false, plenty), Runner::Outcome::delivered);
  EXPECT_EQ(calls("open"), 0);
}

TEST_F(RunnerThreadTest, OnceHonoursEveryAcrossProcesses) {
  settings_.every = minutes(15);
  append();
  EXPECT_EQ(make_runner()->deliver_once(false, plenty), Runner::Outcome::delivered);
  clock_.advance(minutes(1));
  new_process();
  append();
  EXPECT_EQ(make_runner()->deliver_once(false, plenty), Runner::Outcome::not_due);
  EXPECT_EQ(target_->stored.size(), 1U);
  EXPECT_EQ(make_runner()->deliver_once(true, plenty), Runner::Outcome::delivered);
  EXPECT_EQ(target_->stored.size(), 2U);
  clock_.advance(minutes(15));
  append();
  EXPECT_EQ(make_runner()->deliver_once(false, plenty), Runner::Outcome::delivered);
  EXPECT_EQ(target_->stored.size(), 3U);
}

TEST_F(RunnerThreadTest, OnceTriesThreeTimesAndLeavesTheRestForTheNextRun) {
  std::vector<Duration> pauses;
  settings_.pause = [&](Duration pause) {
    pauses.push_back(pause);
    clock_.advance(pause);
  };
  append();
  for (int i = 0; i < 3; ++i)
    target_->open_failures.push_back(sink_failure("down"));
  EXPECT_EQ(make_runner()->deliver_once(false, minutes(1)), Runner::Outcome::unreachable);
  EXPECT_EQ(pauses, (std::vector<Duration>{seconds(1), seconds(2)}));
  EXPECT_EQ(calls("open"), 3);
  EXPECT_EQ(make_runner()->deliver_once(false, minutes(1)), Runner::Outcome::delivered);
  EXPECT_EQ(target_->stored.size(), 1U);
}

TEST_F(RunnerThreadTest, OnceDoesNotTryBeyondItsTime) {
  append();
  target_->open_failures.push_back(sink_failure("wrong password", {}, true));
  EXPECT_EQ(make_runner()->deliver_once(false, minutes(1)), Runner::Outcome::unreachable);
  EXPECT_EQ(calls("open"), 1);
}

TEST_F(RunnerThreadTest, OnceTellsOfRefusedRows) {
  target_->refused = {append()};
  EXPECT_EQ(make_runner()->deliver_once(false, plenty), Runner::Outcome::rejected);
  EXPECT_EQ(spool_->dead_letters("cloud", 10)->size(), 1U);
}

TEST_F(RunnerThreadTest, OnceTellsOfRefusedRowsAlsoWhenTheRestIsNotReached) {
  settings_.max_rows = 1;
  settings_.pause = [&](Duration pause) { clock_.advance(pause); };
  target_->refused = {append()};
  append();
  int writes = 0;
  target_->in_write = [&] {
    if (++writes > 1) target_->write_failures.push_back(sink_failure("down"));
  };
  EXPECT_EQ(make_runner()->deliver_once(false, minutes(1)), Runner::Outcome::rejected);
  EXPECT_GT(writes, 1);
  EXPECT_EQ(spool_->dead_letters("cloud", 10)->size(), 1U);
}

}  // namespace
}  // namespace collector::test
