// The runner's thread: starting, stopping in time, a sink that hangs; and one pass for --once.
#include "sinks/runner.h"

#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <future>

#include "tests/sinks/runner_fixture.h"

namespace collector::test {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

// Long enough for any machine, and never waited out when all is well.
constexpr Duration plenty = seconds(30);

struct CountingClock final : Clock {
  explicit CountingClock(const Clock& of) : clock(of) {}
  Instant now() const override { return ++asked, clock.now(); }
  const Clock& clock;
  mutable std::atomic<int> asked{0};
};

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
  // The thread that is left behind, when the call returns after all.
  bool ends_by_itself(Hang& hang) {
    const std::weak_ptr<FakeTarget> left_behind = target_;
    target_.reset();
    sink_.reset();
    hang.release.set_value();
    for (int i = 0; i < 3000 && !left_behind.expired(); ++i)
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    return left_behind.expired();
  }
};

TEST_F(RunnerThreadTest, DeliversWhatComesAndDrainsAtTheEnd) {
  const auto runner = make_runner();
  EXPECT_EQ(runner->figures().state, RunnerState::starting);
  std::array<std::promise<void>, 3> written;
  target_->in_write = [&, count = 0U]() mutable { written.at(count++).set_value(); };
  const auto first = append();
  runner->start();
  ASSERT_EQ(written[0].get_future().wait_for(plenty), std::future_status::ready);
  const auto second = append();
  ASSERT_EQ(written[1].get_future().wait_for(plenty), std::future_status::ready) << "at once";
  const auto third = append();
  runner->stop(plenty);
  ASSERT_TRUE(runner->wait_stopped(plenty));
  EXPECT_EQ(target_->stored, (std::vector<std::uint64_t>{first, second, third}));
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

TEST_F(RunnerThreadTest, SleepsInAPause) {
  append();
  target_->open_failures.push_back(sink_failure("down", std::chrono::hours(1)));
  const CountingClock clock(clock_);
  Runner runner(settings_, std::make_unique<FakeSink>(target_), *spool_, clock);
  runner.start();
  int quiet = 0;
  for (int i = 0; i < 1000 && quiet < 20; ++i) {
    const int before = clock.asked;
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    quiet = runner.figures().state == RunnerState::retrying && clock.asked == before ? quiet + 1 : 0;
  }
  EXPECT_EQ(quiet, 20) << "it asks the clock over and over";
  runner.stop(Duration{});
  EXPECT_TRUE(runner.wait_stopped(plenty));
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
  EXPECT_TRUE(ends_by_itself(*hang));
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

TEST_F(RunnerThreadTest, OneThatHangsAfterARefusalIsAbandonedToo) {
  target_->refused = {append()};
  const auto hang = hang_in_write();
  target_->committing = std::exchange(target_->in_write, {});
  const auto runner = make_runner();
  runner->start();
  ASSERT_EQ(hang->entered.get_future().wait_for(plenty), std::future_status::ready);
  runner->stop(Duration{});
  EXPECT_TRUE(runner->abandon()) << "it is in the sink again";
  hang->release.set_value();
  EXPECT_TRUE(runner->wait_stopped(plenty));
}

TEST_F(RunnerThreadTest, LettingGoOfOneThatIsAbandonedTouchesNothing) {
  append();
  const auto hang = hang_in_write();
  const CountingClock clock(clock_);
  auto runner = std::make_unique<Runner>(settings_, std::make_unique<FakeSink>(target_), *spool_, clock);
  runner->start();
  ASSERT_EQ(hang->entered.get_future().wait_for(plenty), std::future_status::ready);
  runner->stop(Duration{});
  ASSERT_TRUE(runner->abandon());
  const int asked = clock.asked;
  runner.reset();
  EXPECT_TRUE(ends_by_itself(*hang));
  EXPECT_EQ(clock.asked, asked) << "spool and clock may be gone";
}

TEST_F(RunnerThreadTest, OneThatWaitsForItsSlotIsNotAbandoned) {
  settings_.every = std::chrono::hours(1);
  append();
  ASSERT_EQ(make_runner()->deliver_once(false, plenty), Runner::Outcome::delivered);
  const auto runner = make_runner();
  runner->start();
  EXPECT_FALSE(runner->abandon()) << "it is not in its sink, and ends when it is told to";
  runner->stop(Duration{});
  EXPECT_TRUE(runner->wait_stopped(plenty));
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

TEST_F(RunnerThreadTest, OnceDoesNotWaitForTheEndOfItsTime) {
  append();
  settings_.pause = [](Duration) { ADD_FAILURE() << "there is no time left to try again in"; };
  target_->open_failures.push_back(sink_failure("429", minutes(1)));
  EXPECT_EQ(make_runner()->deliver_once(false, minutes(1)), Runner::Outcome::unreachable);
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
