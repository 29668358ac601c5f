// Batches of other machines in the same queue: their origins are kept, and each is taken once.
#include <gtest/gtest.h>

#include "tests/spool/spool_fixture.h"

namespace collector {
namespace {

class ReceivedTest : public test::SpoolTest {
 protected:
  struct Machine {
    Uuid source = Uuid::random();
    Uuid epoch = Uuid::random();
    std::string host;
  };
  Batch from(const Machine& machine, std::uint64_t sequence, std::int64_t received) {
    Batch batch = test::traffic_batch(table_, "eth0", received, clock_.now().wall);
    batch.labels = {{"host", machine.host}};
    batch.origin = {machine.source, machine.epoch, sequence};
    batch.previous = sequence - 1;
    return batch;
  }
  std::size_t take(std::vector<Batch> batches) {
    const auto taken = spool_->append_received(batches);
    EXPECT_TRUE(taken) << taken.error().error.text();
    return taken.value_or(0);
  }
  Machine one_{.host = "one"};
  Machine two_{.host = "two"};
};

TEST_F(ReceivedTest, SequencesOfTwoSourcesMayCollide) {
  open({{"a", {}}, {"b", {}}});
  const auto own = append(1);
  const std::uint64_t same = own->origin.sequence;
  EXPECT_EQ(take({from(one_, same, 2), from(two_, same, 3), from(one_, same + 1, 4)}), 3U);
  const auto later = append(5);
  EXPECT_EQ(later->origin.sequence, same + 1);
  EXPECT_EQ(later->previous, same) << "its own numbering knows nothing of the others";
  for (const bool again : {false, true}) {
    SCOPED_TRACE(again);
    if (again) open({{"a", {}}, {"b", {}}});
    const auto batches = read("b");
    ASSERT_EQ(batches.size(), 5U);
    const Uuid sources[] = {spool_->source(), one_.source, two_.source, one_.source, spool_->source()};
    const std::uint64_t sequences[] = {same, same, same, same + 1, same + 1};
    for (std::size_t i = 0; i < batches.size(); ++i) {
      EXPECT_EQ(batches[i]->origin.source, sources[i]);
      EXPECT_EQ(batches[i]->origin.sequence, sequences[i]);
      EXPECT_EQ(batches[i]->cells[0].counter.delta, static_cast<std::int64_t>(i) + 1);
      EXPECT_EQ(batches[i]->number, batches[0]->number + i);
    }
    EXPECT_EQ(batches[1]->labels[0].value, "one");
  }
  EXPECT_EQ(drain("a", 2).size(), 5U);
}

TEST_F(ReceivedTest, WhatWasTakenBeforeIsPassedOver) {
  open();
  EXPECT_EQ(take({from(one_, 7, 1), from(one_, 8, 2)}), 2U);
  EXPECT_EQ(take({from(one_, 7, 1), from(one_, 8, 2), from(one_, 9, 3)}), 1U);
  drain();
  ASSERT_TRUE(spool_->commit());
  open();  // also when nothing of it is left
  EXPECT_EQ(take({from(one_, 8, 2), from(one_, 9, 3)}), 0U);
  Machine restored = one_;
  restored.epoch = Uuid::random();
  EXPECT_EQ(take({from(restored, 1, 4)}), 1U);
  EXPECT_EQ(take({from({.source = spool_->source(), .host = "me"}, 99, 4)}), 0U) << "its own come back";
  const auto batches = drain();
  ASSERT_EQ(batches.size(), 1U);
  EXPECT_EQ(batches[0]->origin.epoch, restored.epoch);
}

TEST_F(ReceivedTest, FailedTransactionTakesNothing) {
  bool allowed = true;
  auto guarded = options();
  guarded.may_write = [&]() -> Result<> { return allowed ? Result<>() : fail("taken by another"); };
  spool_ = *Spool::open(guarded);
  ASSERT_TRUE(spool_->set_sinks(Sinks{{"a", {}}}));
  append(1);
  allowed = false;
  const std::vector<Batch> batches{from(one_, 7, 1)};
  EXPECT_FALSE(spool_->append_received(batches));
  allowed = true;
  EXPECT_EQ(spool_->append_received(batches).value(), 1U);
}

TEST_F(ReceivedTest, DroppedRowsKeepTheirMachinesLabels) {
  open();
  append(1);
  const auto one = spool_->backlog("a").bytes;
  drain();
  open({{"a", {.age = {}, .size = 8 * one}}});
  std::vector<Batch> batches;
  for (std::uint64_t i = 1; i <= 20; ++i)
    batches.push_back(from(i % 2 == 0 ? one_ : two_, i, i % 2 == 0 ? 100 : 1));
  append(1);
  EXPECT_EQ(take(std::move(batches)), 20U);
  EXPECT_GT(spool_->backlog("a").dropped_rows, 0U);
  std::map<std::string, std::int64_t> sums;
  for (const BatchPtr& batch : drain())
    for (const Row& row : batch->rows)
      if (row.series->measurement().name == "traffic" || row.series->tag("field") == "bytes_recv")
        sums[batch->labels[0].value] += batch->cells_of(row)[0].counter.delta;
  EXPECT_EQ(sums["one"], 1000);
  EXPECT_EQ(sums["two"], 10);
}

// A restored target tells only of this spool's own; what came from elsewhere is sent again too, and passed
// over by those that have it.
TEST_F(ReceivedTest, AreSentAgainWithTheRest) {
  open({{"a", {}}, {"slow", {}}});
  const auto own = append(1);
  take({from(one_, 7, 2)});
  const auto last = append(3);
  drain("a");
  ASSERT_TRUE(spool_->commit());
  ASSERT_TRUE(spool_->resend("a", own->origin.sequence, last->origin.sequence, "", "restored"));
  EXPECT_EQ(read("a").size(), 2U);
}

}  // namespace
}  // namespace collector
