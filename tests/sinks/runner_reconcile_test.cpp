// Targets and spools that were emptied, restored or lost: nothing is skipped in silence.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/sinks/runner_fixture.h"

namespace collector::test {
namespace {

using std::chrono::seconds;

// A sink that an edit takes away; only `other` is left. Returns what it had been given.
class RunnerRemovedSinkTest : public RunnerTest {
 protected:
  std::vector<std::uint64_t> deliver_two_and_remove_the_sink() {
    auto delivered = sequences(2);
    EXPECT_EQ(run().kind, Kind::batch);
    EXPECT_TRUE(delivery().finish());
    delivery_.reset();
    const std::vector<std::pair<std::string, SinkLimits>> other{{"other", {}}};
    EXPECT_TRUE(spool_->set_sinks(other));
    return delivered;
  }
};

TEST_F(RunnerTest, EmptiedTargetGetsWhatTheSpoolHasAndAGapForTheRest) {
  const auto gone = sequences(3);
  ASSERT_EQ(run().kind, Kind::batch);
  ASSERT_TRUE(delivery().finish());  // passed by every sink: deleted from the spool
  const auto kept = sequences(2);
  ASSERT_EQ(run().kind, Kind::batch);

  target_->positions.clear();
  target_->stored.clear();
  new_process();
  ASSERT_EQ(run().kind, Kind::batch);
  ASSERT_FALSE(events().empty());
  EXPECT_NE(events().front().find("it was emptied, restored or replaced"), std::string::npos)
      << events().front();
  EXPECT_NE(events().front().find("recorded as a gap"), std::string::npos) << events().front();
  // The last thing that comes is the row that tells of the gap.
  ASSERT_FALSE(target_->stored.empty());
  EXPECT_GT(target_->stored.back(), kept.back());

  // Once: the next start has nothing to say.
  const auto before = events().size();
  const auto stored = target_->stored;
  new_process();
  ASSERT_EQ(run().kind, Kind::batch);
  EXPECT_EQ(events().size(), before);
  EXPECT_EQ(target_->stored, stored);
}

// What was measured while no sink led to the target is in the others alone.
TEST_F(RunnerRemovedSinkTest, SinkThatIsRemovedAndAddedAgainTellsWhatItsTargetLacks) {
  const auto first = deliver_two_and_remove_the_sink();
  ASSERT_EQ(first.size(), 2U);
  const auto missed = sequences(3);
  const auto last = spool_->read("other", 1000);
  ASSERT_TRUE(last);
  spool_->confirm("other", last->back()->number, "");
  ASSERT_TRUE(spool_->commit());

  new_process();
  const auto next = append();
  ASSERT_EQ(run().kind, Kind::batch);
  ASSERT_EQ(target_->stored.size(), 4U) << "two before, one after, and the row of `gap`";
  EXPECT_EQ(target_->stored[2], next);
  ASSERT_FALSE(events().empty());
  EXPECT_NE(events().front().find("while no sink led there"), std::string::npos) << events().front();
  EXPECT_NE(events().front().find(
                fmt::format("({}, {}] is lost and recorded as a gap", first.back(), missed.back())),
            std::string::npos)
      << events().front();
  const auto before = events().size();
  new_process();
  ASSERT_EQ(run().kind, Kind::batch);
  EXPECT_EQ(events().size(), before) << "told once";
  EXPECT_EQ(target_->stored.size(), 4U);
}

// Nothing was deleted meanwhile: nothing is missing.
TEST_F(RunnerRemovedSinkTest, SinkThatIsAddedAgainAtOnceLacksNothing) {
  const auto first = deliver_two_and_remove_the_sink();
  ASSERT_EQ(first.size(), 2U);
  ASSERT_TRUE(spool_->commit());
  const auto later = append();
  new_process();
  ASSERT_EQ(run().kind, Kind::batch);
  EXPECT_EQ(target_->stored, (std::vector<std::uint64_t>{first[0], first[1], later}));
  EXPECT_TRUE(events().empty());
}

TEST_F(RunnerTest, RestoredTargetGetsAgainWhatItLost) {
  const auto all = sequences(4);
  settings_.max_rows = 100;
  ASSERT_EQ(run().kind, Kind::batch);
  // Its backup holds the first two; the spool still has all four, since nothing has been committed.
  for (auto& [key, sequence] : target_->positions)
    sequence = all[1];
  target_->stored.resize(2);
  delivery_.reset();
  target_->write_failures = {sink_failure("down")};
  ASSERT_EQ(run().kind, Kind::pause);
  delivery_.reset();
  ASSERT_EQ(run().kind, Kind::batch);
  EXPECT_EQ(target_->stored, all);
  EXPECT_EQ(events().size(), 1U) << "known already when it was opened again";
  EXPECT_EQ(spool_->cursor("cloud").sequence, all.back());
}

TEST_F(RunnerTest, RestoredSpoolBeginsANewEpochAndLosesNothing) {
  const auto first = sequences(2);
  save_spool();
  sequences(2);
  ASSERT_EQ(run().kind, Kind::batch);
  const auto epoch = spool_->epoch();
  const auto stored = target_->stored;
  ASSERT_EQ(stored.size(), 4U);

  // Back to the backup, on a machine whose clock was set back too: numbers would be given out twice.
  clock_.step_wall(-seconds(3600));
  restore_spool();
  sink_ = std::make_unique<FakeSink>(target_);
  ASSERT_EQ(run().kind, Kind::batch);
  EXPECT_NE(spool_->epoch(), epoch);
  ASSERT_FALSE(events().empty());
  EXPECT_EQ(target_->stored, stored);  // it has had those

  const auto again = append();
  ASSERT_EQ(run().kind, Kind::batch);
  ASSERT_EQ(target_->stored.size(), 5U);
  EXPECT_EQ(target_->stored.back(), again);
  // And only once: the next process is content.
  const auto now = spool_->epoch();
  new_process();
  ASSERT_EQ(run().kind, Kind::batch);
  EXPECT_EQ(spool_->epoch(), now);
  EXPECT_EQ(target_->stored.size(), 5U);
}

// Two collectors were given the same state: the other has moved on in the epoch that both have.
TEST_F(RunnerTest, WhatOnlyThisProcessHasIsNotTakenForAnothersBatches) {
  sequences(2);  // in both, not yet delivered
  new_process();
  const auto own = sequences(2);
  const auto epoch = spool_->epoch();
  target_->positions[{spool_->source().text(), epoch.text()}] = own.back() + 1000;  // with the shared ones
  ASSERT_EQ(run().kind, Kind::batch);
  // Under new numbers, and those that both have are not there twice.
  ASSERT_EQ(target_->stored.size(), own.size());
  EXPECT_GT(target_->stored.front(), own.back());
  EXPECT_NE(spool_->epoch(), epoch);

  // An answer that was lost on the way changes nothing.
  const auto later = append();
  save_spool();
  ASSERT_EQ(run().kind, Kind::batch);
  restore_spool();
  sink_ = std::make_unique<FakeSink>(target_);
  const auto last = append();
  ASSERT_EQ(run().kind, Kind::batch);
  EXPECT_EQ(target_->stored.size(), 4U);
  EXPECT_EQ(target_->stored[2], later);
  EXPECT_EQ(target_->stored[3], last);
}

// Likewise, and the process ends before it has delivered them.
TEST_F(RunnerTest, AfterARestartItStillKnowsWhatOnlyItHas) {
  sequences(1);
  new_process();
  const auto own = sequences(2);
  target_->positions[{spool_->source().text(), spool_->epoch().text()}] = own.back() + 1000;
  target_->write_failures = {sink_failure("down")};
  ASSERT_EQ(run().kind, Kind::pause);
  new_process();
  ASSERT_EQ(run().kind, Kind::batch);
  EXPECT_EQ(target_->stored.size(), own.size());
}

// A second sink learns of it when the epoch is left already.
TEST_F(RunnerTest, EverySinkThatIsBehindAnotherCollectorGetsItsOwn) {
  const std::vector<std::pair<std::string, SinkLimits>> sinks{{"cloud", {}}, {"second", {}}};
  ASSERT_TRUE(spool_->set_sinks(sinks));
  sequences(1);
  new_process();
  ASSERT_TRUE(spool_->set_sinks(sinks));
  const auto own = sequences(2);
  const auto epoch = spool_->epoch();
  const auto other = std::make_shared<FakeTarget>();
  for (const auto& target : {target_, other})
    target->positions[{spool_->source().text(), epoch.text()}] = own.back() + 1000;
  log::set_level(log::Level::warning);
  testing::internal::CaptureStderr();
  ASSERT_EQ(run().kind, Kind::batch);
  EXPECT_EQ(target_->stored.size(), own.size());
  const auto now = spool_->epoch();
  EXPECT_NE(now, epoch);
  delivery_.reset();
  sink_ = std::make_unique<FakeSink>(other);
  settings_.name = "second";
  ASSERT_EQ(run().kind, Kind::batch);
  const std::string said = testing::internal::GetCapturedStderr();
  EXPECT_EQ(other->stored.size(), own.size());
  EXPECT_EQ(spool_->epoch(), now);
  for (const char* sink : {"sink cloud: ", "sink second: "})
    EXPECT_NE(said.find(std::string(sink) + "the target holds batch"), std::string::npos) << said;
}

// The other sink has delivered all of it, and lets it go; its target is ours now, and lacks nothing but what
// ours had.
TEST_F(RunnerTest, SinksThatSwapTheirTargetsLoseNothing) {
  const std::vector<std::pair<std::string, SinkLimits>> sinks{{"cloud", {}}, {"second", {}}};
  ASSERT_TRUE(spool_->set_sinks(sinks));
  const auto first = sequences(2);
  ASSERT_EQ(run().kind, Kind::batch);
  const auto other = std::make_shared<FakeTarget>();
  const auto deliver = [&](const char* name, const std::shared_ptr<FakeTarget>& target) {
    delivery_.reset();
    sink_ = std::make_unique<FakeSink>(target);
    settings_.name = name;
    return run().kind;
  };
  ASSERT_EQ(deliver("second", other), Kind::batch);
  const auto more = sequences(3);
  ASSERT_EQ(deliver("cloud", target_), Kind::batch);  // `second` is slow
  const std::vector<std::string> opening{"cloud", "second"};
  ASSERT_TRUE(spool_->set_sinks(sinks, opening));
  ASSERT_EQ(deliver("second", target_), Kind::batch);  // finds everything there
  append();
  ASSERT_EQ(deliver("cloud", other), Kind::batch);
  std::vector<std::uint64_t> all = first;
  all.insert(all.end(), more.begin(), more.end());
  all.push_back(spool_->last_sequence());
  EXPECT_EQ(other->stored, all);
  ASSERT_EQ(deliver("second", target_), Kind::batch);
  EXPECT_EQ(target_->stored, all);
}

// Batches of other machines go the same way, whatever their numbers are.
TEST_F(RunnerTest, OriginsOfOtherMachinesAreKept) {
  const auto own = append();
  const Uuid source = Uuid::random();
  const Uuid epoch = Uuid::random();
  std::vector<Batch> received;
  for (const std::uint64_t sequence : {own, own + 1}) {
    Batch& batch = received.emplace_back();
    batch.origin = {source, epoch, sequence};
    const auto cells = batch.add(row_of(table_.intern(net_measurement(), {{"interface", "eth0"}}), 0));
    cells[0] = counter_cell(1, 1, 1);
  }
  ASSERT_EQ(spool_->append_received(received).value(), 2U);
  const auto last = append();
  ASSERT_EQ(run().kind, Kind::batch);
  EXPECT_EQ(target_->stored, (std::vector{own, own, own + 1, last}));
  EXPECT_EQ((target_->positions[{source.text(), epoch.text()}]), own + 1);
  EXPECT_EQ((target_->positions[{spool_->source().text(), spool_->epoch().text()}]), last);
  // The next process asks for its own position, and has nothing to say.
  ASSERT_EQ(spool_->append_received(received).value(), 0U);
  received.front().origin.sequence = own + 2;
  ASSERT_EQ(spool_->append_received(std::span(received).first(1)).value(), 1U);
  ASSERT_EQ(run().kind, Kind::batch);
  new_process();
  append();
  ASSERT_EQ(run().kind, Kind::batch);
  EXPECT_EQ(target_->requests.back().source, spool_->source());
  EXPECT_EQ(target_->requests.back().epoch, spool_->epoch());
  EXPECT_EQ(target_->stored.size(), 6U);
  EXPECT_TRUE(events().empty());
}

TEST_F(RunnerTest, LostSpoolStartsOverBesideWhatTheTargetHas) {
  sequences(3);
  ASSERT_EQ(run().kind, Kind::batch);
  delivery_.reset();
  spool_.reset();
  std::filesystem::remove(directory_ / "spool.db");
  open_spool();
  sink_ = std::make_unique<FakeSink>(target_);
  append();
  ASSERT_EQ(run().kind, Kind::batch);
  EXPECT_EQ(target_->stored.size(), 4U);
}

// Its target holds batches that are long gone from the spool, and it opens before anything is appended.
TEST_F(RunnerTest, ASinkThatIsRemovedAndComesBackLaterGoesOnInItsEpoch) {
  const std::vector<std::pair<std::string, SinkLimits>> cloud{{"cloud", {}}};
  const auto epoch = spool_->epoch();
  for (const bool restarted : {false, true}) {
    const auto last = sequences(3).back();
    ASSERT_EQ(run().kind, Kind::batch);
    ASSERT_TRUE(delivery().finish());
    delivery_.reset();
    ASSERT_TRUE(spool_->set_sinks({}));
    append();
    append();
    ASSERT_FALSE(spool_->holds(last, "cloud"));
    if (restarted) open_spool();
    ASSERT_TRUE(spool_->set_sinks(cloud));
    sink_ = std::make_unique<FakeSink>(target_);
    ASSERT_EQ(run().kind, Kind::batch);
    EXPECT_EQ(spool_->epoch(), epoch) << restarted;
    // Without a sink the newest batch alone is kept: the other one is told of, and nothing else.
    ASSERT_EQ(events().size(), restarted ? 2U : 1U);
    EXPECT_NE(events().front().find("while no sink led there"), std::string::npos) << events().front();
  }
}

// Two sinks lead to one database. One of them had a batch in flight, and its limit took the batches behind it
// away; the other one has delivered them all.
TEST_F(RunnerTest, WhatFellOffASinksBacklogIsNotStrangeInADatabaseThatTwoShare) {
  const std::vector<std::pair<std::string, SinkLimits>> sinks{{"cloud", {.age = seconds(60)}}, {"twin", {}}};
  ASSERT_TRUE(spool_->set_sinks(sinks));
  RunnerSettings settings = settings_;
  settings.name = "twin";
  FakeSink sink(target_);
  RunnerRecord record;
  Delivery twin(settings, sink, *spool_, clock_, record,
                SinkCalls{.entering = [] {}, .leaving = [] { return true; }});
  const auto run_twin = [&] {
    for (auto next = twin.step(Delivery::Mode::normal); next.kind != Kind::batch;)
      next = twin.step(Delivery::Mode::normal);
  };
  const auto epoch = spool_->epoch();
  std::vector<std::uint64_t> all = sequences(1);
  target_->write_failures = {sink_failure("down")};
  ASSERT_EQ(run().kind, Kind::pause);  // handed out, and perhaps stored
  for (int i = 0; i < 4; ++i) {
    clock_.advance(seconds(30));
    all.push_back(append());
    run_twin();
  }
  ASSERT_EQ(target_->stored, all);
  clock_.advance(seconds(300));
  all.push_back(append());  // those before are too old for `cloud` now
  ASSERT_TRUE(spool_->commit());
  ASSERT_GT(spool_->backlog("cloud").dropped_rows, 0U);

  ASSERT_EQ(run(Delivery::Mode::drain).kind, Kind::batch);
  run_twin();
  EXPECT_EQ(spool_->epoch(), epoch);
  for (const std::uint64_t sequence : all)
    EXPECT_EQ(std::ranges::count(target_->stored, sequence), 1) << sequence;
}

}  // namespace
}  // namespace collector::test
