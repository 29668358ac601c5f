// A target that is ahead of the spool or behind it, and what the runner remembers of it.
#include "sinks/runner_position.h"

#include <gtest/gtest.h>

namespace collector::test {
namespace {

using Kind = PositionAnswer::Kind;
using Gap = SequenceRange;

TEST(CursorNote, ReadsBackWhatItWrote) {
  const CursorNote note{.delivered = WallTime(std::chrono::seconds(1767225600)),
                        .epoch = Uuid::random(),
                        .sequence = 17,
                        .own_after = 12,
                        .sink_state = "file 3\noffset 9\n"};
  EXPECT_EQ(CursorNote::parse(note.text()), note);
  EXPECT_EQ(CursorNote::parse(CursorNote{}.text()), CursorNote{});
}

TEST(CursorNote, AnyOtherTextIsTheSinksOwn) {
  for (const std::string text : {"", "abc", "runner1", "runner1 5", "runner2 - - 0\nx", "\n\n"})
    EXPECT_EQ(CursorNote::parse(text).sink_state, text);
}

PositionQuestion question(std::optional<std::uint64_t> target, std::optional<std::uint64_t> known) {
  return {.target = target,
          .epoch_is_current = true,
          .known = known,
          .cursor = 50,
          .spool_holds_target = target && *target > 30 && *target <= 60,
          .kept_after = 30};
}

TEST(Positions, AgreeWhenTheTargetHoldsWhatWasDelivered) {
  EXPECT_EQ(compare_positions(question(50, 50)).kind, Kind::agreed);
  EXPECT_EQ(compare_positions(question(55, 50)).kind, Kind::agreed);  // the cursor was not stored in time
  EXPECT_EQ(compare_positions(question({}, {})).kind, Kind::agreed);  // a new sink
  EXPECT_EQ(compare_positions(question(40, {})).kind, Kind::agreed);  // a new name for an old target
}

TEST(Positions, TargetAheadOfTheSpool) {
  EXPECT_EQ(compare_positions(question(61, 50)).kind, Kind::target_ahead);
  EXPECT_EQ(compare_positions(question(61, {})).kind, Kind::target_ahead);
  // Noticed before: the spool has another epoch by now.
  auto again = question(61, 61);
  again.epoch_is_current = false;
  EXPECT_EQ(compare_positions(again).kind, Kind::agreed);
}

TEST(Positions, RestoredTargetGetsWhatTheSpoolStillHas) {
  const auto answer = compare_positions(question(40, 50));
  EXPECT_EQ(answer.kind, Kind::target_behind);
  EXPECT_EQ(answer.resend_after, 40U);
  EXPECT_TRUE(answer.gap.empty());
}

TEST(Positions, WhatNobodyHasAnyMoreIsAGap) {
  const auto restored = compare_positions(question(10, 50));
  EXPECT_EQ(restored.kind, Kind::target_behind);
  EXPECT_EQ(restored.resend_after, 30U);
  EXPECT_EQ(restored.gap, Gap(10, 30));

  const auto emptied = compare_positions(question({}, 50));
  EXPECT_EQ(emptied.resend_after, 30U);
  EXPECT_EQ(emptied.gap, Gap(0, 30));

  auto nothing_kept = question(10, 50);
  nothing_kept.kept_after = 50;
  EXPECT_EQ(compare_positions(nothing_kept).resend_after, 50U);
  EXPECT_EQ(compare_positions(nothing_kept).gap, Gap(10, 50));
}

TEST(Positions, WhatFellOffTheBacklogIsNotAGapOfTheTarget) {
  // The cursor has jumped over dropped batches, up to 58; the target holds all it was given.
  auto dropped = question(50, 50);
  dropped.cursor = 58;
  dropped.kept_after = 58;
  EXPECT_EQ(compare_positions(dropped).kind, Kind::agreed);
  // Emptied as well: only what it had is a gap, the rest is told by rows of `dropped`.
  dropped.target = {};
  EXPECT_EQ(compare_positions(dropped).gap, Gap(0, 50));
  EXPECT_EQ(compare_positions(dropped).resend_after, 58U);
}

}  // namespace
}  // namespace collector::test
