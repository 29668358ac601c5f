#include "collector/sqlite/database.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sqlite3.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <limits>

#include "collector/sqlite/error_text.h"
#include "collector/sqlite/statement_shelf.h"
#include "tests/support/files.h"
#include "tests/support/temporary_directory.h"

namespace collector::sqlite {
namespace {

class DatabaseTest : public testing::Test {
 protected:
  Database open(Database::Mode mode = Database::Mode::create) {
    auto opened = Database::open(directory_ / "a.db", {.mode = mode, .vfs = {}});
    EXPECT_TRUE(opened) << opened.error().what;
    return std::move(*opened);
  }
  test::TemporaryDirectory directory_;
};

TEST_F(DatabaseTest, StoresAndReadsBackEveryType) {
  Database database = open();
  ASSERT_TRUE(database.use_durable_settings());
  ASSERT_TRUE(database.execute("CREATE TABLE t(a, b, c, d, e)"));
  auto insert = database.prepare("INSERT INTO t VALUES(?1, ?2, ?3, ?4, ?5)");
  ASSERT_TRUE(insert);
  const std::array<std::byte, 3> blob{std::byte{1}, std::byte{0}, std::byte{255}};
  insert->bind(1, std::numeric_limits<std::int64_t>::min());
  insert->bind(2, 0.1);
  insert->bind(3, std::string_view("a\0b", 3));
  insert->bind_blob(4, blob);
  insert->bind_null(5);
  ASSERT_TRUE(insert->run());
  EXPECT_EQ(database.changes(), 1);
  EXPECT_EQ(database.last_rowid(), 1);

  auto select = database.prepare("SELECT * FROM t");
  ASSERT_TRUE(select);
  EXPECT_EQ(select->columns(), 5);
  ASSERT_EQ(select->step(), true);
  EXPECT_EQ(select->integer(0), std::numeric_limits<std::int64_t>::min());
  EXPECT_EQ(select->real(1), 0.1);
  EXPECT_EQ(select->text(2), std::string_view("a\0b", 3));
  EXPECT_TRUE(std::ranges::equal(select->blob(3), blob));
  EXPECT_TRUE(select->is_null(4));
  EXPECT_EQ(select->step(), false);
}

TEST_F(DatabaseTest, EmptyTextAndBlobAreNotNull) {
  Database database = open();
  auto select = database.prepare("SELECT ?1 IS NULL, ?2 IS NULL");
  ASSERT_TRUE(select);
  select->bind(1, std::string_view());
  select->bind_blob(2, {});
  ASSERT_EQ(select->step(), true);
  EXPECT_EQ(select->integer(0), 0);
  EXPECT_EQ(select->integer(1), 0);
}

TEST_F(DatabaseTest, DurableSettingsAreInForce) {
  Database database = open();
  ASSERT_TRUE(database.use_durable_settings());
  EXPECT_EQ(database.query_text("PRAGMA journal_mode").value(), "wal");
  EXPECT_EQ(database.query_integer("PRAGMA synchronous").value(), 2);
  EXPECT_EQ(database.query_integer("PRAGMA secure_delete").value(), 0);
  EXPECT_EQ(database.query_integer("PRAGMA temp_store").value(), 2);
  EXPECT_EQ(database.query_integer("PRAGMA cache_size").value(), -512);
}

TEST_F(DatabaseTest, TransactionRollsBackUnlessCommitted) {
  Database database = open();
  ASSERT_TRUE(database.execute("CREATE TABLE t(a)"));
  {
    auto transaction = Transaction::begin(database);
    ASSERT_TRUE(transaction);
    ASSERT_TRUE(database.execute("INSERT INTO t VALUES(1)"));
  }
  EXPECT_EQ(database.query_integer("SELECT count(*) FROM t").value(), 0);
  {
    auto transaction = Transaction::begin(database);
    ASSERT_TRUE(transaction);
    ASSERT_TRUE(database.execute("INSERT INTO t VALUES(1)"));
    ASSERT_TRUE(transaction->commit());
  }
  EXPECT_EQ(database.query_integer("SELECT count(*) FROM t").value(), 1);
}

TEST_F(DatabaseTest, NoRowAndNullAreNothing) {
  Database database = open();
  EXPECT_EQ(database.query_integer("SELECT 1 WHERE 0").value(), std::nullopt);
  EXPECT_EQ(database.query_text("SELECT NULL").value(), std::nullopt);
}

TEST_F(DatabaseTest, ConstraintIsNamed) {
  Database database = open();
  ASSERT_TRUE(database.execute("CREATE TABLE t(a INTEGER PRIMARY KEY); INSERT INTO t VALUES(1)"));
  const auto failed = database.execute("INSERT INTO t VALUES(1)");
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().kind, Kind::constraint);
  EXPECT_NE(failed.error().what.find("UNIQUE constraint failed: t.a (SQLITE_CONSTRAINT)"), std::string::npos)
      << failed.error().what;
  EXPECT_TRUE(failed.error().what.starts_with(database.file().native()));
}

TEST_F(DatabaseTest, FileThatIsNotADatabase) {
  test::write_file(directory_ / "a.db",
                   "This is a letter, not a database. It is longer than a header would be, "
                   "as SQLite reads one hundred bytes before it says anything.");
  Database database = open();
  const auto failed = database.use_durable_settings();
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().kind, Kind::not_database) << failed.error().what;
}

TEST_F(DatabaseTest, MissingFileAndDirectoryCannotBeOpened) {
  const auto missing = Database::open(directory_ / "b.db", {.mode = Database::Mode::read_write, .vfs = {}});
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().kind, Kind::cannot_open);
  EXPECT_NE(missing.error().what.find("No such file"), std::string::npos) << missing.error().what;

  const auto folder = Database::open(directory_.path(), {.vfs = {}});
  ASSERT_FALSE(folder);
  EXPECT_EQ(folder.error().kind, Kind::cannot_open);
  EXPECT_NE(folder.error().what.find("Is a directory"), std::string::npos) << folder.error().what;

  EXPECT_FALSE(Database::open("", {.vfs = {}}));
}

TEST_F(DatabaseTest, WhatIsNoFileIsNamed) {
  const auto pipe = directory_ / "pipe.db";
  ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
  for (const auto mode : {Database::Mode::create, Database::Mode::read_only}) {
    const auto opened = Database::open(pipe, {.mode = mode, .vfs = {}});
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().kind, Kind::no_file);
    EXPECT_EQ(opened.error().what, pipe.string() + ": is a named pipe, not an ordinary file");
  }
  const auto device = Database::open("/dev/null", {});
  ASSERT_FALSE(device);
  EXPECT_EQ(device.error().what, "/dev/null: is a device, not an ordinary file");
}

TEST_F(DatabaseTest, WritingThroughAReadOnlyConnection) {
  ASSERT_TRUE(open().execute("CREATE TABLE t(a)"));
  Database database = open(Database::Mode::read_only);
  const auto failed = database.execute("INSERT INTO t VALUES(1)");
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().kind, Kind::readonly);
}

TEST_F(DatabaseTest, LockedFileIsBusy) {
  Database first = open();
  ASSERT_TRUE(first.execute("CREATE TABLE t(a)"));
  const auto transaction = Transaction::begin(first);
  ASSERT_TRUE(transaction);
  auto second =
      Database::open(directory_ / "a.db", {.vfs = {}, .busy_timeout = std::chrono::milliseconds(0)});
  ASSERT_TRUE(second);
  const auto refused = Transaction::begin(*second);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, Kind::busy);
}

TEST_F(DatabaseTest, FullFileAndRecovery) {
  Database database = open();
  ASSERT_TRUE(database.execute("CREATE TABLE t(a); PRAGMA max_page_count=3"));
  const auto full = database.execute("INSERT INTO t VALUES(zeroblob(100000))");
  ASSERT_FALSE(full);
  EXPECT_EQ(full.error().kind, Kind::full);
  ASSERT_TRUE(database.execute("PRAGMA max_page_count=1000"));
  EXPECT_TRUE(database.execute("INSERT INTO t VALUES(zeroblob(100000))"));
}

TEST_F(DatabaseTest, DamagedPageIsCorrupt) {
  {
    Database database = open();
    ASSERT_TRUE(database.execute("CREATE TABLE t(a); INSERT INTO t VALUES(zeroblob(100000))"));
  }
  std::string bytes = test::read_file(directory_ / "a.db");
  std::fill(bytes.begin() + 4096, bytes.begin() + 8192, '\xAB');
  test::write_file(directory_ / "a.db", bytes);
  Database database = open();
  const auto failed = database.query_integer("SELECT count(*) FROM t");
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().kind, Kind::corrupt) << failed.error().what;
}

TEST_F(DatabaseTest, BadParameterFailsTheStep) {
  Database database = open();
  auto select = database.prepare("SELECT ?1");
  ASSERT_TRUE(select);
  select->bind(7, std::int64_t{1});
  const auto failed = select->step();
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().kind, Kind::misuse);
}

TEST_F(DatabaseTest, SqlMistakeIsSaid) {
  const Database database = open();
  const auto failed = database.prepare("SELEC 1");
  ASSERT_FALSE(failed);
  EXPECT_NE(failed.error().what.find("syntax error"), std::string::npos);
}

TEST(SqliteError, NoMemoryIsNoFaultOfTheDevice) {
  EXPECT_EQ(make_error(nullptr, "a.db", SQLITE_NOMEM).kind, Kind::no_memory);
  EXPECT_EQ(make_error(nullptr, "a.db", SQLITE_IOERR_NOMEM).kind, Kind::no_memory);
  EXPECT_EQ(make_error(nullptr, "a.db", SQLITE_IOERR_READ).kind, Kind::io);
}

TEST_F(DatabaseTest, LogIsKeptOnCloseWhenAskedFor) {
  const auto log = (directory_ / "a.db").native() + "-wal";
  Database database = open();
  ASSERT_TRUE(database.use_durable_settings());
  ASSERT_TRUE(database.execute("CREATE TABLE t(a)"));
  database.keep_log_on_close(true);
  database.close();
  EXPECT_TRUE(std::filesystem::exists(log));
  database = open();
  EXPECT_EQ(database.query_integer("SELECT count(*) FROM t").value(), 0);
  database.close();
  EXPECT_FALSE(std::filesystem::exists(log));
}

TEST_F(DatabaseTest, StatementOutlivesItsDatabase) {
  Database database = open();
  auto select = database.prepare("SELECT 42");
  ASSERT_TRUE(select);
  database.close();
  EXPECT_FALSE(database.is_open());
  EXPECT_EQ(select->step(), true);
  EXPECT_EQ(select->integer(0), 42);
}

TEST_F(DatabaseTest, AStatementOutOfUseIsThereForTheNextOne) {
  Database database = open();
  database.keep_statements(2);
  ASSERT_TRUE(database.execute("CREATE TABLE t(a)"));
  const auto remembered = [&](std::string_view value) {
    auto insert = database.prepare("INSERT INTO t VALUES(?1)");
    if (!value.empty()) insert->bind(1, value);
    EXPECT_TRUE(insert->run());
  };
  remembered("a");
  remembered("");  // what was bound before is not its own
  EXPECT_EQ(database.query_integer("SELECT count(*) FROM t WHERE a IS NULL").value(), 1);
  // In the midst of its rows it is let go, and begins anew.
  for (int i = 0; i < 2; ++i) {
    auto select = database.prepare("SELECT rowid FROM t");
    ASSERT_EQ(select->step(), true);
    EXPECT_EQ(select->integer(0), 1);
  }
  // Two at once are two, and as much as is kept is no limit to how many there are.
  auto one = database.prepare("SELECT rowid FROM t");
  auto other = database.prepare("SELECT rowid FROM t");
  auto third = database.prepare("SELECT rowid FROM t");
  ASSERT_EQ(one->step(), true);
  ASSERT_EQ(one->step(), true);
  ASSERT_EQ(other->step(), true);
  ASSERT_EQ(third->step(), true);
  EXPECT_EQ(one->integer(0), 2);
  EXPECT_EQ(other->integer(0), 1);
}

TEST_F(DatabaseTest, AStatementThatIsKeptKnowsTheTableAsItIs) {
  Database database = open();
  database.keep_statements(8);
  for (const int value : {1, 2}) {
    ASSERT_TRUE(database.execute("DROP TABLE IF EXISTS t"));
    ASSERT_TRUE(database.execute(value == 1 ? "CREATE TABLE t(a)" : "CREATE TABLE t(b, a)"));
    ASSERT_TRUE(database.execute(fmt::format("INSERT INTO t(a) VALUES({})", value)));
    EXPECT_EQ(database.query_integer("SELECT a FROM t").value(), value);
  }
  auto kept = database.prepare("SELECT a FROM t");
  database.close();
  EXPECT_EQ(kept->step(), true);
}

TEST(StatementShelfTest, KeepsSoManyAndGivesThemBack) {
  sqlite3* database = nullptr;
  ASSERT_EQ(sqlite3_open(":memory:", &database), SQLITE_OK);
  const auto made = [&](const char* sql) {
    sqlite3_stmt* statement = nullptr;
    EXPECT_EQ(sqlite3_prepare_v2(database, sql, -1, &statement, nullptr), SQLITE_OK);
    return statement;
  };
  {
    StatementShelf shelf(2);
    sqlite3_stmt* const one = made("SELECT 1");
    shelf.put(one);
    shelf.put(made("SELECT 2"));
    shelf.put(made("SELECT 3"));
    EXPECT_EQ(shelf.take("SELECT 3"), nullptr) << "one too many";
    EXPECT_EQ(shelf.take("SELECT 1"), one);
    EXPECT_EQ(shelf.take("SELECT 1"), nullptr) << "in use";
    shelf.put(one);
  }
  EXPECT_EQ(sqlite3_close(database), SQLITE_OK) << "none of them is left";
}

}  // namespace
}  // namespace collector::sqlite
