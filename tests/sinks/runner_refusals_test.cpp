// Rows that a sink refuses: of whatever happens to their batch afterwards, each row is there once at the end,
// when the dead letters have been sent again.
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/sinks/runner_fixture.h"

namespace collector::test {
namespace {

class RunnerRefusals : public RunnerTest {
 protected:
  // Another sink, of which nothing is heard: everything is kept for it.
  void keep_everything() {
    const std::vector<std::pair<std::string, SinkLimits>> sinks{{"cloud", {}}, {"slow", {}}};
    ASSERT_TRUE(spool_->set_sinks(sinks));
  }
  std::size_t dead_letters() const { return spool_->dead_letters("cloud", 100)->size(); }
  // Runs until nothing waits, past the pauses after failures.
  void deliver() {
    for (int i = 0; i < 10 && run().kind != Kind::batch; ++i)
      clock_.advance(std::chrono::minutes(30));
    EXPECT_EQ(spool_->cursor("cloud").number, spool_->last_number());
  }
  void replay() {
    target_->refused.clear();
    ASSERT_TRUE(spool_->replay_dead_letters("cloud", "cloud"));
    deliver();
    EXPECT_EQ(dead_letters(), 0U);
  }
  // Those of append(): one each half a minute.
  void expect_each_once(std::size_t count) {
    std::ranges::sort(target_->rows);
    ASSERT_EQ(target_->rows.size(), count);
    EXPECT_EQ(std::ranges::adjacent_find(target_->rows), target_->rows.end());
  }
  void lose_target() {
    target_->positions.clear();
    target_->rows.clear();
    new_process();
    keep_everything();
  }
};

TEST_F(RunnerRefusals, CommitFailsAndTheRowsAreAcceptedNext) {
  for (const bool keeps_position : {true, false}) {
    SCOPED_TRACE(keeps_position);
    target_->keeps_position = keeps_position;
    target_->rows.clear();
    const auto all = sequences(4);
    target_->refused = {all[1], all[2]};
    target_->commit_failures = {sink_failure("the disk is full")};
    ASSERT_EQ(run().kind, Kind::pause);
    target_->refused = {all[2]};
    deliver();
    EXPECT_EQ(dead_letters(), 1U);
    replay();
    expect_each_once(all.size());
  }
}

TEST_F(RunnerRefusals, SinkDiesBetweenCommitAndCursor) {
  const auto all = sequences(3);
  target_->refused = {all[1]};
  target_->commit_failures = {sink_failure("the disk is full")};
  ASSERT_EQ(run().kind, Kind::pause);
  // Accepted, but the next process knows only that the batches wait.
  target_->refused.clear();
  target_->in_write = [&] { may_write_ = true; };
  clock_.advance(std::chrono::minutes(30));
  ASSERT_EQ(run().kind, Kind::batch);
  new_process();
  deliver();
  replay();
  expect_each_once(all.size());
}

TEST_F(RunnerRefusals, BatchThatTheTargetHasAlreadyKeepsItsDeadLetters) {
  const auto all = sequences(3);
  target_->refused = {all[1]};
  save_spool();
  ASSERT_EQ(run().kind, Kind::batch);
  // The cursor's move is lost, the dead letter is not.
  auto letters = spool_->dead_letters("cloud", 10);
  ASSERT_EQ(letters->size(), 1U);
  restore_spool();
  letters->front().content.number = 2;
  const std::vector<RefusedRow> rows{{&letters->front().content, 0, "too odd"}};
  ASSERT_TRUE(
      spool_->set_dead_letters("cloud", std::array<const Batch*, 1>{&letters->front().content}, rows));
  sink_ = std::make_unique<FakeSink>(target_);
  deliver();
  EXPECT_EQ(dead_letters(), 1U);
  replay();
  expect_each_once(all.size());
}

TEST_F(RunnerRefusals, TargetIsEmptiedAndAcceptsTheRowsTheSecondTime) {
  keep_everything();
  const auto all = sequences(4);
  target_->refused = {all[0], all[2]};
  deliver();
  EXPECT_EQ(dead_letters(), 2U);
  target_->refused = {all[2]};
  lose_target();
  deliver();
  EXPECT_EQ(dead_letters(), 1U);
  replay();
  expect_each_once(all.size());
}

TEST_F(RunnerRefusals, ReplayLeavesOutWhatComesAgainAnyway) {
  keep_everything();
  const auto all = sequences(4);
  target_->refused = {all[0], all[2]};
  deliver();
  lose_target();
  target_->write_failures = {sink_failure("busy")};
  ASSERT_EQ(run().kind, Kind::pause);  // the target's loss was noticed, and nothing was sent yet
  target_->refused.clear();
  EXPECT_EQ(spool_->replay_dead_letters("cloud", "cloud").value().rows, 0U);
  EXPECT_EQ(dead_letters(), 2U);
  deliver();
  EXPECT_EQ(dead_letters(), 0U);
  expect_each_once(all.size());
}

TEST_F(RunnerRefusals, LimitLeavesOutWhatComesAgainAnyway) {
  ASSERT_TRUE(
      spool_->set_sinks(std::vector<std::pair<std::string, SinkLimits>>{{"cloud", {.dead_letters = 1}}}));
  const auto all = sequences(3);
  target_->refused = {all.begin(), all.end()};
  for (int i = 0; i < 3; ++i)
    target_->commit_failures.push_back(sink_failure("the disk is full"));
  for (int i = 0; i < 3; ++i) {
    ASSERT_EQ(run().kind, Kind::pause);
    clock_.advance(std::chrono::minutes(30));
    EXPECT_EQ(dead_letters(), all.size());
  }
  target_->refused.clear();
  deliver();
  EXPECT_EQ(dead_letters(), 0U);
  EXPECT_EQ(spool_->backlog("cloud").dropped_rows, 0U);
  expect_each_once(all.size());
}

}  // namespace
}  // namespace collector::test
