// Which stamps stand for something younger, when clocks were wrong.
#include "collector/core/late_rows.h"

#include <gtest/gtest.h>

#include <sstream>

#include "collector/core/retention_clock.h"
#include "tests/support/certain_time.h"

namespace collector::test {
namespace {

using std::chrono::hours;

constexpr WallTime today{std::chrono::seconds(1'774'000'000)};  // 2026-03-20

class LateRowsTest : public ::testing::Test {
 protected:
  static std::vector<Row> rows_at(std::vector<WallTime> starts) {
    std::vector<Row> rows;
    for (const WallTime start : starts)
      rows.emplace_back().start = start;
    return rows;
  }
  void note(WallTime stamp, WallTime confirmed, bool certain = true) {
    const auto rows = rows_at({stamp});
    late_.note(rows, confirmed, certain);
  }
  void next_run() {
    std::stringstream text;
    late_.write(text);
    late_ = {};
    late_.read(text);
  }
  bool is_young(WallTime stamp, WallTime since) const {
    for (const StampRange& range : late_.written_since(since))
      if (range.holds(unix_seconds(stamp))) return true;
    return false;
  }
  LateRows late_;
};

TEST_F(LateRowsTest, RowsOfARightClockLeaveNothing) {
  for (int i = 0; i < 1000; ++i)
    note(today + hours(i) - std::chrono::seconds(30), today + hours(i));
  EXPECT_TRUE(late_.written_since(WallTime{}).empty());
}

TEST_F(LateRowsTest, AStampOfThePastIsAsYoungAsTheTimeItWasWritten) {
  const WallTime past = today - hours(24 * 3000);
  note(past, today);
  note(past + std::chrono::seconds(60), today);
  next_run();
  EXPECT_EQ(late_.written_since(today),
            (std::vector<StampRange>{{unix_seconds(past), unix_seconds(past) + 60}}));
  EXPECT_TRUE(late_.written_since(today + std::chrono::seconds(1)).empty()) << "it ages";
}

TEST_F(LateRowsTest, WhatIsWrittenInAnUncertainTimeIsYoungUntilALaterRunIsConfirmed) {
  const WallTime past = today - hours(24 * 100);
  note(past, today, false);
  EXPECT_TRUE(is_young(past, today + hours(24 * 3000)));
  next_run();
  late_.settle(today + hours(24 * 365), today, false);
  EXPECT_TRUE(is_young(past, today + hours(24 * 365)));
  next_run();
  late_.settle(today + hours(24 * 366), today + hours(24 * 365), false);
  EXPECT_TRUE(is_young(past, today + hours(24 * 365)));
  EXPECT_FALSE(is_young(past, today + hours(24 * 366)));
}

TEST_F(LateRowsTest, WhatTurnsOutToBeRightIsForgotten) {
  for (int i = 0; i < 24; ++i)
    note(today + hours(i), today - hours(24 * 400), false);
  EXPECT_TRUE(is_young(today, today));
  late_.settle(today + hours(24), today + hours(24), true);
  EXPECT_TRUE(late_.written_since(WallTime{}).empty());
}

TEST_F(LateRowsTest, TooManyRangesAreJoinedAndNothingBecomesOlder) {
  std::vector<WallTime> stamps;
  for (int i = 1; i <= 500; ++i) {
    stamps.push_back(today - hours(24 * ((i * 37) % 3000 + 100)));
    note(stamps.back(), today + hours(24 * i));
  }
  EXPECT_LE(late_.written_since(WallTime{}).size(), 64U);
  next_run();
  for (int i = 1; i <= 500; ++i)
    EXPECT_TRUE(is_young(stamps[static_cast<std::size_t>(i) - 1], today + hours(24 * i))) << i;
}

TEST_F(LateRowsTest, TheRetentionClockHandsThemOn) {
  RetentionClock clock;
  const Instant now{today, BootTime(hours(100))};
  make_certain(clock, now);
  clock.note(rows_at({today - hours(24 * 900)}), now);
  RetentionClock next;
  next.restore(clock.text());
  EXPECT_EQ(next.text(), clock.text());
  EXPECT_EQ(next.written_since(today).size(), 1U);
}

}  // namespace
}  // namespace collector::test
