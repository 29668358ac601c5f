// The dead-letter queue: rows that sinks refused, until they are sent again, removed, or too many.
#include <gtest/gtest.h>

#include "collector/core/log.h"
#include "collector/spool/dead_letters.h"
#include "collector/sqlite/database.h"
#include "tests/spool/exact_text.h"
#include "tests/spool/spool_fixture.h"

namespace collector {
namespace {

class DeadLettersTest : public test::SpoolTest {
 protected:
  void SetUp() override { log::set_level(log::Level::error); }
  void TearDown() override { log::set_level(log::Level::info); }

  void refuse(const BatchPtr& batch, std::vector<std::size_t> rows = {0}, const std::string& sink = "a") {
    std::vector<RefusedRow> refused;
    for (const std::size_t row : rows)
      refused.push_back({batch.get(), row, "too big"});
    const auto added = spool_->set_dead_letters(sink, std::array{batch.get()}, refused);
    ASSERT_TRUE(added) << added.error().error.text();
  }
  std::vector<DeadLetter> kept(const std::string& sink = "") {
    return spool_->dead_letters(sink, 1000).value();
  }
  // Σ delta of bytes_recv that reaches a sink, as itself or as `dropped`.
  std::int64_t received(const std::string& sink) {
    std::int64_t sum = 0;
    for (const BatchPtr& batch : drain(sink))
      for (const Row& row : batch->rows)
        if (row.series->measurement().name == "traffic" || row.series->tag("field") == "bytes_recv")
          sum += batch->cells_of(row)[0].counter.delta;
    return sum;
  }
};

TEST_F(DeadLettersTest, AreDurableAndReadBackToTheBit) {
  open();
  test::RandomBatches random(11, table_);
  Batch big = random.batch(10);
  const auto batch = *spool_->append(big, {});
  std::vector<std::size_t> rows;
  for (std::size_t i = 0; i < batch->rows.size(); ++i)
    rows.push_back(i);
  refuse(batch, rows);
  open();
  const auto letters = kept("a");
  ASSERT_EQ(letters.size(), rows.size());
  std::string text;
  for (const DeadLetter& letter : letters) {
    EXPECT_EQ(letter.origin, batch->origin);
    EXPECT_EQ(letter.content.origin, batch->origin);
    EXPECT_EQ(letter.row, static_cast<std::uint64_t>(&letter - letters.data()));
    EXPECT_EQ(letter.reason, "too big");
    EXPECT_EQ(letter.when, clock_.now().wall);
    text += test::exact_text(letter.content);
  }
  EXPECT_EQ(text, test::exact_text(*batch));
  // Also for who looks at the file beside a running collector.
  const auto beside = read_dead_letters(directory_.path(), "a");
  ASSERT_TRUE(beside) << beside.error().text();
  EXPECT_EQ(beside->size(), rows.size());
}

TEST_F(DeadLettersTest, SameRowTwiceIsKeptOnce) {
  open({{"a", {}}, {"b", {}}});
  const auto batch = append(5);
  refuse(batch, {0, 0});
  EXPECT_EQ(kept().size(), 1U);
  EXPECT_EQ(spool_->dead_letters_of("a"), 1U);
  refuse(batch, {0}, "b");
  refuse(append(6));
  EXPECT_EQ(kept().size(), 3U);
  EXPECT_EQ(kept("b").size(), 1U);
  EXPECT_EQ(spool_->dead_letters("", 2)->size(), 2U);
}

TEST_F(DeadLettersTest, GoWhereTheirBatchIsNumberedAgain) {
  open({{"a", {}}, {"b", {}}});
  const auto batch = append(5);
  refuse(batch);
  refuse(batch, {0}, "b");
  ASSERT_TRUE(spool_->leave_epoch("a", spool_->epoch(), "", "copied"));
  EXPECT_TRUE(kept("a").empty()) << "it comes again whole";
  EXPECT_EQ(spool_->dead_letters_of("a"), 0U);
  EXPECT_EQ(spool_->dead_letters_of("b"), 1U);
  EXPECT_EQ(received("a"), 5);
}

TEST_F(DeadLettersTest, AsManyAsTheLimitAllKeep) {
  open(Sinks{{"a", {.dead_letters = 20}}});
  for (std::size_t i = 1; i <= 20; ++i) {
    const auto batch = append();
    drain("a");
    refuse(batch);
    EXPECT_EQ(spool_->dead_letters_of("a"), i);
  }
  EXPECT_EQ(kept("a").size(), 20U);
}

TEST_F(DeadLettersTest, BeyondTheLimitTheOldestBecomeRowsOfDropped) {
  const Sinks sinks{{"a", {.dead_letters = 20}}, {"b", {}}};
  open(sinks);
  std::int64_t all = 0;
  for (int i = 1; i <= 50; ++i) {
    const auto batch = append(i * 1000);
    drain("a");
    refuse(batch);
    refuse(batch, {0}, "b");
    all += i * 1000;
    EXPECT_LE(spool_->dead_letters_of("a"), 20U);
  }
  drain("b");
  EXPECT_EQ(spool_->dead_letters_of("b"), 50U) << "one sink's limit takes nothing from another";
  std::int64_t still_kept = 0;
  for (const DeadLetter& letter : kept("a"))
    still_kept += letter.content.cells[0].counter.delta;
  EXPECT_GT(still_kept, 0);
  const std::vector<DeadLetter> youngest = kept("a");
  for (std::size_t i = 0; i < youngest.size(); ++i)
    EXPECT_EQ(youngest[youngest.size() - 1 - i].content.cells[0].counter.delta,
              (50 - static_cast<std::int64_t>(i)) * 1000);
  EXPECT_EQ(spool_->events(1)->front().kind, "dead letters dropped");
  EXPECT_EQ(spool_->backlog("a").dropped_rows, 50 - kept("a").size());
  open(sinks);
  EXPECT_EQ(spool_->dead_letters_of("a"), kept("a").size());
  // What was dropped has gone to the sink itself, by and by: together nothing is missing.
  ASSERT_TRUE(spool_->replay_dead_letters("a", "a"));
  EXPECT_EQ(received("b"), 0);
  EXPECT_LT(received("a"), all);
}

TEST_F(DeadLettersTest, KeptAndDroppedTogetherAreWhatWasRefused) {
  open({{"a", {.dead_letters = 7}}});
  std::int64_t refused = 0;
  std::int64_t got = 0;
  std::vector<BatchPtr> pending;
  for (int i = 1; i <= 200; ++i) {
    refused += i;
    pending.push_back(append(i));
    // A sink that refuses everything, what was dropped included.
    for (const BatchPtr& batch : drain()) {
      std::vector<std::size_t> rows;
      for (std::size_t row = 0; row < batch->rows.size(); ++row)
        rows.push_back(row);
      refuse(batch, rows);
    }
  }
  ASSERT_TRUE(spool_->replay_dead_letters("a", "a"));
  got = received("a");
  EXPECT_EQ(got, refused);
}

TEST_F(DeadLettersTest, ReplayTurnsThemBackIntoAddressedBatches) {
  open({{"a", {}}, {"b", {}}});
  test::RandomBatches random(11, table_);
  Batch big = random.batch(10);
  const auto first = *spool_->append(big, {});
  const auto second = append(77);
  refuse(first, {3, 4});
  refuse(second);
  refuse(second, {0}, "b");
  drain("a");
  drain("b");
  const auto replayed = spool_->replay_dead_letters("a", "a");
  ASSERT_TRUE(replayed) << replayed.error().error.text();
  EXPECT_EQ(replayed->rows, 3U);
  EXPECT_TRUE(kept("a").empty());
  EXPECT_EQ(kept("b").size(), 1U);
  EXPECT_TRUE(read("b").empty());

  open({{"a", {}}, {"b", {}}});
  const auto batches = drain("a");
  ASSERT_EQ(batches.size(), 2U);
  EXPECT_EQ(batches[0]->rows.size(), 2U);
  EXPECT_EQ(batches[0]->labels, first->labels);
  EXPECT_EQ(batches[1]->cells[0].counter.delta, 77);
  EXPECT_EQ(batches[1]->labels, second->labels);
  for (const BatchPtr& batch : batches) {
    EXPECT_EQ(batch->only_sink, "a");
    EXPECT_GT(batch->origin.sequence, second->origin.sequence);
  }
  EXPECT_EQ(spool_->replay_dead_letters("a", "a").value().rows, 0U);
}

TEST_F(DeadLettersTest, ThoseOfAFormerSinkGoToAnotherOrAreRemoved) {
  open({{"old", {}}, {"older", {}}});
  refuse(append(5), {0}, "old");
  refuse(append(6), {0}, "old");
  refuse(append(7), {0}, "older");
  drain("old");
  drain("older");
  open({{"new", {}}});
  EXPECT_EQ(received("new"), 0) << "it came when the batches had gone";
  EXPECT_EQ(spool_->dead_letters_of("old"), 2U);
  EXPECT_EQ(spool_->replay_dead_letters("old", "nobody").value().rows, 0U);
  EXPECT_EQ(kept("old").size(), 2U) << "no sink of that name would get them";
  EXPECT_EQ(spool_->replay_dead_letters("old", "new").value().rows, 2U);
  EXPECT_EQ(received("new"), 11);
  EXPECT_EQ(spool_->remove_dead_letters("older").value(), 1U);
  EXPECT_TRUE(kept().empty());
  EXPECT_TRUE(spool_->figures().dead_letters.empty());
  EXPECT_EQ(spool_->events(1)->front().kind, "dead letters removed");
  EXPECT_EQ(spool_->remove_dead_letters("older").value(), 0U);
}

// A sink that is there beside the one that refuses has the rows: as themselves, or in a sum of `dropped`.
TEST_F(DeadLettersTest, AreNotDeliveredTwiceToASinkThatWasThere) {
  const Sinks sinks{{"old", {}}, {"beside", {}}, {"behind", {.age = {}, .size = 1}}};
  open(sinks);
  const auto early = append(5);
  refuse(early, {0}, "old");
  append(6);  // so that `behind` drops what it was not handed
  drain("old");
  EXPECT_EQ(received("beside"), 11);
  open({{"beside", {}}, {"behind", {}}, {"new", {}}});
  const std::int64_t behind = received("behind");
  EXPECT_EQ(behind, 11) << "partly in a sum of `dropped`";
  drain("new");
  refuse(append(7), {0}, "old");
  for (const char* sink : {"beside", "behind"}) {
    const auto replayed = spool_->replay_dead_letters("old", sink).value();
    EXPECT_EQ(replayed.rows, 0U) << sink;
    EXPECT_EQ(replayed.had, 2U) << sink;
  }
  EXPECT_EQ(received("beside"), 7) << "what waits comes once";
  EXPECT_EQ(spool_->dead_letters_of("old"), 2U);
  open({{"beside", {}}, {"behind", {}}, {"new", {}}});
  EXPECT_EQ(spool_->replay_dead_letters("old", "beside").value().had, 2U) << "remembered";
  drain("beside");
  drain("behind");
  drain("new");

  // A sink that is removed and added again is a new one: what was delivered to it before is not known.
  open({{"new", {}}});
  open({{"new", {}}, {"last", {}}});
  const auto replayed = spool_->replay_dead_letters("old", "last").value();
  EXPECT_EQ(replayed.rows, 2U);
  EXPECT_EQ(replayed.had, 0U);
  EXPECT_EQ(received("last"), 12);
}

TEST_F(DeadLettersTest, OneThatCantBeReadStays) {
  open();
  for (const int bytes : {5, 6, 7})
    refuse(append(bytes));
  ASSERT_TRUE(spool_->close());
  {
    auto database = sqlite::Database::open(file(), {.vfs = {}});
    ASSERT_TRUE(database->execute("UPDATE dead_letter SET content = x'0102' WHERE id = 2"));
  }
  open();
  drain();
  EXPECT_EQ(spool_->replay_dead_letters("a", "a").value().rows, 2U);
  const auto letters = kept();
  ASSERT_EQ(letters.size(), 1U);
  EXPECT_TRUE(letters[0].content.rows.empty());
  EXPECT_EQ(letters[0].reason, "too big");
  EXPECT_EQ(spool_->dead_letters_of("a"), 1U);
}

TEST_F(DeadLettersTest, EventsAreNewestFirstAndBounded) {
  open();
  ASSERT_TRUE(spool_->record_event("target", "first"));
  clock_.advance(std::chrono::seconds(5));
  ASSERT_TRUE(spool_->record_event("gap", "second"));
  open();
  const auto events = spool_->events(10);
  ASSERT_TRUE(events);
  ASSERT_EQ(events->size(), 2U);
  EXPECT_EQ((*events)[0].kind, "gap");
  EXPECT_EQ((*events)[0].when, clock_.now().wall);
  EXPECT_EQ((*events)[1].text, "first");
  EXPECT_EQ(spool_->events(1)->size(), 1U);
}

}  // namespace
}  // namespace collector
