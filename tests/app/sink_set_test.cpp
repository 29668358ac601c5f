// Sinks that come, go and are replaced while a collector runs: who waits for whom, and that nothing is waited
// for. The targets are real files; one whose call hangs is a SQLite file that somebody else keeps locked.
#include "collector/app/sink_set.h"

#include <gtest/gtest.h>

#include <thread>

#include "collector/sqlite/database.h"
#include "tests/app/configurations.h"
#include "tests/app/fake_spool.h"
#include "tests/support/manual_clock.h"
#include "tests/support/temporary_directory.h"

namespace collector {
namespace {

using namespace std::chrono_literals;

class SinkSetTest : public ::testing::Test {
 protected:
  SinkSetTest() {
    spool_ = test::fake_spool(directory_.path(), clock_, table_, {});
    set_.emplace(*spool_, clock_);
    set_->start();
  }
  ~SinkSetTest() override {
    for (const auto& runner : set_->runners())
      runner->stop(Duration{});
  }

  void apply(const std::string& sinks) {
    Configuration wanted = test::configured("sinks: {" + sinks + "}", directory_.path());
    const auto plan = make_plan(running_ ? &*running_ : nullptr, wanted);
    ASSERT_TRUE(plan);
    set_->apply(*plan, wanted);
    set_->step();
    running_ = std::move(wanted);
  }
  // One row more for everybody.
  void append() {
    Batch batch;
    batch.labels = {{"host", "box"}};
    Row row;
    row.series = table_.intern(test::fake_measurement(), {});
    row.start = clock_.now().wall;
    row.end = row.start + 1s;
    row.samples = 1;
    Cell& cell = batch.add(row).front();
    cell.present = true;
    cell.counter = {.delta = 1, .total = ++total_, .peak = 1};
    clock_.advance(1s);
    ASSERT_TRUE(spool_->append(batch, {}));
  }
  std::int64_t rows(const std::string& file) const {
    auto database =
        sqlite::Database::open(directory_ / file, {.mode = sqlite::Database::Mode::read_only, .vfs = {}});
    if (!database) return 0;
    const auto count = database->query_integer("SELECT count(*) FROM fake_data");
    return count ? count->value_or(0) : 0;
  }
  // Steps, as the loop would, until it holds.
  bool eventually(const std::function<bool()>& condition) {
    for (int i = 0; i < 1500; ++i) {
      set_->step();
      if (condition()) return true;
      std::this_thread::sleep_for(10ms);
    }
    return false;
  }
  bool has(const std::string& file, std::int64_t count) {
    return eventually([&] { return rows(file) == count; });
  }
  // The first sink is in a call that hangs: its thread has come so far, and stays there.
  bool hangs() {
    const auto calls = [&] { return set_->runners().front()->figures().state == RunnerState::delivering; };
    if (!eventually(calls)) return false;
    std::this_thread::sleep_for(100ms);
    return calls();
  }
  bool started(const std::string& name) const {
    for (const auto& entry : set_->entries())
      if (entry.configuration.name == name) return entry.started;
    return false;
  }

  test::TemporaryDirectory directory_;
  test::ManualClock clock_;
  SeriesTable table_;
  std::unique_ptr<Spool> spool_;
  std::optional<SinkSet> set_;
  std::optional<Configuration> running_;
  std::int64_t total_ = 0;
};

// Keeps a SQLite file locked: whoever writes to it waits in the call.
class Lock {
 public:
  explicit Lock(const std::filesystem::path& file)
      : database_(*sqlite::Database::open(file, {.mode = sqlite::Database::Mode::create, .vfs = {}})) {
    EXPECT_TRUE(database_.execute("PRAGMA journal_mode=WAL; BEGIN IMMEDIATE"));
  }

 private:
  sqlite::Database database_;
};

TEST_F(SinkSetTest, UnchangedOnesGoOnWithTheirConnection) {
  apply("a: {type: sqlite, path: a.db}");
  append();
  ASSERT_TRUE(has("a.db", 1));
  const auto before = set_->runners();
  apply("a: {type: sqlite, path: a.db, backlog: {size: 1MiB}}, b: {type: sqlite, path: b.db}");
  append();
  EXPECT_TRUE(has("a.db", 2));
  EXPECT_TRUE(eventually([&] { return rows("b.db") >= 1; })) << "begins at the oldest kept batch";
  EXPECT_EQ(set_->runners().front(), before.front());
  EXPECT_FALSE(set_->settling());
}

TEST_F(SinkSetTest, ChangedTargetGoesOnAtTheCursor) {
  apply("a: {type: sqlite, path: a.db}, keep: {type: sqlite, path: keep.db}");
  append();
  ASSERT_TRUE(has("a.db", 1));
  ASSERT_TRUE(has("keep.db", 1));
  append();
  ASSERT_TRUE(has("a.db", 2));
  apply("a: {type: sqlite, path: c.db}, keep: {type: sqlite, path: keep.db}");
  append();
  EXPECT_TRUE(has("keep.db", 3));
  EXPECT_TRUE(eventually([&] { return rows("c.db") >= 1; }));
  EXPECT_EQ(rows("a.db"), 2);
}

TEST_F(SinkSetTest, TwoSwapTheirFilesAndEachRowIsInEachOnce) {
  apply("a: {type: sqlite, path: x.db}, b: {type: sqlite, path: y.db}");
  append();
  ASSERT_TRUE(has("x.db", 1));
  ASSERT_TRUE(has("y.db", 1));
  for (int i = 0; i < 6; ++i) {
    append();
    apply(i % 2 == 0 ? "a: {type: sqlite, path: y.db}, b: {type: sqlite, path: x.db}"
                     : "a: {type: sqlite, path: x.db}, b: {type: sqlite, path: y.db}");
    append();
  }
  EXPECT_TRUE(has("x.db", 13));
  EXPECT_TRUE(has("y.db", 13));
}

TEST_F(SinkSetTest, RemovedOneRetainsNothing) {
  apply("a: {type: sqlite, path: a.db}, b: {type: sqlite, path: b.db}");
  append();
  ASSERT_TRUE(has("a.db", 1));
  ASSERT_TRUE(has("b.db", 1));
  apply("a: {type: sqlite, path: a.db}");
  EXPECT_TRUE(eventually([&] { return !set_->settling(); }));
  append();
  ASSERT_TRUE(has("a.db", 2));
  EXPECT_EQ(rows("b.db"), 1);
  append();  // what is done with goes with the next append
  ASSERT_TRUE(has("a.db", 3));
  EXPECT_EQ(spool_->backlog("b").batches, 0U);
  EXPECT_EQ(set_->runners().size(), 1U);
}

TEST_F(SinkSetTest, RenamedOneGoesOnInTheSameFileWithoutADoubledRow) {
  apply("a: {type: sqlite, path: a.db}");
  append();
  ASSERT_TRUE(has("a.db", 1));
  append();
  apply("c: {type: sqlite, path: a.db}");
  append();
  EXPECT_TRUE(has("a.db", 3));
}

TEST_F(SinkSetTest, HangingOneIsLeftBehindAndTheNewOneBegins) {
  append();
  auto lock = std::make_optional<Lock>(directory_ / "a.db");
  apply("a: {type: sqlite, path: a.db}");
  ASSERT_TRUE(hangs());
  append();
  apply("a: {type: sqlite, path: b.db}");  // returns, though the call does not
  EXPECT_EQ(set_->leaving().size(), 1U);
  clock_.advance(10s);
  EXPECT_TRUE(has("b.db", 2));
  lock.reset();
  EXPECT_TRUE(eventually([&] { return set_->leaving().empty(); }))
      << "the call returned, and its thread ended";
  EXPECT_EQ(set_->runners().front()->figures().last_error, "");
}

TEST_F(SinkSetTest, NewOneForTheSameTargetWaitsUntilTheHangingOneIsGone) {
  auto lock = std::make_optional<Lock>(directory_ / "a.db");
  apply("a: {type: sqlite, path: a.db}");
  ASSERT_TRUE(hangs());
  append();
  apply("other: {type: sqlite, path: a.db}");
  clock_.advance(10s);
  set_->step();
  EXPECT_FALSE(started("other"));
  lock.reset();
  EXPECT_TRUE(has("a.db", 1));
  EXPECT_TRUE(started("other"));
}

}  // namespace
}  // namespace collector
