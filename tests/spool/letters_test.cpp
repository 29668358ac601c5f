// Dead letters, gaps and events.
#include <gtest/gtest.h>

#include "collector/formats/row_json.h"
#include "tests/spool/spool_fixture.h"

namespace collector {
namespace {

class LettersTest : public test::SpoolTest {
 protected:
  DeadLetter letter(const BatchPtr& batch, std::uint64_t row = 0, const std::string& sink = "a") {
    DeadLetter out{.sink = sink,
                   .origin = batch->origin,
                   .row = row,
                   .when = clock_.now().wall,
                   .reason = "too big",
                   .payload = {}};
    append_full_row_json(*batch, batch->rows[row], out.payload);
    return out;
  }
  void add(std::vector<DeadLetter> letters) {
    const auto added = spool_->add_dead_letters(letters);
    ASSERT_TRUE(added) << added.error().error.text();
  }
  std::vector<DeadLetter> letters(const std::string& sink = "") {
    return spool_->dead_letters(sink, 1000).value();
  }
};

TEST_F(LettersTest, AreDurableAndReadable) {
  open();
  const auto batch = append(5);
  add({letter(batch)});
  open();
  const auto kept = letters("a");
  ASSERT_EQ(kept.size(), 1U);
  EXPECT_EQ(kept[0].origin, batch->origin);
  EXPECT_EQ(kept[0].reason, "too big");
  EXPECT_EQ(kept[0].when, clock_.now().wall);
  EXPECT_NE(kept[0].payload.find("\"measurement\":\"traffic\""), std::string::npos);
}

TEST_F(LettersTest, SameRowTwiceIsKeptOnce) {
  open({{"a", {}}, {"b", {}}});
  const auto batch = append(5);
  add({letter(batch), letter(batch)});
  add({letter(batch)});
  EXPECT_EQ(letters().size(), 1U);
  add({letter(batch, 0, "b"), letter(append(6))});
  EXPECT_EQ(letters().size(), 3U);
  EXPECT_EQ(letters("b").size(), 1U);
  EXPECT_EQ(spool_->dead_letters("", 2)->size(), 2U);
}

TEST_F(LettersTest, OldestGoBeyondTheLimitAndItIsSaid) {
  auto limited = options();
  limited.dead_letter_limit = 3;
  auto opened = Spool::open(limited);
  ASSERT_TRUE(opened);
  spool_ = std::move(*opened);
  ASSERT_TRUE(spool_->set_sinks(Sinks{{"a", {}}}));
  for (int i = 0; i < 5; ++i)
    add({letter(append(i))});
  const auto kept = letters();
  ASSERT_EQ(kept.size(), 3U);
  EXPECT_NE(kept[0].payload.find("\"delta\":2"), std::string::npos) << kept[0].payload;
  const auto events = spool_->events(10);
  EXPECT_EQ(events->front().kind, "dead letters removed");
}

TEST_F(LettersTest, ReplayTurnsThemBackIntoAddressedBatches) {
  open({{"a", {}}, {"b", {}}});
  test::RandomBatches random(11, table_);
  Batch big = random.batch(10);
  const auto first = *spool_->append(big, {});
  const auto second = append(77);
  add({letter(first, 3), letter(first, 4), letter(second), letter(second, 0, "b")});
  drain("a");
  drain("b");
  const auto replayed = spool_->replay_dead_letters("a");
  ASSERT_TRUE(replayed) << replayed.error().error.text();
  EXPECT_EQ(*replayed, 3U);
  EXPECT_TRUE(letters("a").empty());
  EXPECT_EQ(letters("b").size(), 1U);
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
  EXPECT_EQ(spool_->replay_dead_letters("a").value(), 0U);
}

TEST_F(LettersTest, LetterThatDoesNotParseStays) {
  open();
  const auto batch = append(5);
  DeadLetter broken = letter(append(6));
  broken.payload = "{\"time\":";
  add({letter(batch), broken, letter(append(7))});
  EXPECT_EQ(spool_->replay_dead_letters("a").value(), 2U);
  const auto kept = letters();
  ASSERT_EQ(kept.size(), 1U);
  EXPECT_EQ(kept[0].payload, broken.payload);
}

TEST_F(LettersTest, GapIsARowForOneSink) {
  open({{"a", {}}, {"b", {}}});
  const auto last = append();
  drain("a");
  drain("b");
  open({{"a", {}}, {"b", {}}});
  ASSERT_TRUE(spool_->record_gap("a", 5, 17));
  const auto batches = drain("a");
  ASSERT_EQ(batches.size(), 1U);
  const Row& row = batches[0]->rows.at(0);
  EXPECT_EQ(row.series->measurement().name, "gap");
  EXPECT_EQ(batches[0]->labels, last->labels);
  EXPECT_EQ(batches[0]->cells_of(row)[0].integers.last, 5);
  EXPECT_EQ(batches[0]->cells_of(row)[1].integers.last, 17);
  EXPECT_TRUE(read("b").empty());
  // Asked again after a crash, nothing is said twice; what is new is.
  ASSERT_TRUE(spool_->record_gap("a", 5, 17));
  EXPECT_TRUE(read("a").empty());
  ASSERT_TRUE(spool_->record_gap("a", 5, 20));
  const auto rest = drain("a");
  ASSERT_EQ(rest.size(), 1U);
  EXPECT_EQ(rest[0]->cells[0].integers.last, 17);
  EXPECT_EQ(rest[0]->cells[1].integers.last, 20);
}

TEST_F(LettersTest, KeptAfterIsWhereAGapWouldEnd) {
  open({{"a", {}}, {"slow", {}}});
  const auto first = append();
  const auto second = append();
  drain("a");
  EXPECT_EQ(spool_->kept_after("a"), 0U);  // all is there, for the slow one
  spool_->advance("slow", first->origin.sequence, "");
  ASSERT_TRUE(spool_->commit());
  EXPECT_EQ(spool_->kept_after("a"), first->origin.sequence);
  EXPECT_EQ(spool_->kept_after("slow"), first->origin.sequence);
  spool_->advance("slow", second->origin.sequence, "");
  ASSERT_TRUE(spool_->commit());
  EXPECT_EQ(spool_->kept_after("a"), second->origin.sequence);
  open({{"a", {}}, {"slow", {}}});
  EXPECT_EQ(spool_->kept_after("a"), second->origin.sequence);
}

TEST_F(LettersTest, EventsAreNewestFirstAndBounded) {
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
