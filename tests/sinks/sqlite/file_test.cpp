// The file itself: whose it is, what version, and what happens when somebody touches it.
#include <sched.h>
#include <sys/wait.h>
#include <unistd.h>

#include <functional>

#include "collector/history/failure.h"
#include "collector/history/schema.h"
#include "sinks/sqlite/nul_file.h"
#include "tests/sinks/sqlite/sqlite_fixture.h"
#include "tests/support/files.h"
#include "tests/support/namespaces.h"

namespace collector::test {
namespace {

using history::Migration;

TEST_F(SqliteSinkTest, BuildingTouchesNothing) {
  const auto sink = make_sink();
  sink->close();
  EXPECT_FALSE(std::filesystem::exists(file()));
}

TEST_F(SqliteSinkTest, FileThatIsNoDatabaseIsNeverOverwritten) {
  const std::string text(5000, 'x');
  write_file(file(), text);
  const auto opened = make_sink()->open({});
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().what, file().native() + ": file is not a database (SQLITE_NOTADB)");
  EXPECT_EQ(opened.error().remedy, "set `path` to another file, or move this one away; it was not touched");
  EXPECT_TRUE(opened.error().hold);
  EXPECT_EQ(read_file(file()), text);
}

TEST_F(SqliteSinkTest, FileOfNothingButNulBytesIsSetAside) {
  const std::string nul(4096, '\0');
  write_file(file(), nul);
  EXPECT_EQ(sqlite_store::notes_on_file(file()).size(), 1U);
  const auto sink = make_sink();
  BatchMaker maker;
  ASSERT_EQ(write(*sink, maker, {maker.window(0, 3, 1)}), "");
  EXPECT_EQ(sql("SELECT count(*) FROM net"), "3");
  EXPECT_EQ(read_file(file().native() + ".damaged-20260101T000000Z"), nul);
  const auto notes = sink->notes();
  ASSERT_EQ(notes.size(), 1U);
  EXPECT_TRUE(notes[0].warning);
  EXPECT_NE(notes[0].text.find("collector.db.damaged-20260101T000000Z"), std::string::npos) << notes[0].text;
  EXPECT_TRUE(sqlite_store::notes_on_file(file()).empty());
}

TEST_F(SqliteSinkTest, DatabaseOfAnotherProgramIsNotTouched) {
  change("CREATE TABLE theirs(a); INSERT INTO theirs VALUES(1)");
  const auto before = read_file(file());
  const auto opened = make_sink()->open({});
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().what,
            file().native() + " is a SQLite database of another program (1 tables, views and indexes)");
  EXPECT_EQ(read_file(file()), before);
}

TEST_F(SqliteSinkTest, DatabaseOfANewerVersionIsNotTouched) {
  BatchMaker maker;
  ASSERT_EQ(write(*make_sink(), maker, {maker.window(0, 1, 1)}), "");
  change("PRAGMA user_version=7");
  const auto before = read_file(file());
  const auto opened = make_sink()->open({});
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().what,
            file().native() + " was written by a newer collector (layout 7, this one knows up to 5)");
  EXPECT_EQ(opened.error().remedy,
            "run that newer collector, or set `path` to another file; it was not touched");
  EXPECT_TRUE(opened.error().hold);
  EXPECT_EQ(read_file(file()), before);
}

TEST_F(SqliteSinkTest, DirectoryAndMissingDirectoryAreExplained) {
  std::filesystem::create_directory(file());
  auto opened = make_sink()->open({});
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().what, file().native() + " is a directory");

  settings_.set("path", std::string("missing/collector.db"));
  opened = make_sink()->open({});
  ASSERT_FALSE(opened);
  EXPECT_NE(opened.error().what.find("missing/collector.db: unable to open database file"), std::string::npos)
      << opened.error().what;
  EXPECT_FALSE(opened.error().hold);
  EXPECT_FALSE(std::filesystem::exists(directory_ / "missing"));
}

TEST_F(SqliteSinkTest, DeletedFileIsNoticedAndAFreshOneStarted) {
  BatchMaker maker;
  const auto sink = make_sink();
  ASSERT_EQ(write(*sink, maker, {maker.window(0, 1, 1)}), "");
  std::filesystem::remove(file());
  const std::vector<BatchPtr> next{maker.window(30, 1, 2)};
  const auto failed = sink->write(next);
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().what, file().native() + " was deleted or replaced while it was in use");
  EXPECT_EQ(failed.error().retry_after, Duration{});
  const auto opened = sink->open({.source = maker.source(), .epoch = maker.epoch()});
  ASSERT_TRUE(opened);
  EXPECT_FALSE(opened->position);
  ASSERT_TRUE(sink->write(next));
  EXPECT_EQ(sql("SELECT sum(bytes_recv) FROM net"), "2");
}

TEST_F(SqliteSinkTest, ARemovedLogIsNoticedAndCostsNothing) {
  BatchMaker maker;
  const auto sink = make_sink();
  ASSERT_EQ(write(*sink, maker, {maker.window(0, 1, 1)}), "");
  std::filesystem::remove(file().native() + "-wal");
  const std::vector<BatchPtr> next{maker.window(30, 1, 2)};
  const auto failed = sink->write(next);
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().what, file().native() + "-wal was deleted or replaced while it was in use");
  const auto opened = sink->open({.source = maker.source(), .epoch = maker.epoch()});
  ASSERT_TRUE(opened && opened->position);
  EXPECT_EQ(opened->position->sequence, 1U);
  ASSERT_TRUE(sink->write(next));
  EXPECT_TRUE(std::filesystem::exists(file().native() + "-wal"));
  EXPECT_EQ(sql("SELECT sum(bytes_recv) FROM net"), "3");
}

TEST_F(SqliteSinkTest, ReplacedFileIsNoticed) {
  BatchMaker maker;
  const auto sink = make_sink();
  ASSERT_EQ(write(*sink, maker, {maker.window(0, 1, 1)}), "");
  sink->close();
  std::filesystem::copy_file(file(), directory_ / "backup.db");
  ASSERT_EQ(write(*sink, maker, {maker.window(30, 1, 1)}), "");
  std::filesystem::rename(directory_ / "backup.db", file());
  EXPECT_FALSE(sink->write(std::vector<BatchPtr>{maker.window(60, 1, 1)}));
  const auto opened = sink->open({.source = maker.source(), .epoch = maker.epoch()});
  ASSERT_TRUE(opened && opened->position);
  EXPECT_EQ(opened->position->sequence, 1U);
}

TEST_F(SqliteSinkTest, FileThatWasMovedAwayIsCompleteWithoutItsLog) {
  BatchMaker maker;
  const auto sink = make_sink();
  ASSERT_EQ(write(*sink, maker, {maker.window(0, 1, 1), maker.window(30, 1, 1)}), "");
  std::filesystem::rename(file(), directory_ / "old.db");
  EXPECT_FALSE(sink->write(std::vector<BatchPtr>{maker.window(60, 1, 1)}));
  auto old = sqlite::Database::open(directory_ / "old.db", {});
  ASSERT_TRUE(old);
  const auto sequence = old->query_integer("SELECT sequence FROM position");
  ASSERT_TRUE(sequence && *sequence);
  EXPECT_EQ(**sequence, 2);
}

TEST_F(SqliteSinkTest, LockedFileIsRetriedNotHeld) {
  // What Transaction::begin answers after the busy time-out of 5 s, which this test does not wait for.
  const auto failure = history::to_failure({sqlite::Kind::busy, 5, "collector.db: database is locked"});
  EXPECT_FALSE(failure.lasting);
  EXPECT_NE(failure.error.remedy.find("another program"), std::string::npos);
}

TEST_F(SqliteSinkTest, ReadOnlyForAWhileIsRetriedNotHeld) {
  const auto failure =
      history::to_failure({sqlite::Kind::readonly, 8, "collector.db: attempt to write a readonly database"});
  EXPECT_FALSE(failure.lasting);
}

TEST_F(SqliteSinkTest, ReaderInATransactionNeitherBlocksNorSeesLaterRows) {
  BatchMaker maker;
  const auto sink = make_sink();
  ASSERT_EQ(write(*sink, maker, {maker.window(0, 3, 1)}), "");
  auto reader = sqlite::Database::open(file(), {.mode = sqlite::Database::Mode::read_only, .vfs = {}});
  ASSERT_TRUE(reader);
  ASSERT_TRUE(reader->execute("BEGIN"));
  EXPECT_EQ(reader->query_integer("SELECT count(*) FROM net")->value(), 3);
  // New rows, and a new field with its column and view, behind the reader's back.
  ASSERT_EQ(write(*sink, maker, {maker.window(30, 3, 1), maker.begin().mem(30, 1).take()}), "");
  EXPECT_EQ(reader->query_integer("SELECT count(*) FROM net")->value(), 3);
  ASSERT_TRUE(reader->execute("COMMIT"));
  EXPECT_EQ(reader->query_integer("SELECT count(*) FROM net")->value(), 6);
}

TEST_F(SqliteSinkTest, OlderLayoutIsBroughtUpToDateOrLeftAsItWas) {
  constexpr Migration old[] = {{"CREATE TABLE t(a); INSERT INTO t VALUES(1)"}};
  constexpr Migration present[] = {old[0], {"ALTER TABLE t ADD COLUMN b"}, {"UPDATE t SET b = a + 1"}};
  constexpr Migration broken[] = {old[0], {"ALTER TABLE t ADD COLUMN b"}, {"UPDATE nowhere SET b = 1"}};
  auto database = sqlite::Database::open(file(), {});
  ASSERT_TRUE(database);
  ASSERT_TRUE(history::migrate(*database, old));
  EXPECT_EQ(sql("PRAGMA user_version"), "1");

  ASSERT_FALSE(history::migrate(*database, broken));
  EXPECT_EQ(sql("PRAGMA user_version"), "1");
  EXPECT_EQ(sql("SELECT * FROM t"), "1");

  ASSERT_TRUE(history::migrate(*database, present));
  EXPECT_EQ(sql("PRAGMA user_version"), "3");
  EXPECT_EQ(sql("SELECT * FROM t"), "1|2");
  ASSERT_TRUE(history::migrate(*database, present));
  EXPECT_EQ(sql("SELECT * FROM t"), "1|2");
}

// In a process and mount namespace of its own, on a file system of half a megabyte. 0: as it should be.
int write_until_full(const std::filesystem::path& directory,
                     const std::function<std::unique_ptr<Sink>()>& make) {
  test::enter_namespaces(CLONE_NEWNS);
  const test::SmallDisk disk(directory, std::size_t{512} << 10);
  BatchMaker maker;
  const auto sink = make();
  if (!sink->open({.source = maker.source(), .epoch = maker.epoch()})) return 12;
  std::int64_t second = 0;
  while (second < 1'000'000) {
    second += 30;
    const std::vector<BatchPtr> batch{maker.window(second, 300, 1)};
    auto written = sink->write(batch);
    if (written) continue;
    if (written.error().hold) return 13;
    if (written.error().what.find("full") == std::string::npos) return 14;
    disk.resize(std::size_t{4} << 20);
    sink->close();
    if (!sink->open({.source = maker.source(), .epoch = maker.epoch()})) return 16;
    if (!sink->write(batch)) return 17;
    auto database = sqlite::Database::open(directory / "collector.db", {});
    const auto rows = database->query_integer("SELECT sum(bytes_recv) FROM net");
    return rows && rows->value() == second / 30 * 300 ? 0 : 18;
  }
  return 19;
}

// Likewise, on one that is read-only and has no file yet.
int open_on_read_only_disk(const std::filesystem::path& directory,
                           const std::function<std::unique_ptr<Sink>()>& make) {
  test::enter_namespaces(CLONE_NEWNS);
  const test::SmallDisk disk(directory, std::size_t{512} << 10);
  disk.set_read_only(true);
  const auto opened = make()->open({.source = Uuid::random(), .epoch = Uuid::random()});
  if (opened) return 12;
  return opened.error().what.find("Read-only file system") == std::string::npos ? 13 : 0;
}

int exit_code_of(const std::function<int()>& run) {
  const pid_t child = fork();
  if (child == 0) _exit(run());
  int status = 0;
  return child > 0 && waitpid(child, &status, 0) == child && WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

TEST_F(SqliteSinkTest, FullDiskIsAFailureThatPassesAndLosesNothing) {
  EXPECT_EQ(exit_code_of([&] { return write_until_full(directory_.path(), [this] { return make_sink(); }); }),
            0);
}

TEST_F(SqliteSinkTest, AReadOnlyDiskIsSaidToBeOne) {
  EXPECT_EQ(
      exit_code_of([&] { return open_on_read_only_disk(directory_.path(), [this] { return make_sink(); }); }),
      0);
}

}  // namespace
}  // namespace collector::test
