#include "collector/pipeline/window.h"

#include <gtest/gtest.h>

#include "tests/pipeline/rig.h"

namespace collector::test {
namespace {

// 2026-01-01T00:00:00Z; the manual clock's own start.
constexpr std::int64_t midnight = 1767225600;

// A window clock of 30 s, ticked by a clock that the test moves; `from` is where its first tick is.
class WindowTest : public testing::Test {
 protected:
  std::optional<ClosedWindow> tick_after(Duration by, bool may_close = true) {
    clock_.advance(by);
    return windows_.tick(clock_.now(), may_close);
  }
  // Ticks each second until a window closes.
  ClosedWindow next() {
    for (int i = 0; i < 1000; ++i)
      if (const auto window = tick_after(seconds(1))) return *window;
    throw std::runtime_error("no window closed in 1000 s");
  }
  static void expect(const std::optional<ClosedWindow>& window, std::int64_t start, std::int64_t end) {
    ASSERT_TRUE(window);
    EXPECT_EQ(window->start, wall(midnight + start));
    EXPECT_EQ(window->end, wall(midnight + end));
  }
  // The first two ticks, at 5.4 s and 6.4 s: the window [5, 6) is behind, [6, 30) is open.
  void start() {
    clock_.advance(milliseconds(5400));
    windows_.tick(clock_.now(), true);
    tick_after(seconds(1));
  }

  ManualClock clock_;
  WindowClock windows_{seconds(30)};
};

TEST_F(WindowTest, FirstWindowClosesAtTheSecondTick) {
  clock_.advance(milliseconds(5400));
  EXPECT_FALSE(windows_.tick(clock_.now(), true));
  expect(tick_after(seconds(1)), 5, 6);
}

TEST_F(WindowTest, FirstWindowIsAtLeastASecondLong) {
  windows_.tick(clock_.now(), true);
  expect(tick_after(milliseconds(200)), 0, 1);
  expect(next(), 1, 30);
}

TEST_F(WindowTest, FirstWindowOverABoundaryIsOneWindow) {
  clock_.advance(seconds(20));
  windows_.tick(clock_.now(), true);
  expect(tick_after(seconds(50)), 20, 70);
  expect(next(), 70, 90);
}

TEST_F(WindowTest, WindowsAreAlignedAndFollowEachOther) {
  start();
  expect(next(), 6, 30);
  expect(next(), 30, 60);
  expect(next(), 60, 90);
}

TEST_F(WindowTest, ReadingExactlyAtTheEndClosesTheWindow) {
  windows_.tick(clock_.now(), true);
  tick_after(seconds(1));
  EXPECT_FALSE(tick_after(milliseconds(28'999)));
  expect(tick_after(milliseconds(1)), 1, 30);
}

TEST_F(WindowTest, BusyWriterGetsOneLargerWindow) {
  start();
  EXPECT_FALSE(tick_after(seconds(24), false));
  EXPECT_FALSE(tick_after(seconds(30), false));
  expect(tick_after(seconds(40)), 6, 90);
  expect(next(), 90, 120);
}

TEST_F(WindowTest, SuspendOf8HoursIsOneLongWindow) {
  start();
  const auto window = tick_after(hours(8));
  expect(window, 6, 8 * 3600);
  EXPECT_FALSE(window->clock_stepped);
  expect(next(), 8 * 3600, 8 * 3600 + 30);
}

TEST_F(WindowTest, SlewingIsNoStep) {
  start();
  for (int i = 0; i < 24; ++i) {
    clock_.step_wall(milliseconds(-1));
    if (const auto window = tick_after(seconds(1))) {
      expect(window, 6, 30);
      EXPECT_FALSE(window->clock_stepped);
    }
  }
  EXPECT_EQ(windows_.clock_steps() + windows_.forward_steps(), 0);
  const auto window = next();
  expect(window, 30, 60);
}

TEST_F(WindowTest, ClockSteppedForwardAnHourNeitherEndsNorStretchesTheWindow) {
  start();
  clock_.step_wall(hours(1));
  for (int i = 0; i < 23; ++i)
    EXPECT_FALSE(tick_after(seconds(1))) << i;
  const auto window = tick_after(seconds(1));
  expect(window, 3606, 3630);
  EXPECT_TRUE(window->clock_stepped);
  EXPECT_EQ(window->clock_steps, 0);
  EXPECT_EQ(windows_.forward_steps(), 1);
  const auto after = next();
  expect(after, 3630, 3660);
  EXPECT_FALSE(after.clock_stepped);
}

TEST_F(WindowTest, ClockSteppedBackAnHourIsCountedAndLivedTwice) {
  start();
  clock_.step_wall(hours(-1));
  const auto window = next();
  expect(window, -3594, -3570);
  EXPECT_TRUE(window.clock_stepped);
  EXPECT_EQ(window.clock_steps, 1);
  expect(next(), -3570, -3540);
}

TEST_F(WindowTest, OddStepIsFlooredToSecondsAndTheNextWindowAlignsAgain) {
  start();
  clock_.step_wall(milliseconds(-7300));
  const auto window = next();
  expect(window, -2, 22);
  expect(next(), 22, 30);
  expect(next(), 30, 60);
}

TEST_F(WindowTest, ClockAcrossMidnightAndBack) {
  start();
  clock_.step_wall(seconds(-20));
  expect(next(), -14, 10);
  EXPECT_EQ(windows_.clock_steps(), 1);
  clock_.step_wall(seconds(20));
  expect(next(), 30, 50);  // 20 s long, as planned: [10, 30)
  expect(next(), 50, 60);
}

TEST_F(WindowTest, ClockTo2035AndBack) {
  start();
  const Duration nine_years = hours(24) * 3287;
  clock_.step_wall(nine_years);
  const std::int64_t later = 24LL * 3600 * 3287;
  expect(next(), later + 6, later + 30);
  expect(next(), later + 30, later + 60);
  clock_.step_wall(-nine_years);
  const auto back = next();
  expect(back, 60, 90);
  EXPECT_EQ(back.clock_steps, 1);
  EXPECT_EQ(windows_.forward_steps(), 1);
}

TEST_F(WindowTest, StepDuringTheFirstWindow) {
  clock_.advance(milliseconds(5400));
  windows_.tick(clock_.now(), true);
  clock_.step_wall(hours(1));
  const auto window = tick_after(seconds(1));
  expect(window, 3605, 3606);
  EXPECT_TRUE(window->clock_stepped);
}

TEST_F(WindowTest, StepWhileTheWriterIsBusyKeepsTheTrueLength) {
  start();
  EXPECT_FALSE(tick_after(seconds(24), false));
  clock_.step_wall(hours(1));
  expect(tick_after(seconds(30)), 3606, 3660);
}

TEST_F(WindowTest, StepBackWhileNobodyRanIsCounted) {
  Instant last = clock_.now();
  last.wall += hours(1);
  WindowClock windows(seconds(30), 4, last);
  clock_.advance(seconds(1));
  windows.tick(clock_.now(), true);
  EXPECT_EQ(windows.clock_steps(), 5);
}

// Stamps are whole seconds: rows of both processes may have the same ones.
TEST_F(WindowTest, StartRightAfterTheEndIsCounted) {
  WindowClock before(seconds(30), 4);
  before.tick(clock_.now(), true);
  clock_.advance(milliseconds(100));
  before.tick(clock_.now(), true);
  const Instant last = clock_.now();
  const auto end = before.finish(clock_.now())->end;

  clock_.advance(milliseconds(1100));
  WindowClock soon(seconds(30), 4, last);
  soon.tick(clock_.now(), true);
  clock_.advance(milliseconds(100));
  const auto window = soon.tick(clock_.now(), true);
  ASSERT_TRUE(window);
  EXPECT_EQ(window->end, end) << "one stamp";
  EXPECT_EQ(window->clock_steps, 5) << "but for this";

  clock_.advance(seconds(1));
  WindowClock later(seconds(30), 4, last);
  later.tick(clock_.now(), true);
  EXPECT_EQ(later.clock_steps(), 4);
}

TEST_F(WindowTest, FinishClosesWhatIsOpen) {
  start();
  tick_after(milliseconds(5300));
  expect(windows_.finish(clock_.now()), 6, 11);
}

TEST_F(WindowTest, FinishAfterOneTickIsOneSecond) {
  clock_.advance(milliseconds(5400));
  windows_.tick(clock_.now(), true);
  expect(windows_.finish(clock_.now()), 5, 6);
}

TEST_F(WindowTest, FinishWithoutATickIsNothing) {
  EXPECT_FALSE(windows_.finish(clock_.now()));
}

TEST_F(WindowTest, NewLengthHoldsFromTheNextWindowOn) {
  start();
  windows_.set_length(seconds(60));
  expect(next(), 6, 30);
  expect(next(), 30, 60);
  expect(next(), 60, 120);
}

}  // namespace
}  // namespace collector::test
