// When a runner tries: back-off, and the slots of `every`.
#include "sinks/runner_schedule.h"

#include <gtest/gtest.h>

namespace collector::test {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

Random always(double value) {
  return [value] { return value; };
}

SinkFailure failure(std::optional<Duration> retry_after = {}, bool hold = false) {
  return {.what = "no", .remedy = "", .retry_after = retry_after, .hold = hold};
}

WallTime at(Duration since_midnight) {
  return WallTime(seconds(1767225600)) + since_midnight;
}

TEST(Backoff, DoublesFromOneSecondToFiveMinutes) {
  Backoff backoff(always(0.5));  // the middle: no jitter
  for (const int expected : {1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300})
    EXPECT_EQ(backoff.after(failure()), seconds(expected));
  backoff.reset();
  EXPECT_EQ(backoff.after(failure()), seconds(1));
}

TEST(Backoff, JitterIsTwentyPercentEitherWay) {
  EXPECT_EQ(Backoff(always(0)).after(failure()), std::chrono::milliseconds(800));
  EXPECT_GT(Backoff(always(0.999)).after(failure()), std::chrono::milliseconds(1199));
  EXPECT_LT(Backoff(always(0.999)).after(failure()), std::chrono::milliseconds(1200));
}

TEST(Backoff, AtLeastAsLongAsTheTargetAsksFor) {
  Backoff backoff(always(0.5));
  EXPECT_EQ(backoff.after(failure(seconds(90))), seconds(90));
  EXPECT_EQ(backoff.after(failure(hours(1))), hours(1));
  EXPECT_EQ(backoff.after(failure(seconds(1))), seconds(4));
}

TEST(Backoff, NoPauseWhenToldSoButOnlyOnce) {
  Backoff backoff(always(0.5));
  EXPECT_EQ(backoff.after(failure(Duration{})), Duration{});
  EXPECT_EQ(backoff.after(failure(Duration{})), seconds(2));
}

TEST(Backoff, FailureThatNeedsAHandIsTriedSlowly) {
  Backoff backoff(always(0.5));
  EXPECT_EQ(backoff.after(failure({}, true)), minutes(5));
}

TEST(Slots, WithoutEveryIsAlwaysDue) {
  Slots slots(Duration{}, always(0.9));
  slots.use_up(at(hours(1)));
  EXPECT_EQ(slots.until_due(at(hours(1)), true), Duration{});
  EXPECT_FALSE(slots.give_up({at(hours(1)), {}}, hours(9)));
}

TEST(Slots, OncePerSlotOfTheWallClock) {
  Slots slots(minutes(15), always(0));
  EXPECT_EQ(slots.until_due(at(minutes(7)), true), Duration{});  // never delivered: at once
  slots.use_up(at(minutes(7)));
  EXPECT_EQ(slots.until_due(at(minutes(7)), true), minutes(8));
  EXPECT_EQ(slots.until_due(at(minutes(14) + seconds(59)), true), seconds(1));
  EXPECT_EQ(slots.until_due(at(minutes(15)), true), Duration{});
  EXPECT_EQ(slots.until_due(at(hours(5)), true), Duration{});
}

TEST(Slots, LateByAFixedAmountOfAtMostTwentySeconds) {
  Slots slots(hours(1), always(0.75));
  slots.use_up(at(minutes(30)));
  EXPECT_EQ(slots.until_due(at(minutes(30)), true), minutes(30) + seconds(15));
  EXPECT_EQ(slots.until_due(at(hours(1)), true), seconds(15));
  EXPECT_EQ(slots.until_due(at(hours(1)), false), Duration{});
  EXPECT_EQ(slots.until_due(at(hours(1) + seconds(15)), true), Duration{});
  Slots narrow(seconds(8), always(0.75));
  narrow.use_up(at(Duration{}));
  EXPECT_EQ(narrow.until_due(at(seconds(8)), true), std::chrono::milliseconds(1500));
}

TEST(Slots, ClockSetBackDoesNotSilence) {
  Slots slots(minutes(15), always(0));
  slots.use_up(at(hours(5)));
  EXPECT_EQ(slots.until_due(at(hours(4)), true), Duration{});
  // Before 1970 the slots go on downwards.
  slots.use_up(WallTime(-seconds(1)));
  EXPECT_EQ(slots.until_due(WallTime(-seconds(1)), true), seconds(1));
  EXPECT_EQ(slots.until_due(WallTime(seconds(1)), true), Duration{});
}

TEST(Slots, ThreeTriesThenTheNextSlot) {
  Slots slots(minutes(15), always(0));
  Instant now{at(minutes(1)), BootTime(seconds(100))};
  EXPECT_FALSE(slots.give_up(now, seconds(1)));
  EXPECT_FALSE(slots.give_up(now, seconds(2)));
  EXPECT_EQ(slots.until_due(now.wall, true), Duration{});
  EXPECT_TRUE(slots.give_up(now, seconds(4)));
  EXPECT_EQ(slots.until_due(now.wall, true), minutes(14));
  // The next slot has its own three.
  now.wall += minutes(15);
  now.boot += minutes(15);
  EXPECT_FALSE(slots.give_up(now, seconds(1)));
}

TEST(Slots, OneMinuteOfTryingIsEnough) {
  Slots slots(minutes(15), always(0));
  const Instant now{at(minutes(1)), BootTime(seconds(100))};
  EXPECT_FALSE(slots.give_up(now, seconds(1)));
  EXPECT_TRUE(slots.give_up({now.wall + seconds(59), now.boot + seconds(59)}, seconds(2)));
}

}  // namespace
}  // namespace collector::test
