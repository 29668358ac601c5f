// Files that are damaged, strange or from the future, at opening and while in use.
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>

#include "collector/core/log.h"
#include "collector/sqlite/database.h"
#include "tests/spool/spool_fixture.h"
#include "tests/support/files.h"

namespace collector {
namespace {

class DamageTest : public test::SpoolTest {
 protected:
  // Spools in the directory that were set aside, by name; their logs left out.
  std::vector<std::string> set_aside() {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(directory_.path())) {
      const std::string name = entry.path().filename();
      if (name.find(".damaged-") != std::string::npos && !name.ends_with("-wal") && !name.ends_with("-shm"))
        names.push_back(name);
    }
    std::ranges::sort(names);
    return names;
  }
  // Overwrites a part of the file as bad memory or a bad disk would.
  void damage(std::size_t from, std::size_t size) {
    std::fstream out(file(), std::ios::in | std::ios::out | std::ios::binary);
    out.seekp(static_cast<std::streamoff>(from));
    out << std::string(size, '\xA5');
  }
  std::string newest_event() {
    const auto events = spool_->events(1);
    return events && !events->empty() ? events->front().kind + ": " + events->front().text : "";
  }
};

TEST_F(DamageTest, FileThatIsNotADatabaseIsSetAside) {
  const std::string letter(5000, 'x');
  test::write_file(file(), letter);
  open();
  EXPECT_EQ(set_aside(), std::vector<std::string>{"spool.db.damaged-20260101T000000Z"});
  EXPECT_EQ(test::read_file(directory_ / "spool.db.damaged-20260101T000000Z"), letter);
  const std::string event = newest_event();
  EXPECT_TRUE(event.starts_with("spool set aside: ")) << event;
  EXPECT_NE(event.find("file is not a database"), std::string::npos) << event;
  EXPECT_NE(event.find("spool.db.damaged-20260101T000000Z"), std::string::npos) << event;
  EXPECT_NE(append(), nullptr);
}

TEST_F(DamageTest, AnEmptyFileIsTold) {
  open();
  EXPECT_TRUE(spool_->events(1)->empty()) << "a fresh one has lost nothing";
  append();
  spool_.reset();
  test::write_file(file(), "");
  open();
  const std::string event = newest_event();
  EXPECT_TRUE(event.starts_with("spool empty: ")) << event;
  EXPECT_NE(event.find("spool.db was empty"), std::string::npos) << event;
  EXPECT_TRUE(set_aside().empty()) << "nothing is in it";
  open();
  EXPECT_EQ(spool_->events(10)->size(), 1U) << "told once";
}

TEST_F(DamageTest, SetAsideTwiceInASecondKeepsBoth) {
  test::write_file(file(), std::string(5000, 'x'));
  open();
  spool_.reset();
  test::write_file(file(), std::string(5000, 'y'));
  open();
  EXPECT_EQ(set_aside().size(), 2U);
}

TEST_F(DamageTest, DamagedFileIsSetAsideWithItsLog) {
  open();
  append();
  ASSERT_TRUE(spool_->close());
  damage(0, 100);
  test::write_file(file().native() + "-wal", "log");
  open();
  EXPECT_EQ(set_aside(), std::vector<std::string>{"spool.db.damaged-20260101T000030Z"});
  EXPECT_EQ(test::read_file(directory_ / "spool.db.damaged-20260101T000030Z-wal"), "log");
  EXPECT_EQ(spool_->last_sequence(), 0U);
}

TEST_F(DamageTest, FreshSpoolAfterALossIsANewSourceAndEpoch) {
  open();
  const Uuid source = spool_->source();
  const Uuid epoch = spool_->epoch();
  const auto before = append();
  ASSERT_TRUE(spool_->close());
  damage(0, 4096);
  open();
  EXPECT_NE(spool_->source(), source);
  EXPECT_NE(spool_->epoch(), epoch);
  EXPECT_GT(append()->origin.sequence, before->origin.sequence);
}

TEST_F(DamageTest, EveryDamagedPageIsSurvived) {
  open();
  for (int i = 0; i < 4; ++i)
    append(i, "eth" + std::to_string(i));
  Batch empty;
  ASSERT_TRUE(spool_->append(empty, {{baseline("eth0", 1, 1)}, {{"net", "b", 0, 1}}, 0}));
  ASSERT_TRUE(spool_->close());
  const std::string good = test::read_file(file());
  std::size_t set_aside_count = 0;
  for (std::size_t page = 0; page < good.size() / 4096; ++page) {
    SCOPED_TRACE("page " + std::to_string(page));
    test::write_file(file(), good);
    damage(page * 4096, 4096);
    open();
    ASSERT_NE(append(), nullptr);
    read();
    ASSERT_NE(append(), nullptr);
    ASSERT_FALSE(read().empty());
    ASSERT_TRUE(spool_->close());
    set_aside_count = set_aside().size();
  }
  EXPECT_GT(set_aside_count, 5U);
}

TEST_F(DamageTest, DirectoryInItsPlaceIsSetAside) {
  std::filesystem::create_directory(file());
  open();
  EXPECT_EQ(set_aside().size(), 1U);
  EXPECT_NE(append(), nullptr);
}

TEST_F(DamageTest, DatabaseOfAnotherProgramIsSetAsideWhole) {
  {
    auto database = sqlite::Database::open(file(), {.vfs = {}});
    ASSERT_TRUE(database->execute("CREATE TABLE precious(a); INSERT INTO precious VALUES(42)"));
  }
  open();
  const auto names = set_aside();
  ASSERT_EQ(names.size(), 1U);
  const auto kept = sqlite::Database::open(directory_ / names[0], {.vfs = {}});
  EXPECT_EQ(kept->query_integer("SELECT a FROM precious").value(), 42);
}

TEST_F(DamageTest, NewerVersionIsRefusedAndLeftAlone) {
  open();
  append();
  ASSERT_TRUE(spool_->close());
  {
    auto database = sqlite::Database::open(file(), {.vfs = {}});
    ASSERT_TRUE(database->execute("PRAGMA user_version=99"));
  }
  const std::string before = test::read_file(file());
  const auto refused = Spool::open(options());
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().what.find("was written by a newer collector (schema 99, this one knows 5)"),
            std::string::npos)
      << refused.error().what;
  EXPECT_NE(refused.error().remedy.find("run that version again"), std::string::npos);
  EXPECT_EQ(test::read_file(file()), before);
  EXPECT_TRUE(set_aside().empty());
}

TEST_F(DamageTest, MissingDirectoryIsSaid) {
  auto missing = options();
  missing.directory = directory_ / "nowhere";
  const auto refused = Spool::open(missing);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().text(),
            "state directory " + missing.directory.native() + " does not exist; create it");
}

// The pages go bad under the running process: what was in memory goes on in a fresh file.
TEST_F(DamageTest, DamageAtRunTimeLosesNothingThatIsInMemory) {
  open();
  const Uuid source = spool_->source();
  const Uuid epoch = spool_->epoch();
  const auto first = append(1);
  spool_->confirm("a", first->number, "where");
  const auto second = append(2);
  const std::int64_t id = second->rows[0].series->id();
  ASSERT_TRUE(spool_->close());
  open();
  append(3);
  append(4);
  {
    // Through SQLite's own door, so that the running connection reads the damage at its next transaction.
    auto vandal = sqlite::Database::open(file(), {.vfs = {}});
    ASSERT_TRUE(
        vandal->execute("PRAGMA writable_schema=ON; UPDATE sqlite_master SET rootpage=2147483000 WHERE "
                        "name IN ('batch', 'state', 'baseline'); PRAGMA writable_schema=OFF; "
                        "CREATE TABLE changed(a)"));
  }
  const auto in_flight = append(5);
  ASSERT_NE(in_flight, nullptr);
  EXPECT_EQ(set_aside().size(), 1U);
  EXPECT_EQ(spool_->source(), source);
  EXPECT_NE(spool_->epoch(), epoch);
  EXPECT_EQ(in_flight->rows[0].series->id(), id);
  EXPECT_EQ(spool_->cursor("a").token, "where");

  open();  // all of it from the fresh file
  std::vector<std::int64_t> received;
  std::vector<std::string> gaps;
  for (const BatchPtr& batch : drain()) {
    if (batch->rows[0].series->measurement().name == "gap")
      gaps.push_back(std::to_string(batch->cells[0].integers.last) + "-" +
                     std::to_string(batch->cells[1].integers.last));
    else
      received.push_back(batch->cells[0].counter.delta);
  }
  EXPECT_EQ(received, (std::vector<std::int64_t>{3, 4, 5}));
  // The second batch was on disk alone: that it is lost is recorded.
  EXPECT_EQ(gaps, std::vector<std::string>{std::to_string(first->origin.sequence) + "-" +
                                           std::to_string(second->origin.sequence)});
}

TEST_F(DamageTest, BatchThatDoesNotDecodeIsPassedOverAndRecorded) {
  open({{"a", {}}, {"b", {}}});
  append(1);
  const auto bad = append(2);
  append(3);
  ASSERT_TRUE(spool_->close());
  {
    auto database = sqlite::Database::open(file(), {.vfs = {}});
    ASSERT_TRUE(database->execute("UPDATE batch SET content = x'0102030405060708' WHERE number = " +
                                  std::to_string(bad->number)));
  }
  open({{"a", {}}, {"b", {}}});
  for (const char* sink : {"a", "b"}) {
    SCOPED_TRACE(sink);
    std::vector<std::string> got;
    for (const BatchPtr& batch : drain(sink, 1))
      got.push_back(batch->rows[0].series->measurement().name == "gap"
                        ? "gap to " + std::to_string(batch->cells[1].integers.last)
                        : std::to_string(batch->cells[0].counter.delta));
    const std::vector<std::string> expected{"1", "3", "gap to " + std::to_string(bad->origin.sequence)};
    EXPECT_EQ(got, expected);
  }
  EXPECT_TRUE(newest_event().starts_with("batch damaged: batch ")) << newest_event();
  ASSERT_TRUE(spool_->close());
  auto database = sqlite::Database::open(file(), {.vfs = {}});
  EXPECT_EQ(database->query_integer("SELECT length(content) FROM damaged_batch").value(), 8);
}

}  // namespace
}  // namespace collector
