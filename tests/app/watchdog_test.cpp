// When the service manager gets its sign of life, and when not.

#include "collector/app/watchdog.h"

#include <gtest/gtest.h>

#include "tests/support/notify_socket.h"
#include "tests/support/temporary_directory.h"

namespace collector {
namespace {

using namespace std::chrono_literals;

// A manager that wants a sign every 30 s, and a loop that looks whenever it is due.
class WatchdogTest : public testing::Test {
 protected:
  // Signs given while the time goes on by `length` in steps of the interval; `writer_moves`: an attempt ends
  // in each step.
  int signs(Duration length, bool ticks, bool writer_moves) {
    int given = 0;
    for (Duration passed{}; passed < length; passed += progress_.interval) {
      now_ += progress_.interval;
      if (ticks) ++progress_.ticks;
      if (writer_moves) ++progress_.writer_attempts;
      if (watchdog_.due(now_)) watchdog_.look(now_, progress_);
      while (socket_.next())
        ++given;
    }
    return given;
  }

  const test::TemporaryDirectory directory_;
  const test::NotifySocket socket_{(directory_ / "notify").string()};
  const ServiceManager manager_{{socket_.name(), "30000000", {}}};
  BootTime now_{1000s};
  Progress progress_{.ticks = 1, .interval = 1s};
  Watchdog watchdog_{manager_, now_, 10min};
};

TEST_F(WatchdogTest, EveryThirdOfThePeriodWhileItTicks) {
  EXPECT_EQ(signs(60s, true, false), 6);
}

TEST_F(WatchdogTest, NoneWhenTheTicksEnd) {
  EXPECT_EQ(signs(30s, true, false), 3);
  EXPECT_LE(signs(5min, false, false), 3) << "one period of grace";
  EXPECT_EQ(signs(5min, false, false), 0);
  EXPECT_EQ(signs(60s, true, false), 6) << "and again when they come back";
}

TEST_F(WatchdogTest, SlowTicksAreNoTrouble) {
  progress_.interval = 1h;
  // The loop comes by because of the watchdog alone.
  int given = 0;
  for (int i = 0; i < 100; ++i) {
    now_ = watchdog_.wake_before(now_ + 1h);
    ASSERT_TRUE(watchdog_.due(now_));
    watchdog_.look(now_, progress_);
    while (socket_.next())
      ++given;
  }
  EXPECT_EQ(given, 100) << "no tick was due in these 25 minutes";
}

TEST_F(WatchdogTest, FrequentTicksNeedNoOtherWakeUp) {
  for (int i = 0; i < 120; ++i) {
    ASSERT_EQ(watchdog_.wake_before(now_ + 1s), now_ + 1s);
    now_ += 1s;
    ++progress_.ticks;
    if (watchdog_.due(now_)) watchdog_.look(now_, progress_);
  }
}

TEST_F(WatchdogTest, AWriterThatFailsAndTriesAgainIsNotStuck) {
  progress_.writer_idle = false;
  EXPECT_EQ(signs(1h, true, true), 360);
}

TEST_F(WatchdogTest, AWriterInOneWriteIsStuckAfterItsPatience) {
  progress_.writer_idle = false;
  EXPECT_EQ(signs(10min, true, false), 60) << "a disk may stall";
  EXPECT_LE(signs(1min, true, false), 1);
  EXPECT_EQ(signs(10min, true, false), 0);
  progress_.writer_idle = true;
  EXPECT_EQ(signs(60s, true, false), 6);
}

TEST_F(WatchdogTest, ASuspendIsNotCounted) {
  progress_.writer_idle = false;
  EXPECT_EQ(signs(60s, true, false), 6);
  now_ += 8h;
  EXPECT_GE(signs(60s, true, false), 6) << "the writer had one minute, not eight hours";
}

TEST(WatchdogOff, CostsNothingWithoutAManager) {
  const ServiceManager manager({});
  Watchdog watchdog(manager, BootTime(1000s));
  EXPECT_EQ(watchdog.wake_before(BootTime(5000s)), BootTime(5000s));
  EXPECT_FALSE(watchdog.due(BootTime(5000s)));
  watchdog.look(BootTime(5000s), {});
}

}  // namespace
}  // namespace collector
