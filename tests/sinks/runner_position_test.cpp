// A target that is ahead of the spool or behind it, and what the runner remembers of it.
#include "sinks/runner_position.h"

#include <gtest/gtest.h>

namespace collector::test {
namespace {

TEST(ResumeToken, ReadsBackWhatItWrote) {
  const ResumeToken token{.delivered = WallTime(std::chrono::seconds(1767225600)),
                          .source = Uuid::random(),
                          .epoch = Uuid::random(),
                          .sequence = 17,
                          .sink_state = "file 3\noffset 9\n"};
  EXPECT_EQ(ResumeToken::parse(token.text()), token);
  EXPECT_EQ(ResumeToken::parse(ResumeToken{}.text()), ResumeToken{});
}

TEST(ResumeToken, AnyOtherTextIsTheSinksOwn) {
  for (const std::string text :
       {"", "abc", "runner1", "runner1 5", "runner2 - - 0\nx", "runner3 - - - 0\nx", "\n\n"})
    EXPECT_EQ(ResumeToken::parse(text).sink_state, text);
}

TEST(ResumeToken, OfAnEarlierVersionIsUnderstood) {
  const Uuid epoch = Uuid::random();
  const auto token = ResumeToken::parse("runner1 1767225600 " + epoch.text() + " 17 12\nfile 3");
  EXPECT_EQ(token.delivered, WallTime(std::chrono::seconds(1767225600)));
  EXPECT_EQ(token.source, std::nullopt);
  EXPECT_EQ(token.epoch, epoch);
  EXPECT_EQ(token.sequence, 17U);
  EXPECT_EQ(token.sink_state, "file 3");
}

PositionAnswer compare(std::optional<std::uint64_t> target, std::optional<std::uint64_t> known) {
  return compare_positions({.target = target,
                            .known = known,
                            .confirmed = 50,
                            .spool_holds_target = target && *target > 30 && *target <= 60});
}

TEST(Positions, AgreeWhenTheTargetHoldsWhatWasDelivered) {
  EXPECT_EQ(compare(50, 50), PositionAnswer::agreed);
  EXPECT_EQ(compare(55, 50), PositionAnswer::agreed);  // the cursor was not stored in time
  EXPECT_EQ(compare({}, {}), PositionAnswer::agreed);  // a new sink
  EXPECT_EQ(compare(40, {}), PositionAnswer::agreed);  // a new name for an old target
  EXPECT_EQ(compare(10, {}), PositionAnswer::agreed);
  EXPECT_EQ(compare(45, 40), PositionAnswer::agreed);  // the rest was dropped
}

TEST(Positions, TargetAheadOfTheSpool) {
  EXPECT_EQ(compare(61, 50), PositionAnswer::target_ahead);
  EXPECT_EQ(compare(61, {}), PositionAnswer::target_ahead);
}

TEST(Positions, TargetThatHasLostRows) {
  EXPECT_EQ(compare(40, 50), PositionAnswer::target_behind);
  EXPECT_EQ(compare(10, 50), PositionAnswer::target_behind);
  EXPECT_EQ(compare({}, 50), PositionAnswer::target_behind);
}

}  // namespace
}  // namespace collector::test
