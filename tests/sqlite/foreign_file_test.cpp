// Files that are no database, and what looking at one must not do.
#include "collector/sqlite/foreign_file.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "collector/sqlite/database.h"
#include "tests/support/files.h"
#include "tests/support/temporary_directory.h"

namespace collector::test {
namespace {

using sqlite::Database;

TEST(ForeignFile, IsWhatDoesNotBeginAsADatabase) {
  const TemporaryDirectory directory;
  write_file(directory / "long", std::string(5000, 'x'));
  write_file(directory / "short", "xy");
  write_file(directory / "empty", "");
  EXPECT_TRUE(sqlite::is_foreign(directory / "long"));
  EXPECT_TRUE(sqlite::is_foreign(directory / "short"));
  EXPECT_FALSE(sqlite::is_foreign(directory / "empty"));
  EXPECT_FALSE(sqlite::is_foreign(directory / "missing"));
  EXPECT_FALSE(sqlite::is_foreign(directory.path()));
  EXPECT_EQ(read_file(directory / "long"), std::string(5000, 'x'));
}

// A power cut leaves that of a file that had just been made.
TEST(ForeignFile, IsNotWhatHoldsNothingButNulBytes) {
  const TemporaryDirectory directory;
  const auto zeros = [](std::size_t count) { return std::string(count, '\0'); };
  // Of one byte SQLite says that the file is empty.
  for (const std::size_t size : {2, 16, 4096, 200'000}) {
    write_file(directory / "zeros", zeros(size));
    EXPECT_FALSE(sqlite::is_foreign(directory / "zeros")) << size;
    EXPECT_TRUE(sqlite::holds_only_nul(directory / "zeros")) << size;
    write_file(directory / "zeros", zeros(size) + "x");
    EXPECT_TRUE(sqlite::is_foreign(directory / "zeros")) << size;
    EXPECT_FALSE(sqlite::holds_only_nul(directory / "zeros")) << size;
  }
  write_file(directory / "empty", "");
  EXPECT_FALSE(sqlite::holds_only_nul(directory / "empty"));
  EXPECT_FALSE(sqlite::holds_only_nul(directory / "missing"));
  EXPECT_FALSE(sqlite::holds_only_nul(directory.path()));
}

// Another process that is the last to close a database removes its log. It must see that we still have it
// open.
TEST(ForeignFile, LooksWithoutTakingTheLocksOfAnOpenDatabaseAway) {
  const TemporaryDirectory directory;
  const auto file = directory / "x.db";
  auto database = Database::open(file, {});
  ASSERT_TRUE(database);
  ASSERT_TRUE(database->use_durable_settings());
  ASSERT_TRUE(database->execute("CREATE TABLE t (a); INSERT INTO t VALUES (1)"));
  EXPECT_FALSE(sqlite::is_foreign(file));
  const pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    const std::string command = "sqlite3 " + file.string() + " 'SELECT * FROM t' >/dev/null";
    execl("/bin/sh", "sh", "-c", command.c_str(), nullptr);
    _exit(127);
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
  EXPECT_TRUE(std::filesystem::exists(file.string() + "-wal"));
  ASSERT_TRUE(database->execute("INSERT INTO t VALUES (2)"));
  const auto other = Database::open(file, {.mode = Database::Mode::read_only, .vfs = {}});
  ASSERT_TRUE(other);
  EXPECT_EQ(other->query_integer("SELECT count(*) FROM t").value(), 2);
}

}  // namespace
}  // namespace collector::test
