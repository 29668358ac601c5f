// A file of a version that had no levels: they are made of its rows in steps, whatever comes meanwhile.
#include <fstream>
#include <random>

#include "tests/history/killed_writer.h"
#include "tests/history/store_fixture.h"
#include "tests/support/certain_time.h"
#include "tests/support/files.h"
#include "tests/support/long_run.h"
#include "tests/support/manual_clock.h"
#include "tests/support/random_seed.h"

namespace collector::test {
namespace {

class OldFileTest : public StoreTest {
 protected:
  // As the layout before the levels left it: `rows` rows of one series, 30 s apart, bytes_recv = 3.
  void make_old(std::int64_t rows) {
    BatchMaker maker;
    ASSERT_EQ(write({maker.begin().net("eth0", 0, 3).take()}), "");
    close();
    change(
        "DROP TABLE level; DROP TABLE level_state; DROP TABLE day_zone;"
        "ALTER TABLE series DROP COLUMN gone_5m; ALTER TABLE series DROP COLUMN gone_1h;"
        "DROP VIEW billing_period; DROP TABLE billing_period_data;"
        "DELETE FROM field WHERE measurement='billing_period'; PRAGMA user_version=3;"
        "INSERT INTO net_data(time, series_id, span, flags, bytes_recv, bytes_sent)"
        " WITH RECURSIVE n(i) AS (VALUES(1) UNION ALL SELECT i + 1 FROM n WHERE i < " +
        std::to_string(rows - 1) + ") SELECT 1767225600 + 30 * i, 1, 30000, 0, 3, 6 FROM n;");
  }
  std::int64_t total(const std::string& level) const {
    return number(
        "SELECT coalesce((SELECT sum(bytes_recv) FROM net_" + level +
        "), 0) +"
        " coalesce((SELECT sum(bytes_recv) FROM net WHERE time >= (SELECT closed FROM level_state)), 0)");
  }
  BatchMaker maker_;
};

TEST_F(OldFileTest, IsTakenInByStepsAndItsTotalsStay) {
  constexpr std::int64_t rows = 130'000;
  make_old(rows);
  std::int64_t fed = 3 * rows;
  EXPECT_EQ(number("SELECT sum(bytes_recv) FROM net"), fed);
  open();
  std::int64_t before = 0;
  int writes = 0;
  const std::int64_t all = first_second + rows * 30 / 3600 * 3600;
  for (std::int64_t second = rows * 30; before < all; second += 30) {
    open();  // each step in a process of its own
    ASSERT_EQ(write({maker_.begin().net("eth0", second, 1).net("eth0", 60 * writes, 5).take()}), "");
    fed += 6;
    ++writes;
    ASSERT_LT(writes, 10);
    const auto closed = number("SELECT closed FROM level_state");
    ASSERT_GT(closed, before);
    before = closed;
    for (const char* level : {"5m", "1h", "1d"})
      ASSERT_EQ(total(level), fed) << level;
  }
  EXPECT_EQ(writes, 3);
  EXPECT_EQ(number("SELECT sum(bytes_recv) FROM net"), fed);
}

// In the middle of a step, again and again.
TEST_F(OldFileTest, ItsTotalsStayWhereverTheProcessIsKilled) {
  constexpr std::int64_t rows = 60'000;
  make_old(rows);
  std::mt19937_64 random(usual_or_long(0, 1) == 0 ? 7 : random_seed());
  std::vector<BatchPtr> batches;
  std::int64_t stored = 0;
  for (int kill = 0; kill < usual_or_long(25, 250); ++kill) {
    batches.push_back(
        maker_.begin().net("eth0", rows * 30 + 3600 * kill, 5).net("eth0", 60 * kill, 7).take());
    (void)killed_while(1 + random() % 700,
                       [&] { return write({batches.begin() + stored, batches.end()}) == "" ? 0 : 1; });
    stored = number(
        "SELECT coalesce(max(sequence), 0) FROM position WHERE source = (SELECT id FROM source WHERE uuid='" +
        maker_.source().text() + "')");
    const std::int64_t fed = 3 * rows + 12 * stored;
    ASSERT_EQ(number("SELECT sum(bytes_recv) FROM net_data"), fed);
    if (number("PRAGMA user_version") < 4 || number("SELECT count(*) FROM level") == 0) continue;
    for (const char* level : {"5m", "1h", "1d"})
      ASSERT_EQ(total(level), fed) << level << " at kill " << kill;
  }
  EXPECT_GT(stored, 0);
}

// What must go goes only when it is in the levels.
TEST_F(OldFileTest, RowsAreDeletedAfterTheyAreTakenIn) {
  ManualClock clock;
  RetentionClock retention;
  clock.advance(std::chrono::hours(24 * 60));
  make_certain(retention, clock.now());
  make_old(80'000);  // 27 days
  options_.keep.ages.raw = std::chrono::hours(24);
  options_.clock = &retention;
  open();
  now_ = WallTime(std::chrono::seconds(first_second));  // nothing is over yet: nothing would be closed
  for (int i = 0; i < 10; ++i) {
    ASSERT_EQ(write({maker_.begin().mem(86'400 * 60 + i, 1).take()}), "");
    const auto deleted = store_->remove_old(clock.now(), 1);
    ASSERT_TRUE(deleted) << deleted.error().what;
    ASSERT_EQ(total("1d"), 3 * 80'000) << i;
    ASSERT_EQ(total("5m"), 3 * 80'000) << i;
  }
  EXPECT_LT(number("SELECT count(*) FROM net"), 80'000);
}

TEST_F(OldFileTest, BucketsGoByTheAgesOfTheirLevels) {
  ManualClock clock;
  RetentionClock retention;
  clock.advance(std::chrono::hours(24 * 40));
  make_certain(retention, clock.now());
  make_old(40'000);  // 14 days
  options_.keep.ages.levels = {std::chrono::hours(24 * 30), {}, {}};
  options_.clock = &retention;
  for (int i = 0; i < 20; ++i) {
    ASSERT_EQ(write({maker_.begin().mem(86'400 * 40 + i, 1).take()}), "");
    const auto deleted = store_->remove_old(clock.now(), 1);
    ASSERT_TRUE(deleted) << deleted.error().what;
    clock.advance(std::chrono::hours(1));
  }
  const auto oldest = number("SELECT min(time) FROM net_5m");
  EXPECT_GT(oldest, first_second + 9 * 86'400);
  EXPECT_LT(oldest, first_second + 11 * 86'400);
  EXPECT_EQ(oldest % 3600, 0);
  EXPECT_EQ(number("SELECT sum(bytes_recv) FROM net_1h"), 3 * 40'000);
  EXPECT_EQ(number("SELECT sum(bytes_recv) FROM net_1d"), 3 * 40'000);
}

}  // namespace
}  // namespace collector::test
