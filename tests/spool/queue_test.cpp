// Appending, reading, cursors, deletion.
#include <gtest/gtest.h>

#include "collector/sqlite/database.h"
#include "tests/spool/spool_fixture.h"

namespace collector {
namespace {

class QueueTest : public test::SpoolTest {
 protected:
  std::int64_t in_file(const std::string& query) {
    const auto database = sqlite::Database::open(file(), {.vfs = {}});
    return database->query_integer(query).value().value_or(-1);
  }
  std::int64_t stored_batches() { return in_file("SELECT count(*) FROM batch"); }
};

TEST_F(QueueTest, WhatIsAppendedIsReadBack) {
  open();
  test::RandomBatches random(5, table_);
  Batch batch = random.batch(40);
  const Batch copy = batch;
  const auto appended = spool_->append(batch, {});
  ASSERT_TRUE(appended) << appended.error().error.text();
  EXPECT_EQ((*appended)->origin.source, spool_->source());
  EXPECT_EQ((*appended)->origin.epoch, spool_->epoch());
  EXPECT_EQ((*appended)->origin.sequence, spool_->last_sequence());
  for (const Row& row : (*appended)->rows)
    EXPECT_NE(row.series->id(), 0);

  const auto from_memory = read();
  ASSERT_EQ(from_memory.size(), 1U);
  EXPECT_EQ(from_memory[0], *appended);

  open();
  const auto from_disk = read();
  ASSERT_EQ(from_disk.size(), 1U);
  EXPECT_EQ(test::difference(copy, *from_disk[0]), "");
  EXPECT_EQ(from_disk[0]->origin, (*appended)->origin);
}

TEST_F(QueueTest, ReadsAtLeastOneBatchAndThenUpToTheGivenRows) {
  open();
  for (int i = 0; i < 7; ++i)
    append(i);
  EXPECT_EQ(read("a", 0).size(), 1U);
  EXPECT_EQ(read("a", 3).size(), 3U);
  EXPECT_EQ(drain("a", 2).size(), 7U);
  EXPECT_TRUE(read().empty());
}

TEST_F(QueueTest, OrderIsKeptWithoutGapsOrRepeats) {
  open({{"a", {}}, {"b", {}}});
  std::uint64_t previous = 0;
  for (int i = 0; i < 20; ++i) {
    append(i);
    if (i % 7 == 3) drain("b");
  }
  for (const BatchPtr& batch : drain("a", 3)) {
    EXPECT_EQ(batch->previous, previous);
    EXPECT_GT(batch->origin.sequence, previous);
    previous = batch->origin.sequence;
  }
  EXPECT_EQ(previous, spool_->last_sequence());
}

TEST_F(QueueTest, EmptyBatchTakesNoNumber) {
  open();
  append();
  const auto last = spool_->last_sequence();
  Batch empty;
  const auto appended = spool_->append(empty, {});
  ASSERT_TRUE(appended);
  EXPECT_EQ(*appended, nullptr);
  EXPECT_EQ(spool_->last_sequence(), last);
}

TEST_F(QueueTest, BatchGoesWhenEverySinkHasPassedIt) {
  open({{"a", {}}, {"b", {}}});
  const auto first = append();
  append();
  drain("a");
  ASSERT_TRUE(spool_->commit());
  EXPECT_EQ(stored_batches(), 2);
  spool_->confirm("b", first->number, "");
  EXPECT_TRUE(spool_->confirmations_pending());
  append();  // the deletion rides along
  EXPECT_FALSE(spool_->confirmations_pending());
  EXPECT_EQ(stored_batches(), 2);
  EXPECT_FALSE(spool_->holds(first->origin.sequence, "a"));
}

TEST_F(QueueTest, CursorMovesAreDurableWithTheNextAppend) {
  open();
  const auto first = append();
  spool_->confirm("a", first->number, std::string("file\0offset", 11));
  append();
  open();
  const SinkCursor cursor = spool_->cursor("a");
  EXPECT_EQ(cursor.number, first->number);
  EXPECT_EQ(cursor.sequence, first->origin.sequence);
  EXPECT_EQ(cursor.token, std::string("file\0offset", 11));
}

TEST_F(QueueTest, WithoutSinksBatchesGoWithTheNextAppend) {
  open({});
  append();
  EXPECT_EQ(stored_batches(), 1);
  append();
  append();
  EXPECT_EQ(stored_batches(), 1);
}

TEST_F(QueueTest, NothingIsDeletedBeforeTheSinksAreKnown) {
  open();
  append();
  spool_.reset();
  auto opened = Spool::open(options());
  ASSERT_TRUE(opened);
  spool_ = std::move(*opened);
  append();
  append();
  EXPECT_EQ(stored_batches(), 3);
  ASSERT_TRUE(spool_->set_sinks(Sinks{{"a", {}}}));
  EXPECT_EQ(read().size(), 3U);
}

TEST_F(QueueTest, NewSinkStartsAtTheOldestKeptBatch) {
  open();
  append(1);
  drain("a");
  append(2);  // deletes the first
  append(3);
  ASSERT_TRUE(spool_->set_sinks(Sinks{{"a", {}}, {"new", {}}}));
  EXPECT_EQ(read("new").size(), 2U);
  EXPECT_EQ(spool_->backlog("new").batches, 2U);
}

TEST_F(QueueTest, RemovedSinkRetainsNothing) {
  open({{"a", {}}, {"dead", {}}});
  for (int i = 0; i < 5; ++i)
    append();
  drain("a");
  ASSERT_TRUE(spool_->commit());
  EXPECT_EQ(stored_batches(), 5);
  ASSERT_TRUE(spool_->set_sinks(Sinks{{"a", {}}}));
  ASSERT_TRUE(spool_->commit());
  append();
  EXPECT_EQ(stored_batches(), 1);
  EXPECT_EQ(in_file("SELECT count(*) FROM sink"), 1);
  EXPECT_EQ(in_file("SELECT count(*) FROM waiting"), 1);
  // Added again later, it starts at the oldest kept batch, not where it was.
  ASSERT_TRUE(spool_->set_sinks(Sinks{{"a", {}}, {"dead", {}}}));
  EXPECT_EQ(read("dead").size(), 1U);
}

TEST_F(QueueTest, WhatIsKeptIsSentAgain) {
  open({{"a", {}}, {"slow", {}}});
  const auto gone = append();
  drain("slow");
  const auto first = append();
  append();
  append();
  const auto last = drain("a").back();
  ASSERT_TRUE(spool_->commit());
  EXPECT_FALSE(spool_->holds(gone->origin.sequence, "a"));
  const auto gap =
      spool_->resend("a", first->origin.sequence, last->origin.sequence, "token", "the target was restored");
  ASSERT_TRUE(gap) << gap.error().error.text();
  EXPECT_TRUE(gap->empty());
  EXPECT_EQ(spool_->cursor("a").token, "token");
  EXPECT_EQ(spool_->backlog("a").batches, 2U);
  EXPECT_EQ(read("a").size(), 2U);
  EXPECT_EQ(spool_->events(1)->front().text, "the target was restored");
  // It lost everything: what nobody has any more is a row for it, and comes last.
  drain("a");
  const auto all = spool_->resend("a", 0, last->origin.sequence, "", "the target was emptied");
  ASSERT_TRUE(all) << all.error().error.text();
  EXPECT_EQ(*all, (SequenceRange{0, gone->origin.sequence}));
  const auto again = drain("a");
  ASSERT_EQ(again.size(), 4U);
  EXPECT_EQ(again.front()->origin, first->origin);
  EXPECT_EQ(again.back()->rows[0].series->measurement().name, "gap");
  EXPECT_EQ(again.back()->cells[0].integers.last, 0);
  EXPECT_EQ(again.back()->cells[1].integers.last, static_cast<std::int64_t>(gone->origin.sequence));
  EXPECT_EQ(read("slow").size(), 3U);
}

TEST_F(QueueTest, ManyPassedBatchesAreDeletedInSteps) {
  open();
  Batch batch;
  for (int i = 0; i < 600; ++i) {
    batch = test::traffic_batch(table_, "eth0", 1, clock_.now().wall);
    ASSERT_TRUE(spool_->append(batch, {}));
  }
  spool_->confirm("a", spool_->last_number(), "");
  ASSERT_TRUE(spool_->commit());
  EXPECT_EQ(stored_batches(), 600 - 512);
  ASSERT_TRUE(spool_->commit());
  EXPECT_EQ(stored_batches(), 0);
}

// Configurations are read again while a transaction is under way, and as often as somebody likes.
TEST_F(QueueTest, SinkThatGoesAndComesBackWithinOneFlushGoesOn) {
  open({{"a", {}}, {"b", {}}});
  const auto first = append(1);
  append(2);
  read("a");
  spool_->confirm("a", first->number, "where it was");
  append(3);
  ASSERT_TRUE(spool_->set_sinks(Sinks{{"b", {}}}));
  ASSERT_TRUE(spool_->set_sinks(Sinks{{"a", {}}, {"b", {}}}));
  append(4);
  open({{"a", {}}, {"b", {}}});  // as after a crash
  EXPECT_EQ(spool_->cursor("a").token, "where it was");
  std::vector<std::int64_t> got;
  for (const BatchPtr& batch : drain("a"))
    got.push_back(batch->cells[0].counter.delta);
  EXPECT_EQ(got, (std::vector<std::int64_t>{2, 3, 4}));
}

TEST_F(QueueTest, FiguresOfTheBacklog) {
  open();
  EXPECT_EQ(spool_->backlog("a").batches, 0U);
  EXPECT_FALSE(spool_->backlog("a").oldest);
  const auto first = append();
  append();
  const BacklogFigures figures = spool_->backlog("a");
  EXPECT_EQ(figures.batches, 2U);
  EXPECT_EQ(figures.rows, 2U);
  EXPECT_GT(figures.bytes, 20U);
  EXPECT_EQ(figures.oldest, first->rows[0].end);
  ASSERT_EQ(read("a").size(), 2U);
  EXPECT_EQ(spool_->backlog("a").oldest, first->rows[0].end) << "also while both are on their way";
  ASSERT_EQ(read("a").size(), 2U);
  EXPECT_EQ(spool_->backlog("a").oldest, first->rows[0].end) << "and when they are read from memory again";
  EXPECT_GT(spool_->file_size(), 4096U);
  open();
  EXPECT_EQ(spool_->backlog("a").bytes, figures.bytes);
  drain();
  EXPECT_EQ(spool_->backlog("a").batches, 0U);
}

TEST_F(QueueTest, UnknownSinkHasNothing) {
  open();
  append();
  EXPECT_TRUE(read("nobody").empty());
  EXPECT_EQ(spool_->cursor("nobody").number, 0U);
  EXPECT_EQ(spool_->backlog("nobody").batches, 0U);
}

TEST_F(QueueTest, ClosedSpoolSaysSo) {
  open();
  append();
  drain();
  ASSERT_TRUE(spool_->close());
  ASSERT_TRUE(spool_->close());
  EXPECT_EQ(stored_batches(), 0);  // what was pending was committed
  Batch batch = test::traffic_batch(table_, "eth0", 1, clock_.now().wall);
  const auto refused = spool_->append(batch, {});
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().error.what.find("closed"), std::string::npos);
  EXPECT_EQ(batch.rows.size(), 1U);
}

TEST_F(QueueTest, WhatIsHereStaysUntilATargetHasToldItsPosition) {
  open({{"a", {}}, {"b", {}}});
  const auto batch = append();
  const std::vector<std::string> opening{"a"};
  ASSERT_TRUE(spool_->set_sinks(Sinks{{"a", {}}, {"b", {}}}, opening));
  ASSERT_TRUE(spool_->set_sinks(Sinks{{"a", {}}, {"b", {}}}));  // an edit of something else
  const std::uint64_t sequence = batch->origin.sequence;
  for (const char* sink : {"a", "b"})
    spool_->confirm(sink, batch->number, "");
  append();
  // The target that `a` finds has less than the one before.
  EXPECT_TRUE(spool_->holds(sequence, "a"));
  ASSERT_TRUE(spool_->resend("a", sequence - 1, sequence, "", "another target"));
  spool_->opened("a");
  EXPECT_EQ(read("a").size(), 2U);
  for (const char* sink : {"a", "b"})
    spool_->confirm(sink, spool_->last_number(), "");
  ASSERT_TRUE(spool_->commit());
  EXPECT_EQ(spool_->batches(), 0U);
}

}  // namespace
}  // namespace collector
