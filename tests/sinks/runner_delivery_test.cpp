// Delivery, step by step: order, pauses, dead letters, and slots of `every`.
#include <gtest/gtest.h>

#include "tests/sinks/runner_fixture.h"

namespace collector::test {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

TEST_F(RunnerTest, DeliversInOrderAndWaitsForMore) {
  const auto all = sequences(5);
  settings_.max_rows = 2;
  EXPECT_EQ(run().kind, Kind::batch);
  EXPECT_EQ(target_->stored, all);
  EXPECT_EQ(calls("write 2"), 2);
  EXPECT_EQ(spool_->cursor("cloud").sequence, all.back());
  const auto figures = record_.copy();
  EXPECT_EQ(figures.delivered_batches, 5U);
  EXPECT_EQ(figures.delivered_rows, 5U);
  EXPECT_EQ(figures.state, RunnerState::idle);
  EXPECT_EQ(figures.last_delivery, clock_.now().wall);
  EXPECT_EQ(run().number, spool_->last_number());  // what to wait behind
  EXPECT_EQ(calls("open"), 1);                     // and the connection stays
}

TEST_F(RunnerTest, WhatTheSinkHasToTellIsInTheFigures) {
  sequences(1);
  target_->notes = {{.name = "space", .text = "412 MB of 512 MB used", .warning = true}};
  EXPECT_EQ(run().kind, Kind::batch);
  ASSERT_EQ(record_.copy().notes.size(), 1U);
  EXPECT_EQ(record_.copy().notes[0].text, "412 MB of 512 MB used");
  target_->notes.clear();
  sequences(1);
  EXPECT_EQ(run().kind, Kind::batch);
  EXPECT_TRUE(record_.copy().notes.empty());
}

TEST_F(RunnerTest, CursorIsStoredWhileCatchingUpNotInTheSteadyState) {
  sequences(1);
  ASSERT_EQ(run().kind, Kind::batch);
  EXPECT_TRUE(spool_->confirmations_pending());  // rides in the next append
  settings_.max_rows = 1;
  delivery_.reset();
  sequences(20);
  EXPECT_FALSE(spool_->confirmations_pending());
  ASSERT_EQ(delivery().step(Delivery::Mode::normal).kind, Kind::step);  // open
  ASSERT_EQ(delivery().step(Delivery::Mode::normal).kind, Kind::step);  // write
  EXPECT_TRUE(spool_->confirmations_pending());
  // Now and then, not with each batch: what a crash loses is delivered again, and found there.
  int stored = 0;
  for (int i = 0; i < 19; ++i) {
    ASSERT_EQ(delivery().step(Delivery::Mode::normal).kind, Kind::step);
    const std::uint64_t before = spool_->batches();
    ASSERT_TRUE(spool_->read("cloud", 1));
    if (spool_->batches() < before) ++stored;
  }
  EXPECT_GE(stored, 3);
  EXPECT_LE(stored, 7);
  ASSERT_EQ(run().kind, Kind::batch);
  EXPECT_TRUE(delivery().finish());
  EXPECT_FALSE(spool_->confirmations_pending());
}

TEST_F(RunnerTest, SinkGetsBackItsOwnWordsWithTheCursor) {
  target_->keeps_position = false;
  target_->state = "file 7\noffset 9";
  sequences(1);
  ASSERT_EQ(run().kind, Kind::batch);
  new_process();
  append();
  ASSERT_EQ(run().kind, Kind::batch);
  ASSERT_EQ(target_->requests.size(), 2U);
  EXPECT_EQ(target_->requests[0].state, "");
  EXPECT_EQ(target_->requests[1].state, "file 7\noffset 9");
}

TEST_F(RunnerTest, DeadTargetIsRetriedWithDoublingPauses) {
  append();
  for (int i = 0; i < 4; ++i)
    target_->open_failures.push_back(sink_failure("no route"));
  for (const int pause : {1, 2, 4, 8}) {
    auto next = run();
    EXPECT_EQ(next.kind, Kind::pause);
    EXPECT_EQ(next.pause, seconds(pause));
    EXPECT_EQ(record_.copy().state, RunnerState::retrying);
    EXPECT_EQ(record_.copy().last_error, "no route; wait");
    const auto before = target_->calls.size();
    clock_.advance(next.pause - milliseconds(500));
    EXPECT_EQ(run().pause, milliseconds(500));
    EXPECT_EQ(target_->calls.size(), before);  // not touched before its time
    clock_.advance(milliseconds(500));
  }
  EXPECT_EQ(run().kind, Kind::batch);
  EXPECT_EQ(target_->stored.size(), 1U);
  EXPECT_EQ(record_.copy().last_error, "");
  EXPECT_EQ(record_.copy().retries, 4U);
}

TEST_F(RunnerTest, FailedWriteIsRepeatedOverANewConnection) {
  const auto sequence = append();
  target_->write_failures.push_back(sink_failure("broken pipe"));
  EXPECT_EQ(run().pause, seconds(1));
  EXPECT_EQ(target_->calls, (std::vector<std::string>{"open", "write 1", "close"}));
  clock_.advance(seconds(1));
  EXPECT_EQ(run().kind, Kind::batch);
  EXPECT_EQ(target_->calls, (std::vector<std::string>{"open", "write 1", "close", "open", "write 1"}));
  EXPECT_EQ(target_->stored, std::vector{sequence});
}

TEST_F(RunnerTest, TargetIsGivenTheTimeItAsksFor) {
  append();
  target_->write_failures.push_back(sink_failure("429", seconds(90)));
  EXPECT_EQ(run().pause, seconds(90));
}

TEST_F(RunnerTest, WhatNeedsAHandIsHeldAndTriedSlowly) {
  append();
  target_->open_failures.push_back(sink_failure("wrong password", {}, true));
  EXPECT_EQ(run().pause, minutes(5));
  EXPECT_EQ(record_.copy().state, RunnerState::holding);
  clock_.advance(minutes(5));
  EXPECT_EQ(run().kind, Kind::batch);
  EXPECT_EQ(target_->stored.size(), 1U);
}

TEST_F(RunnerTest, WhatASinkThrowsIsAFailure) {
  append();
  target_->throws = "out of luck";
  EXPECT_EQ(run().kind, Kind::pause);
  EXPECT_EQ(record_.copy().last_error, "unexpected error: out of luck; please report this");
}

// Whether the sink keeps a position, and says it from within write(), or not, and says it afterwards.
TEST_F(RunnerTest, RefusedRowsBecomeDeadLettersBeforeAnythingMoves) {
  for (const bool keeps_position : {true, false}) {
    SCOPED_TRACE(keeps_position);
    may_write_ = true;
    target_ = std::make_shared<FakeTarget>();
    target_->keeps_position = keeps_position;
    new_process();
    const auto all = sequences(3);
    const SinkCursor before = spool_->cursor("cloud");
    target_->refused = {all[1]};
    // The disk takes nothing once the target has been opened: the dead letters can't be kept, so neither the
    // cursor nor the target's position may move past them.
    ASSERT_EQ(delivery().step(Delivery::Mode::normal).kind, Kind::step);
    may_write_ = false;
    ASSERT_EQ(delivery().step(Delivery::Mode::normal).kind, Kind::pause);
    EXPECT_NE(record_.copy().last_error.find("dead letters could not be kept"), std::string::npos);
    EXPECT_EQ(spool_->cursor("cloud").number, before.number);
    EXPECT_EQ(spool_->cursor("cloud").token, before.token);
    EXPECT_EQ(spool_->backlog("cloud").batches, 3U);
    for (const auto& [origin, position] : target_->positions)
      EXPECT_TRUE(!keeps_position || position == 0);
    may_write_ = true;
    clock_.advance(seconds(2));
    ASSERT_EQ(run().kind, Kind::batch);
    EXPECT_EQ(spool_->dead_letters_of("cloud"), keeps_position ? 1U : 2U);
    EXPECT_EQ(spool_->backlog("cloud").batches, 0U);
  }
}

TEST_F(RunnerTest, RefusedRowsAreKeptWholeWithTheReason) {
  const auto all = sequences(3);
  target_->refused = {all[1]};
  ASSERT_EQ(run().kind, Kind::batch);
  auto letters = spool_->dead_letters("cloud", 10);
  ASSERT_TRUE(letters);
  ASSERT_EQ(letters->size(), 1U);
  EXPECT_EQ(letters->front().origin.sequence, all[1]);
  EXPECT_EQ(letters->front().row, 0U);
  EXPECT_EQ(letters->front().reason, "too odd");
  ASSERT_EQ(letters->front().content.rows.size(), 1U);
  EXPECT_EQ(letters->front().content.rows[0].series->text(), "net{interface=eth0}");
  EXPECT_EQ(record_.copy().rejected_rows, 1U);
  EXPECT_EQ(record_.copy().delivered_rows, 2U);
}

TEST_F(RunnerTest, RefusedRowsAreKeptOnceThoughTheBatchComesTwice) {
  target_->keeps_position = false;
  const auto all = sequences(1);
  target_->refused = {all[0]};
  ASSERT_EQ(delivery().step(Delivery::Mode::normal).kind, Kind::step);  // open
  const auto batches = spool_->read("cloud", 10);
  ASSERT_TRUE(batches);
  ASSERT_EQ(delivery().step(Delivery::Mode::normal).kind, Kind::step);  // write
  EXPECT_EQ(spool_->dead_letters("cloud", 10)->size(), 1U);
  const std::vector<RefusedRow> again{{batches->front().get(), 0, "too odd"}};
  ASSERT_TRUE(spool_->set_dead_letters("cloud", std::array{batches->front().get()}, again));
  EXPECT_EQ(spool_->dead_letters("cloud", 10)->size(), 1U);
}

TEST_F(RunnerTest, DiesBetweenWriteAndCursorAndStillDeliversOnce) {
  const auto all = sequences(3);
  save_spool();
  ASSERT_EQ(run().kind, Kind::batch);
  restore_spool();  // the cursor's move was never stored
  sink_ = std::make_unique<FakeSink>(target_);
  EXPECT_LT(spool_->cursor("cloud").sequence, all.front());
  ASSERT_EQ(run().kind, Kind::batch);
  EXPECT_EQ(target_->stored, all);
  EXPECT_EQ(spool_->cursor("cloud").sequence, all.back());
}

TEST_F(RunnerTest, EverySyncsOncePerSlotAndClosesInBetween) {
  settings_.every = minutes(15);
  clock_.advance(minutes(7));
  const auto first = sequences(3);
  ASSERT_EQ(run().kind, Kind::batch);
  EXPECT_EQ(target_->stored, first);
  EXPECT_EQ(calls("open"), 1);
  EXPECT_EQ(target_->calls.back(), "close");

  append();
  const auto next = run();
  EXPECT_EQ(next.kind, Kind::pause);
  EXPECT_EQ(next.pause, minutes(8) + seconds(10));  // half of the jitter of 20 s
  EXPECT_EQ(calls("open"), 1);
  clock_.advance(next.pause);
  EXPECT_EQ(run().kind, Kind::batch);
  EXPECT_EQ(target_->stored.size(), 4U);
  EXPECT_EQ(target_->calls.back(), "close");
}

TEST_F(RunnerTest, EveryGivesASlotUpAfterThreeTries) {
  settings_.every = minutes(15);
  append();
  for (int i = 0; i < 3; ++i)
    target_->open_failures.push_back(sink_failure("asleep"));
  EXPECT_EQ(run().pause, seconds(1));
  clock_.advance(seconds(1));
  EXPECT_EQ(run().pause, seconds(2));
  clock_.advance(seconds(2));
  EXPECT_EQ(run().pause, minutes(15) - seconds(3) + seconds(10));
  EXPECT_EQ(calls("open"), 3);
  clock_.advance(minutes(16));
  run();
  EXPECT_EQ(target_->stored.size(), 1U);
}

TEST_F(RunnerTest, SlotThatHasBeenUsedIsRememberedByTheNextProcess) {
  settings_.every = minutes(15);
  append();
  run();
  ASSERT_EQ(target_->stored.size(), 1U);
  new_process();
  append();
  EXPECT_FALSE(delivery().is_due(clock_.now().wall));
  EXPECT_TRUE(delivery().is_due(clock_.now().wall + minutes(15)));
}

TEST_F(RunnerTest, DrainingWaitsForNoSlotAndNoPause) {
  settings_.every = hours(1);
  append();
  target_->open_failures.push_back(sink_failure("asleep"));
  ASSERT_EQ(run().kind, Kind::pause);
  EXPECT_EQ(run(Delivery::Mode::drain).kind, Kind::batch);
  EXPECT_EQ(target_->stored.size(), 1U);
}

}  // namespace
}  // namespace collector::test
