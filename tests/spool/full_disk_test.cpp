// A disk that takes nothing: nothing changes, and it goes on by itself once there is room.
#include <fcntl.h>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <sqlite3.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "collector/core/log.h"
#include "tests/spool/power_cut_vfs.h"
#include "tests/spool/spool_fixture.h"
#include "tests/support/files.h"
#include "tests/support/namespaces.h"

namespace collector {
namespace {

class FullDiskTest : public test::SpoolTest {
 protected:
  test::PowerCutVfs& fresh_disk() {
    spool_.reset();  // before the disk that it is on
    disk_ = std::make_unique<test::PowerCutVfs>();
    return *disk_;
  }
  void open_on_disk() {
    auto on_disk = options();
    on_disk.vfs = disk_->name();
    auto opened = Spool::open(on_disk);
    ASSERT_TRUE(opened) << opened.error().text();
    spool_ = std::move(*opened);
    ASSERT_TRUE(spool_->set_sinks(Sinks{{"a", {}}}));
  }
  void TearDown() override { spool_.reset(); }

  std::unique_ptr<test::PowerCutVfs> disk_;
};

TEST_F(FullDiskTest, FailedAppendChangesNothing) {
  const struct {
    int code;
    SpoolError::Kind kind;
  } cases[] = {{SQLITE_FULL, SpoolError::Kind::full},
               {SQLITE_IOERR_WRITE, SpoolError::Kind::failed},
               {SQLITE_READONLY, SpoolError::Kind::readonly}};
  for (const auto& [code, kind] : cases) {
    SCOPED_TRACE(code);
    test::PowerCutVfs& disk = fresh_disk();
    open_on_disk();
    const auto first = append(1);
    spool_->confirm("a", first->number, "kept");
    disk.fail_writes(code);
    Batch batch = test::traffic_batch(table_, fmt::format("new{}", code), 2, clock_.now().wall);
    const Batch copy = batch;
    for (int i = 0; i < 3; ++i) {
      const auto failed = spool_->append(batch, {{baseline("eth0", 7, 7)}, {}, 9});
      ASSERT_FALSE(failed);
      EXPECT_EQ(failed.error().kind, kind) << failed.error().error.text();
      EXPECT_FALSE(failed.error().error.remedy.empty());
      EXPECT_EQ(test::difference(batch, copy), "");
      EXPECT_EQ(batch.origin, Origin{});
      EXPECT_EQ(batch.rows[0].series->id(), 0);
      EXPECT_EQ(spool_->last_sequence(), first->origin.sequence);
      EXPECT_TRUE(spool_->confirmations_pending());
    }
    EXPECT_FALSE(spool_->commit());
    disk.fail_writes(0);
    const auto appended = spool_->append(batch, {{baseline("eth0", 7, 7)}, {}, 9});
    ASSERT_TRUE(appended) << appended.error().error.text();
    EXPECT_EQ((*appended)->previous, first->origin.sequence);
    EXPECT_FALSE(spool_->confirmations_pending());
    ASSERT_TRUE(spool_->close());
    open_on_disk();
    EXPECT_EQ(read().size(), 1U);
    EXPECT_EQ(spool_->cursor("a").token, "kept");
    EXPECT_EQ(spool_->baselines().clock_steps, 9U);
  }
}

// SQLite opens for reading what it may not write, and that connection never writes again.
TEST_F(FullDiskTest, LogThatWasOpenedForReadingIsOpenedAgain) {
  test::PowerCutVfs& disk = fresh_disk();
  open_on_disk();
  append(1);
  spool_.reset();
  disk.open_read_only("-wal");
  open_on_disk();
  Batch batch = test::traffic_batch(table_, "eth0", 2, clock_.now().wall);
  for (int i = 0; i < 2; ++i) {
    const auto failed = spool_->append(batch, {});
    ASSERT_FALSE(failed);
    EXPECT_EQ(failed.error().kind, SpoolError::Kind::readonly) << failed.error().error.text();
  }
  EXPECT_EQ(read().size(), 1U);
  disk.open_read_only({});
  const auto appended = spool_->append(batch, {});
  ASSERT_TRUE(appended) << appended.error().error.text();
  EXPECT_EQ(read().size(), 2U);
}

TEST_F(FullDiskTest, OpeningAFileThatCanOnlyBeReadSaysSo) {
  test::PowerCutVfs& disk = fresh_disk();
  open_on_disk();
  spool_.reset();
  disk.open_read_only("spool.db");
  auto on_disk = options();
  on_disk.vfs = disk_->name();
  const auto opened = Spool::open(on_disk);
  ASSERT_FALSE(opened);
  EXPECT_NE(opened.error().text().find("spool.db: can be opened for reading only"), std::string::npos)
      << opened.error().text();
  EXPECT_FALSE(opened.error().remedy.empty());
}

TEST_F(FullDiskTest, SinksGoOnReading) {
  test::PowerCutVfs& disk = fresh_disk();
  open_on_disk();
  for (int i = 0; i < 10; ++i)
    append(i);
  disk.fail_writes(SQLITE_FULL);
  EXPECT_EQ(drain("a", 2).size(), 10U);
  disk.fail_writes(0);
}

// A real file system, too small: in a child with a mount of its own.
int live_on_a_small_disk(const std::filesystem::path& directory) {
  const auto say = [](const std::string& what) {
    std::fprintf(stderr, "small disk: %s\n", what.c_str());
    return 1;
  };
  test::enter_namespaces(CLONE_NEWNS);
  const test::SmallDisk disk(directory, std::size_t{1} << 20);

  test::ManualClock clock;
  SeriesTable table;
  auto spool = Spool::open({.directory = directory, .machine_id = "m", .clock = &clock, .series = &table});
  if (!spool) return say(spool.error().text());
  const std::vector<std::pair<std::string, SinkLimits>> sinks{{"a", {}}};
  (void)(*spool)->set_sinks(sinks);
  Batch batch = test::traffic_batch(table, "eth0", 1, clock.now().wall);
  if (auto first = (*spool)->append(batch, {}); !first) return say(first.error().error.text());

  // Somebody else fills the disk.
  const auto filler = directory / "filler";
  const int handle = open(filler.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
  const std::string block(4096, 'f');
  while (write(handle, block.data(), block.size()) > 0) {
  }
  close(handle);
  Batch held = test::traffic_batch(table, "eth0", 2, clock.now().wall);
  for (int i = 0; i < 3; ++i) {
    // A few pages may fit into what the log already occupies.
    const auto full = (*spool)->append(held, {});
    if (full)
      held = test::traffic_batch(table, "eth0", 2, clock.now().wall);
    else if (full.error().kind != SpoolError::Kind::full)
      return say(full.error().error.text());
    else if (i == 2 && held.rows.size() != 1)
      return say("the batch was not kept");
    if (full && i == 2) return say("the disk is not full");
  }
  std::filesystem::remove(filler);
  if (auto again = (*spool)->append(held, {}); !again) return say(again.error().error.text());
  const auto all = (*spool)->read("a", 1000);
  if (!all || all->size() < 2) return say("a batch is lost");
  if (auto closed = (*spool)->close(); !closed) return say(closed.error().error.text());
  return 0;
}

TEST_F(FullDiskTest, RealFullFileSystemAndRecovery) {
  const pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) _exit(live_on_a_small_disk(directory_.path()));
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 0);
}

TEST_F(FullDiskTest, OneSyncPerFlush) {
  test::PowerCutVfs& disk = fresh_disk();
  open_on_disk();
  const auto flush = [&] {
    Batch batch;
    Baselines baselines;
    for (int i = 0; i < 100; ++i) {
      const std::string interface = fmt::format("eth{}", i);
      test::add_traffic(batch, table_.intern(test::traffic(), {{"interface", interface}}), clock_.now().wall,
                        i, i);
      baselines.series.push_back(baseline(interface, 1000, 1000));
    }
    const auto appended = spool_->append(batch, baselines);
    ASSERT_TRUE(appended);
    ASSERT_EQ(read().size(), 1U);
    spool_->confirm("a", (*appended)->number, "state");
    clock_.advance(std::chrono::seconds(30));
  };
  flush();
  const std::uint64_t before = disk.syncs();
  for (int i = 0; i < 100; ++i)
    flush();
  EXPECT_LE(static_cast<double>(disk.syncs() - before) / 100, 1.3);

  // And none when there is nothing to store.
  ASSERT_TRUE(spool_->commit());
  const std::uint64_t idle = disk.syncs();
  ASSERT_TRUE(spool_->commit());
  EXPECT_EQ(disk.syncs(), idle);
}

}  // namespace
}  // namespace collector
