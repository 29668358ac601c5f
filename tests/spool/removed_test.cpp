// The file, or the directory, is removed, moved or replaced while the spool has it open.
#include <gtest/gtest.h>

#include "collector/sqlite/database.h"
#include "tests/spool/spool_fixture.h"
#include "tests/support/files.h"

namespace collector {
namespace {

class RemovedTest : public test::SpoolTest {
 protected:
  // Ten batches that `a` has not got, and `b` has.
  void open_with_backlog() {
    open({{"a", {}}, {"b", {}}});
    for (int i = 1; i <= 10; ++i)
      sequences_.push_back(append(i)->origin.sequence);
    drain("b");
    ASSERT_TRUE(spool_->commit());
  }
  void remove_file(std::initializer_list<const char*> endings = {"", "-wal", "-shm"}) {
    for (const char* ending : endings)
      std::filesystem::remove(file().native() + ending);
  }
  // What `a` gets: the bytes received of `traffic` rows, and of `gap` rows the number of batches they cover.
  struct Got {
    std::int64_t received = 0;
    std::vector<std::pair<std::uint64_t, std::uint64_t>> gaps;
  };
  Got got(const std::string& sink) {
    Got result;
    for (const BatchPtr& batch : drain(sink))
      for (const Row& row : batch->rows) {
        const auto cells = batch->cells_of(row);
        if (row.series->measurement().name == "gap")
          result.gaps.emplace_back(cells[0].integers.last, cells[1].integers.last);
        else
          result.received += cells[0].counter.delta;
      }
    return result;
  }
  // What was in memory (the newest four) and what came after is there, the rest is told as a gap.
  void expect_a_fresh_start(std::int64_t later) {
    const Got a = got("a");
    EXPECT_EQ(a.received, 7 + 8 + 9 + 10 + later);
    ASSERT_EQ(a.gaps.size(), 1U);
    EXPECT_LT(a.gaps[0].first, sequences_[0]);
    EXPECT_EQ(a.gaps[0].second, sequences_[5]);
    const Got b = got("b");
    EXPECT_EQ(b.received, later);
    EXPECT_TRUE(b.gaps.empty()) << "it had got everything";
  }
  // What is on disk after kill -9, and nothing else.
  void open_as_after_a_kill() {
    for (const char* ending : {"", "-wal"})
      std::filesystem::copy_file(file().native() + ending, (killed_ / "spool.db").native() + ending);
    auto killed = options();
    killed.directory = killed_.path();
    auto opened = Spool::open(killed);
    ASSERT_TRUE(opened) << opened.error().text();
    spool_ = std::move(*opened);
    ASSERT_TRUE(spool_->set_sinks(Sinks{{"a", {}}, {"b", {}}}));
  }
  std::string newest() {
    const auto events = spool_->figures().events;
    return events.empty() ? "" : events.front().kind + ": " + events.front().text;
  }
  std::vector<std::uint64_t> sequences_;
  test::TemporaryDirectory killed_;
};

TEST_F(RemovedTest, AFreshFileIsStartedWithWhatIsInMemory) {
  open_with_backlog();
  const Uuid epoch = spool_->epoch();
  remove_file();
  append(100);
  EXPECT_TRUE(std::filesystem::exists(file()));
  EXPECT_NE(spool_->epoch(), epoch);
  EXPECT_EQ(newest(),
            "spool removed: " + file().string() +
                " was removed while it was in use; a new one was started with the rows that were in memory; "
                "rows that 1 sink had not got are recorded as a gap");
  EXPECT_GT(spool_->file_size(), 0U);
  EXPECT_EQ(spool_->figures().gaps, 1U);
  expect_a_fresh_start(100);
}

TEST_F(RemovedTest, WhatWasAcknowledgedSinceIsDurable) {
  open_with_backlog();
  remove_file();
  append(100);
  open_as_after_a_kill();
  expect_a_fresh_start(100);
}

TEST_F(RemovedTest, ALogThatIsLeftBehindIsNotTakenForTheFreshFiles) {
  open_with_backlog();
  remove_file({""});
  append(100);
  expect_a_fresh_start(100);
  open({{"a", {}}, {"b", {}}});
  EXPECT_EQ(spool_->events(1)->front().kind, "spool removed");
}

TEST_F(RemovedTest, OfALogThatIsRemovedNothingIsLost) {
  open_with_backlog();
  const Uuid epoch = spool_->epoch();
  remove_file({"-wal", "-shm"});
  append(100);
  EXPECT_EQ(spool_->epoch(), epoch);
  EXPECT_EQ(newest(), "spool log removed: " + file().string() +
                          "-wal was removed or replaced while it was in use; nothing is lost: what was in it "
                          "is in spool.db now");
  open_as_after_a_kill();
  const Got a = got("a");
  EXPECT_EQ(a.received, 1 + 2 + 3 + 4 + 5 + 6 + 7 + 8 + 9 + 10 + 100);
  EXPECT_TRUE(a.gaps.empty());
  EXPECT_EQ(got("b").received, 100);
}

TEST_F(RemovedTest, AnotherLogInItsPlaceIsNotTaken) {
  open_with_backlog();
  std::filesystem::copy_file(file().native() + "-wal", directory_ / "earlier");
  append(11);
  std::filesystem::rename(directory_ / "earlier", file().native() + "-wal");
  append(100);
  EXPECT_EQ(got("a").received, 1 + 2 + 3 + 4 + 5 + 6 + 7 + 8 + 9 + 10 + 11 + 100);
}

TEST_F(RemovedTest, AFileThatIsEmptiedIsSetAside) {
  open_with_backlog();
  std::filesystem::resize_file(file(), 0);
  append(100);
  EXPECT_NE(newest().find("was emptied while it was in use"), std::string::npos) << newest();
  expect_a_fresh_start(100);
}

TEST_F(RemovedTest, AMovedFileIsWhole) {
  open_with_backlog();
  std::filesystem::rename(file(), directory_ / "moved.db");
  append(100);
  expect_a_fresh_start(100);
  auto moved = sqlite::Database::open(directory_ / "moved.db", {.vfs = {}});
  ASSERT_TRUE(moved);
  EXPECT_EQ(moved->query_integer("SELECT count(*) FROM batch")->value_or(0), 10);
}

TEST_F(RemovedTest, AFileInItsPlaceIsSetAsideUntouched) {
  open_with_backlog();
  test::write_file(directory_ / "other", "somebody's");
  std::filesystem::rename(directory_ / "other", file());
  append(100);
  EXPECT_NE(newest().find("was replaced while it was in use: the file in its place was renamed to "
                          "spool.db.replaced-"),
            std::string::npos)
      << newest();
  bool kept = false;
  for (const auto& entry : std::filesystem::directory_iterator(directory_.path())) {
    const std::string name = entry.path().filename();
    if (name.starts_with("spool.db.replaced-") && name.ends_with("Z"))
      kept = test::read_file(entry.path()) == "somebody's";
  }
  EXPECT_TRUE(kept);
  expect_a_fresh_start(100);
}

TEST_F(RemovedTest, AnEarlierCopyInItsPlaceIsNotContinued) {
  open_with_backlog();
  std::filesystem::copy_file(file(), directory_ / "backup");
  append(11);
  std::filesystem::rename(directory_ / "backup", file());
  append(100);
  EXPECT_EQ(got("b").received, 111);
  EXPECT_EQ(got("a").received, 8 + 9 + 10 + 11 + 100);
}

TEST_F(RemovedTest, WithoutItsDirectoryBatchesAreRefusedAndKept) {
  open_with_backlog();
  std::filesystem::remove_all(directory_.path());
  clock_.advance(std::chrono::seconds(30));
  Batch batch = test::traffic_batch(table_, "eth0", 100, clock_.now().wall);
  EXPECT_FALSE(spool_->append(batch, {}));
  EXPECT_FALSE(spool_->append(batch, {}));
  std::filesystem::create_directories(directory_.path());
  ASSERT_TRUE(spool_->append(batch, {}));
  expect_a_fresh_start(100);
}

TEST_F(RemovedTest, AReadNoticesItToo) {
  open_with_backlog();
  remove_file();
  expect_a_fresh_start(0);
  EXPECT_TRUE(std::filesystem::exists(file()));
}

TEST_F(RemovedTest, DeadLettersThatWereInItAreTold) {
  open();
  const auto batch = append(5);
  ASSERT_TRUE(spool_->set_dead_letters("a", std::array{batch.get()},
                                       std::vector<RefusedRow>{{batch.get(), 0, "no"}}));
  remove_file();
  append(6);
  EXPECT_NE(newest().find("; 1 dead letter was in the old one"), std::string::npos) << newest();
}

TEST_F(RemovedTest, NothingIsWrittenWhileItIsNotAllowed) {
  bool allowed = true;
  auto guarded = options();
  guarded.may_write = [&]() -> Result<> {
    if (allowed) return {};
    return fail("taken by another");
  };
  auto opened = Spool::open(guarded);
  ASSERT_TRUE(opened);
  spool_ = std::move(*opened);
  ASSERT_TRUE(spool_->set_sinks(Sinks{{"a", {}}}));
  append(1);
  allowed = false;
  Batch batch = test::traffic_batch(table_, "eth0", 2, clock_.now().wall);
  const auto refused = spool_->append(batch, {});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().error.what, "taken by another");
  spool_->confirm("a", spool_->last_number(), "");
  EXPECT_FALSE(spool_->commit());
  allowed = true;
  EXPECT_TRUE(spool_->append(batch, {}));
}

}  // namespace
}  // namespace collector
