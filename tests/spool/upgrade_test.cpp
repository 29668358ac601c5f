// Files of earlier versions: everything that waits, dead letters and baselines are the same afterwards.
// earlier/version-2.sql is such a file as a program of that time left it, with what it would have delivered
// in waiting.txt and the rows of its dead letters in dead_letters.txt. Sink `a` has been handed three batches
// and lost others to its limit, `b` has confirmed some and has a `gap` of its own; `gone` is configured no
// more.
#include <gtest/gtest.h>

#include "collector/sqlite/database.h"
#include "tests/spool/exact_text.h"
#include "tests/spool/spool_fixture.h"
#include "tests/support/files.h"

namespace collector {
namespace {

class UpgradeTest : public test::SpoolTest {
 protected:
  static std::string earlier(const std::string& name) {
    return test::read_file(test::source_directory() / "tests/spool/earlier" / name);
  }
  void make_earlier_file(int version) {
    auto database = sqlite::Database::open(file(), {.vfs = {}});
    ASSERT_TRUE(database);
    ASSERT_TRUE(database->execute(earlier("version-2.sql")));
    for (const char* column : {"compared", "compared_age", "retention"}) {
      if (version > 1) break;
      ASSERT_TRUE(database->execute("ALTER TABLE state DROP COLUMN " + std::string(column)));
    }
    ASSERT_TRUE(database->execute("PRAGMA user_version=" + std::to_string(version)));
  }
  std::string what_waits(const std::string& sink) {
    std::string text = "sink " + sink + " gets\n";
    for (const BatchPtr& batch : drain(sink, 3))
      text += fmt::format(" sequence {} previous {} to {}\n", batch->origin.sequence, batch->previous,
                          batch->only_sink) +
              test::exact_text(*batch);
    return text;
  }
};

TEST_F(UpgradeTest, EverythingThatWaitsIsDelivered) {
  for (const int version : {1, 2}) {
    SCOPED_TRACE(version);
    spool_.reset();
    for (const char* ending : {"", "-wal", "-shm"})
      std::filesystem::remove(file().native() + ending);
    make_earlier_file(version);
    open({{"a", {}}, {"b", {}}});
    EXPECT_EQ(spool_->last_sequence(), 1767225600025U);
    EXPECT_EQ(spool_->epoch().text(), "6bf8b30c-ce51-4552-87c8-e791f98c72a1");
    EXPECT_EQ(spool_->backlog("a").dropped_rows, 11U);
    EXPECT_EQ(spool_->backlog("a").batches, 6U);
    EXPECT_EQ(spool_->backlog("a").rows, 22U);
    EXPECT_EQ(spool_->backlog("b").batches, 15U);
    EXPECT_EQ(spool_->backlog("b").rows, 15U);
    EXPECT_EQ(spool_->cursor("b").token, std::string("words\0of b", 10));
    EXPECT_EQ(spool_->events(1)->front().text, "something happened");
    EXPECT_EQ(what_waits("a") + what_waits("b"), earlier("waiting.txt"));
    ASSERT_TRUE(spool_->commit());
    EXPECT_EQ(spool_->batches(), 0U);
    const auto next = append(1);
    EXPECT_GT(next->origin.sequence, 1767225600025U);
    EXPECT_EQ(next->previous, 1767225600025U);
  }
}

TEST_F(UpgradeTest, WhatASinkWasHandedStillNeverFallsOff) {
  make_earlier_file(2);
  open({{"a", {.age = {}, .size = 100}}, {"b", {}}});
  append(1);
  const auto batches = drain("a", 1);
  ASSERT_GE(batches.size(), 3U);
  for (std::uint64_t i = 0; i < 3; ++i)
    EXPECT_EQ(batches[i]->origin.sequence, 1767225600003U + i);
  EXPECT_GT(spool_->backlog("a").dropped_rows, 11U);
}

TEST_F(UpgradeTest, DeadLettersAreTheSameRows) {
  make_earlier_file(2);
  open({{"a", {}}, {"b", {}}});
  EXPECT_EQ(spool_->dead_letters_of("a"), 9U);
  EXPECT_EQ(spool_->dead_letters_of("gone"), 1U);
  std::string text;
  const auto of_a = spool_->dead_letters("a", 100).value();
  for (const DeadLetter& letter : of_a)
    text += test::exact_text(letter.content);
  const auto of_gone = spool_->dead_letters("gone", 100).value();
  ASSERT_EQ(of_gone.size(), 1U);
  EXPECT_EQ(of_gone[0].reason, "too old");
  EXPECT_EQ(of_gone[0].origin.sequence, 1767225600002U);
  EXPECT_EQ(text + test::exact_text(of_gone[0].content), earlier("dead_letters.txt"));
  drain("a");
  EXPECT_EQ(spool_->replay_dead_letters("a", "a").value().rows, 9U);
  EXPECT_EQ(spool_->replay_dead_letters("gone", "b").value().rows, 1U);
}

TEST_F(UpgradeTest, DeadLetterThatNobodyCanReadKeepsItsText) {
  make_earlier_file(2);
  {
    auto database = sqlite::Database::open(file(), {.vfs = {}});
    ASSERT_TRUE(database->execute("UPDATE dead_letter SET payload = '{\"time\":' WHERE id = 1"));
  }
  open({{"a", {}}, {"b", {}}});
  EXPECT_EQ(spool_->dead_letters_of("a"), 9U);
  EXPECT_EQ(spool_->replay_dead_letters("a", "a").value().rows, 8U);
  ASSERT_TRUE(spool_->close());
  auto database = sqlite::Database::open(file(), {.vfs = {}});
  EXPECT_EQ(database->query_text("SELECT CAST(content AS TEXT) FROM dead_letter WHERE sink = 'a'").value(),
            "{\"time\":");
}

TEST_F(UpgradeTest, BaselinesAreKept) {
  make_earlier_file(2);
  open({{"a", {}}});
  const Baselines baselines = spool_->baselines();
  ASSERT_EQ(baselines.series.size(), 2U);
  EXPECT_EQ(baselines.clock_steps, 3U);
  for (const Baseline& each : baselines.series) {
    const bool first = each.series->tag("interface") == "eth0";
    EXPECT_EQ(each.objects.at(0).raw[0], first ? 12345678901U : 5U);
    EXPECT_EQ(each.totals[0], first ? 42 : -3);
  }
}

// A new sink, and none at all.
TEST_F(UpgradeTest, SinksMayHaveChangedMeanwhile) {
  make_earlier_file(2);
  open({{"b", {}}, {"new", {}}});
  const std::string expected = earlier("waiting.txt");
  EXPECT_EQ(what_waits("b"), expected.substr(expected.find("sink b")));
  // What is in the file and to all.
  EXPECT_EQ(drain("new").size(), 15U);
  ASSERT_TRUE(spool_->commit());
  EXPECT_EQ(spool_->batches(), 0U);
}

}  // namespace
}  // namespace collector
