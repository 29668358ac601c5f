// What is believed about the time after many histories of right and wrong clocks.
#include "collector/core/proven_time.h"

#include <gtest/gtest.h>

#include <random>

namespace collector::test {
namespace {

using namespace std::chrono_literals;
using std::chrono::days;
using std::chrono::hours;

constexpr WallTime at(int year, unsigned month, unsigned day_of_month) {
  return std::chrono::sys_days(std::chrono::year(year) / std::chrono::month(month) /
                               std::chrono::day(day_of_month)) +
         hours(12);
}

// A state directory: runs come and go, what they know is handed on as text.
class ProvenTimeTest : public ::testing::Test {
 protected:
  // A run that looks at its clock every `pause` for `length`; the clock is right about how time passes.
  void run(WallTime wall, Duration length = {}, Duration pause = 10min) {
    ProvenTime time;
    time.restore(kept_);
    boot_ += 1min;
    live(time, wall, length, pause);
    kept_ = time.text();
  }
  // The same, of a clock that is set right after a while.
  void run_set(WallTime wrong, Duration wrong_for, WallTime right, Duration length) {
    ProvenTime time;
    time.restore(kept_);
    boot_ += 1min;
    live(time, wrong, wrong_for, 10min);
    live(time, right, length, 10min);
    kept_ = time.text();
  }
  void start_afresh() { kept_.clear(); }
  std::optional<WallTime> confirmed() const {
    ProvenTime time;
    time.restore(kept_);
    return time.confirmed();
  }

 private:
  void live(ProvenTime& time, WallTime wall, Duration length, Duration pause) {
    for (Duration passed{}; passed <= length; passed += pause, boot_ += pause)
      time.observe({wall + passed, boot_});
  }

  std::string kept_;
  BootTime boot_{1000s};
};

TEST_F(ProvenTimeTest, OneRunConfirmsNothing) {
  run(at(2026, 11, 1));
  EXPECT_FALSE(confirmed());
}

TEST_F(ProvenTimeTest, TwelveRunsConfirmTheFirstTimeAndEachTheOneBefore) {
  for (unsigned d = 1; d <= 12; ++d)
    run(at(2026, 11, d));
  EXPECT_FALSE(confirmed());
  run(at(2026, 11, 13));
  EXPECT_EQ(confirmed(), at(2026, 11, 12));
  run(at(2026, 11, 14));
  EXPECT_EQ(confirmed(), at(2026, 11, 13));
}

TEST_F(ProvenTimeTest, RunsEveryFiveMinutesAreFollowed) {
  for (int i = 0; i < 300; ++i)
    run(at(2026, 11, 1) + i * 5min);
  EXPECT_EQ(confirmed(), at(2026, 11, 1) + 299 * 5min);
}

TEST_F(ProvenTimeTest, AServiceBelievesItselfAfterADay) {
  run(at(2026, 11, 1), hours(23));
  EXPECT_FALSE(confirmed());
  run(at(2026, 11, 2), hours(25));
  EXPECT_EQ(confirmed(), at(2026, 11, 2) + hours(25));
}

TEST_F(ProvenTimeTest, ALeapAheadIsRefutedByTheNextRun) {
  run(at(2026, 11, 3), hours(48));
  run(at(2036, 1, 1));
  EXPECT_EQ(confirmed(), at(2026, 11, 5));
  run(at(2026, 11, 6));
  run(at(2036, 1, 2));
  run(at(2026, 11, 7));
  run(at(2026, 11, 8));
  EXPECT_EQ(confirmed(), at(2026, 11, 7));
}

// The right runs between them left no trace: the state directory could not be written.
TEST_F(ProvenTimeTest, WrongTimesDoNotConfirmOneAnother) {
  run(at(2026, 11, 1), hours(48));
  for (const int year : {2029, 2030, 2032, 2035})  // each further off
    run(at(year, 1, 1));
  EXPECT_EQ(confirmed(), at(2026, 11, 3));
  for (unsigned d = 2; d <= 20; ++d)  // and one that goes on from day to day
    run(at(2035, 1, d));
  EXPECT_EQ(confirmed(), at(2026, 11, 3));
  run(at(2026, 11, 21));
  run(at(2026, 11, 22));
  EXPECT_EQ(confirmed(), at(2026, 11, 21));
}

TEST_F(ProvenTimeTest, TenYearsOffAreBelievedAfterAsManyRunsAsHoursAreNeeded) {
  run(at(2026, 11, 1), hours(48));
  WallTime day = at(2036, 11, 3);
  for (int i = 0; i < 120; ++i, day += days(1))
    run(day);
  EXPECT_EQ(confirmed(), at(2026, 11, 3));
  for (int i = 0; i < 3; ++i, day += days(1))
    run(day);
  EXPECT_GE(confirmed(), at(2036, 11, 3));
  for (int i = 0; i < 40; ++i, day += days(1))
    run(day);
  EXPECT_EQ(confirmed(), day - days(2));
}

TEST_F(ProvenTimeTest, ManyWrongRunsWithinMinutesConfirmNothing) {
  run(at(2026, 10, 31), hours(48));
  for (int i = 0; i < 500; ++i)
    run(at(2036, 1, 1) + i * 1min);
  EXPECT_LE(*confirmed(), at(2026, 11, 2));
}

TEST_F(ProvenTimeTest, AWholeDayOfAWrongClockIsNotEnoughForTenYears) {
  run(at(2026, 11, 1), hours(48));
  run(at(2036, 1, 1), hours(96));
  EXPECT_EQ(confirmed(), at(2026, 11, 3));
}

TEST_F(ProvenTimeTest, AMachineThatWasOffForAYearIsBelievedAfterwards) {
  run(at(2026, 11, 3), hours(48));
  for (unsigned d = 5; d < 17; ++d)
    run(at(2027, 11, d));
  EXPECT_EQ(confirmed(), at(2026, 11, 5));
  run(at(2027, 11, 17));
  EXPECT_EQ(confirmed(), at(2027, 11, 16));
  run(at(2028, 11, 6), hours(25));  // a service
  EXPECT_EQ(confirmed(), at(2028, 11, 6) + hours(25));
}

// Each boot begins in 2036, until the network tells the time.
TEST_F(ProvenTimeTest, WhatARunReadBeforeItsClockWasSetRightDoesNotCount) {
  for (const int year : {2036, 1970, 2025, 2000}) {
    start_afresh();
    for (unsigned d = 1; d <= 20; ++d) {
      run_set(at(year, 3, 1), 20min, at(2026, 11, d), hours(8));
      if (d > 3) {
        EXPECT_GE(confirmed(), at(2026, 11, d - 1)) << year << ", day " << d;
        EXPECT_LE(confirmed(), at(2026, 11, d) + hours(8)) << year << ", day " << d;
      }
    }
  }
}

TEST_F(ProvenTimeTest, AClockInThePastNeitherCountsNorDestroysWhatIsKnown) {
  run(at(2026, 11, 1), hours(48));
  const auto before = confirmed();
  run(at(2025, 6, 1));
  run(at(1970, 1, 2), hours(100));
  EXPECT_EQ(confirmed(), before);
  run(at(2026, 11, 10));
  run(at(2026, 11, 11));
  EXPECT_EQ(confirmed(), at(2026, 11, 10));
}

// If it was ever wrong itself, it goes back when runs keep saying so.
TEST_F(ProvenTimeTest, AConfirmedTimeThatWasWrongGoesBack) {
  run(at(2036, 1, 1), hours(24 * 8));
  ASSERT_EQ(confirmed(), at(2036, 1, 9));
  for (unsigned d = 1; d <= 20; ++d)
    run(at(2026, 11, d), hours(8));
  EXPECT_LE(*confirmed(), at(2026, 11, 20) + hours(8));
  EXPECT_GE(*confirmed(), at(2026, 11, 1));
}

TEST_F(ProvenTimeTest, ATextThatIsNoneOfItsBeginsAfresh) {
  for (const char* text : {"", "2 5", "1", "1 1700000000000 3 1", "nonsense", "1 5 18446744073709551615"}) {
    ProvenTime time;
    time.restore(text);
    EXPECT_FALSE(time.confirmed()) << text;
  }
}

// Right runs and single wrong ones in any order: never ahead of the truth, and never far behind for long.
TEST_F(ProvenTimeTest, NoHistoryOfSingleWrongRunsIsBelieved) {
  for (unsigned seed = 1; seed <= 400; ++seed) {
    start_afresh();
    std::mt19937 random(seed);
    const auto draw = [&](int from, int to) { return std::uniform_int_distribution(from, to)(random); };
    WallTime truth = at(2026, 1, 1);
    int right_in_a_row = 0;
    for (int i = 0; i < 60; ++i) {
      truth += draw(0, 3) == 0 ? hours(draw(1, 24 * 200)) : Duration(draw(1, 600) * 1min);
      const Duration length = draw(0, 1) == 0 ? Duration{} : Duration(draw(1, 11) * hours(1));
      if (right_in_a_row > 0 && draw(0, 3) == 0) {
        const auto off = hours(24) * draw(1, 4000);
        const WallTime wrong = draw(0, 1) == 0 ? truth + off : truth - off;
        if (draw(0, 1) == 0)
          run(wrong, length);
        else
          run_set(wrong, length, truth + length, hours(1));
        right_in_a_row = 0;
      } else {
        run(truth, length);
        ++right_in_a_row;
      }
      truth += length + hours(1);
      if (const auto believed = confirmed()) {
        ASSERT_LE(*believed, truth) << "seed " << seed << ", run " << i;
      }
    }
    for (int i = 0; i < 170; ++i)
      run(truth += days(1));
    ASSERT_EQ(confirmed(), truth - days(1)) << "seed " << seed;
  }
}

}  // namespace
}  // namespace collector::test
