// The power goes at random moments. What the spool has acknowledged must be there afterwards, and everything
// that belongs together must fit together.
#include <gtest/gtest.h>

#include <map>
#include <numeric>

#include "collector/core/log.h"
#include "collector/spool/spool.h"
#include "collector/sqlite/database.h"
#include "tests/spool/batches.h"
#include "tests/spool/power_cut_vfs.h"
#include "tests/support/long_run.h"
#include "tests/support/manual_clock.h"

namespace collector {
namespace {

// Batch n holds n bytes received; the baseline stored with it stands at n, its total at 1 + 2 + … + n.
class Life {
 public:
  explicit Life(std::uint64_t seed) : random_(seed) {}

  int cuts = 0;

  // Lives until the next cut. Opening may be cut as well: then nothing was promised.
  void live() {
    disk_.cut_after(random_() % (cuts % 10 == 0 ? 30 : 110));
    SeriesTable table;
    if (auto opened = Spool::open(options("/state", table))) {
      Spool& spool = **opened;
      ASSERT_TRUE(spool.set_sinks(sinks));
      while (!disk_.is_cut()) {
        switch (random_() % 4) {
          case 0:
            deliver(spool);
            break;
          case 1:
            (void)spool.commit();
            break;
          default:
            append(spool, table);
        }
      }
      opened->reset();  // as dead as its power: whatever it still tries fails
    }
    ++cuts;
    disk_.restore_power(random_);
  }

  // Looks at a copy, so that looking changes nothing.
  void check() {
    disk_.copy_directory("/state", "/copy");
    if (disk_.find("/copy/spool.db") == nullptr) {
      ASSERT_EQ(acknowledged_, 0);
      return;
    }
    SeriesTable table;
    auto opened = Spool::open(options("/copy", table));
    ASSERT_TRUE(opened) << opened.error().text();
    Spool& spool = **opened;
    ASSERT_TRUE(spool.set_sinks(sinks));
    const auto events = spool.events(10);
    ASSERT_TRUE(events);
    ASSERT_TRUE(events->empty()) << events->front().text;

    const auto kept = spool.read("slow", 1'000'000);
    ASSERT_TRUE(kept) << kept.error().error.text();
    ASSERT_LE(spool.cursor("slow").number, moved_to_);
    ASSERT_GE(spool.cursor("slow").number, durably_moved_to_);
    std::int64_t last = 0;
    for (const BatchPtr& batch : *kept) {
      const std::int64_t n = batch->cells_of(batch->rows[0])[0].counter.delta;
      ASSERT_TRUE(last == 0 || n == last + 1) << n << " follows " << last;
      last = n;
    }
    // The newest is never passed, so it is there; the one that was under way when the power went may be or
    // not.
    ASSERT_TRUE(last == acknowledged_ || last == acknowledged_ + 1) << last << " of " << acknowledged_;

    const Baselines baselines = spool.baselines();
    ASSERT_EQ(baselines.series.size(), last == 0 ? 0U : 1U);
    if (last != 0) {
      ASSERT_EQ(baselines.series[0].objects.at(0).raw[0], static_cast<std::uint64_t>(last));
      ASSERT_EQ(baselines.series[0].totals[0], last * (last + 1) / 2);
      ASSERT_EQ(baselines.clock_steps, static_cast<std::uint32_t>(last));
    }
    ASSERT_EQ(delivered_or_dropped(spool, "limited"), last * (last + 1) / 2);

    ASSERT_TRUE(spool.close());
    auto database = sqlite::Database::open("/copy/spool.db", {.vfs = disk_.name()});
    ASSERT_TRUE(database);
    ASSERT_EQ(database->query_text("PRAGMA integrity_check").value(), "ok");
    acknowledged_ = last;
  }

 private:
  const std::vector<std::pair<std::string, SinkLimits>> sinks{
      {"slow", {}}, {"limited", {.age = Duration::zero(), .size = 600}}};

  Spool::Options options(const char* directory, SeriesTable& table) {
    return {
        .directory = directory, .machine_id = "m", .clock = &clock_, .series = &table, .vfs = disk_.name()};
  }

  void append(Spool& spool, SeriesTable& table) {
    clock_.advance(std::chrono::seconds(30));
    const std::int64_t n = acknowledged_ + 1;
    Batch batch = test::traffic_batch(table, "eth0", n, clock_.now().wall);
    // Now and then a long one, of many pages.
    if (n % 12 == 0)
      for (int i = 0; i < 100; ++i)
        test::add_traffic(batch, table.intern(test::traffic(), {{"interface", "x" + std::to_string(i)}}),
                          clock_.now().wall, 0, n * 1'000'000'007);
    Baselines baselines;
    Baseline& baseline = baselines.series.emplace_back();
    baseline.series = batch.rows[0].series;
    baseline.boot_id = "boot";
    baseline.taken = clock_.now();
    baseline.totals = {n * (n + 1) / 2, {}, {}};
    baseline.objects = {{0, 0, baseline.taken, {static_cast<std::uint64_t>(n), {}, {}}}};
    baselines.clock_steps = static_cast<std::uint32_t>(n);
    const std::uint64_t moved_to = spool.cursor("slow").number;
    const auto appended = spool.append(batch, baselines);
    if (!appended) return;
    acknowledged_ = n;
    durably_moved_to_ = moved_to;
  }

  // Passes some, never the newest.
  void deliver(Spool& spool) {
    const auto batches = spool.read("slow", 1'000'000);
    if (!batches || batches->size() < 2) return;
    moved_to_ = (*batches)[random_() % (batches->size() - 1)]->number;
    spool.confirm("slow", moved_to_, "");
  }

  std::int64_t delivered_or_dropped(Spool& spool, const std::string& sink) {
    std::int64_t sum = 0;
    while (true) {
      const auto batches = spool.read(sink, 50);
      EXPECT_TRUE(batches);
      if (!batches || batches->empty()) return sum;
      for (const BatchPtr& batch : *batches)
        for (const Row& row : batch->rows) {
          const bool counts =
              row.series->tag("interface") == "eth0" &&
              (row.series->measurement().name == "traffic" || row.series->tag("field") == "bytes_recv");
          if (counts) sum += batch->cells_of(row)[0].counter.delta;
        }
      spool.confirm(sink, batches->back()->number, "");
    }
  }

  std::mt19937_64 random_;
  test::PowerCutVfs disk_;
  test::ManualClock clock_;
  std::int64_t acknowledged_ = 0;
  std::uint64_t moved_to_ = 0;
  std::uint64_t durably_moved_to_ = 0;
};

TEST(PowerCut, NoAcknowledgedBatchIsLost) {
  log::set_level(log::Level::error);
  int cuts = 0;
  for (std::uint64_t seed = 1; cuts < test::usual_or_long(500, 2500); ++seed) {
    Life life(seed);
    for (int i = 0; i < 40; ++i) {
      SCOPED_TRACE("seed " + std::to_string(seed) + ", cut " + std::to_string(i));
      life.live();
      life.check();
      if (testing::Test::HasFatalFailure()) return;
    }
    cuts += life.cuts;
  }
  EXPECT_GE(cuts, 500);
}

// The test itself must be able to notice: without syncs, acknowledged batches are lost.
TEST(PowerCut, UnsyncedWritesAreLost) {
  test::PowerCutVfs disk;
  std::mt19937_64 random(1);
  {
    auto database = sqlite::Database::open("/d/a.db", {.vfs = disk.name()});
    ASSERT_TRUE(database);
    ASSERT_TRUE(database->execute("PRAGMA synchronous=OFF; CREATE TABLE t(a)"));
    for (int i = 0; i < 50; ++i)
      ASSERT_TRUE(database->execute("INSERT INTO t VALUES(zeroblob(3000))"));
    disk.cut_after(0);
  }
  disk.restore_power(random);
  auto database = sqlite::Database::open("/d/a.db", {.vfs = disk.name()});
  ASSERT_TRUE(database);
  const auto count = database->query_integer("SELECT count(*) FROM t");
  EXPECT_TRUE(!count || *count != 50 || database->query_text("PRAGMA integrity_check").value() != "ok");
}

}  // namespace
}  // namespace collector
