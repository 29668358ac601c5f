// Series that no row refers to any more leave the tables.
#include "collector/history/series_prune.h"

#include "collector/history/schema.h"
#include "tests/sinks/sqlite/sqlite_fixture.h"

namespace collector::test {
namespace {

using std::chrono::hours;

constexpr std::int64_t day = 86'400;

class SeriesPruneTest : public SqliteSinkTest {
 protected:
  SeriesPruneTest() {
    Settings keep;
    keep.set("age", Duration(hours(24)));
    settings_.set("keep", std::make_shared<const Settings>(keep));
  }
  // One row of each of these interfaces.
  BatchPtr rows(const std::vector<std::string>& interfaces, std::int64_t at) {
    maker_.begin();
    for (const std::string& interface : interfaces)
      maker_.net(interface, at, 1);
    return maker_.take();
  }
  // What the day brings: a row of eth0 each hour, until what is old is gone.
  void pass_days(Sink& sink, std::int64_t from_day, int days) {
    for (int hour = 0; hour < 24 * days; ++hour) {
      clock_.advance(hours(1));
      ASSERT_EQ(write(sink, maker_, {rows({"eth0"}, from_day * day + hour * 3600)}), "");
    }
  }
  std::string series() { return sql("SELECT interface FROM net_series ORDER BY 1"); }
  BatchMaker maker_;
};

TEST_F(SeriesPruneTest, GoWithTheirLastRow) {
  const auto sink = make_sink();
  ASSERT_EQ(write(*sink, maker_, {rows({"eth0", "gone0", "gone1"}, 0)}), "");
  pass_days(*sink, 0, 1);
  EXPECT_EQ(series(), "eth0\ngone0\ngone1") << "their rows are still there";
  pass_days(*sink, 1, 5);
  EXPECT_EQ(sql("SELECT count(*) FROM net WHERE interface LIKE 'gone%'"), "0");
  EXPECT_EQ(series(), "eth0");
  EXPECT_EQ(sql("SELECT count(*) FROM series"), "1");
  // A name that comes back is a series like any other, for a sink that has known it all the time too.
  ASSERT_EQ(write(*sink, maker_, {rows({"gone0"}, 6 * day)}), "");
  EXPECT_EQ(sql("SELECT interface, count(*) FROM net WHERE interface LIKE 'gone%' GROUP BY 1"), "gone0|1");
}

// The file of an earlier version does not tell when a series had its last row.
TEST_F(SeriesPruneTest, OfAnEarlierVersionGoOnceNoneOfItsRowsIsLeft) {
  auto sink = make_sink();
  ASSERT_EQ(write(*sink, maker_, {rows({"eth0", "gone0"}, 0)}), "");
  sink->close();
  change("UPDATE series SET last_time = NULL");
  sink = make_sink();
  pass_days(*sink, 0, 1);
  EXPECT_EQ(series(), "eth0\ngone0");
  pass_days(*sink, 1, 6);
  EXPECT_EQ(series(), "eth0");
}

TEST_F(SeriesPruneTest, ABoundedNumberIsLookedAtAWrite) {
  const auto sink = make_sink();
  std::vector<std::string> many;
  for (int i = 0; i < 500; ++i)
    many.push_back("gone" + std::to_string(i));
  ASSERT_EQ(write(*sink, maker_, {rows(many, 0)}), "");
  pass_days(*sink, 0, 1);
  change("DELETE FROM net_data WHERE time < 1767225600 + 43200");
  for (const char* level : {"5m", "1h", "1d"})
    change("DELETE FROM net_" + std::string(level) +
           "_data WHERE series_id IN (SELECT id FROM series WHERE tags LIKE '%gone%')");
  change("UPDATE series SET last_time = last_time - 86400 WHERE tags LIKE '%gone%'");
  int before = std::stoi(sql("SELECT count(*) FROM series"));
  ASSERT_EQ(before, 501);
  int writes = 0;
  for (; before > 1 && writes < 200; ++writes) {
    clock_.advance(hours(1));
    ASSERT_EQ(write(*sink, maker_, {rows({"eth0"}, day + writes * 3600)}), "");
    const int now = std::stoi(sql("SELECT count(*) FROM series"));
    EXPECT_LE(before - now, 66) << "64, and two for the row written";
    before = now;
  }
  EXPECT_EQ(before, 1);
}

// The file of a collector that kept the day only.
TEST_F(SeriesPruneTest, DaysBecomeTheirLastSecond) {
  {
    const auto database = sqlite::Database::open(file(), {});
    ASSERT_TRUE(database);
    ASSERT_TRUE(history::migrate(*database, history::migrations().first(2)));
  }
  change("INSERT INTO series(source, measurement, labels, tags, last_day) VALUES(1,'net','','',20454)");
  const auto sink = make_sink();
  ASSERT_TRUE(sink->open({}));
  EXPECT_EQ(sql("SELECT date(last_time, 'unixepoch'), last_time % 86400 FROM series"), "2026-01-01|86399");
}

// What comes and goes all the time: in a file that holds a few hours, the series that are gone take no more
// room than the rows. The rows of an hour are in it before the first is deleted.
TEST_F(SeriesPruneTest, SeriesOfThisDayGoWithTheirRows) {
  Settings keep;
  keep.set("size", std::uint64_t{1} << 20);
  settings_.set("keep", std::make_shared<const Settings>(keep));
  const auto sink = make_sink();
  std::int64_t last = 0;
  for (int tick = 0; tick < 360; ++tick) {
    std::vector<std::string> some;
    for (int i = 0; i < 40; ++i)
      some.push_back("born" + std::to_string(++last));
    clock_.advance(std::chrono::seconds(30));
    ASSERT_EQ(write(*sink, maker_, {rows(some, tick * 30)}), "");
  }
  const int rows_left = std::stoi(sql("SELECT count(*) FROM net_data"));
  EXPECT_GT(rows_left, 1000);
  EXPECT_LE(std::stoi(sql("SELECT count(*) FROM series")), rows_left + 100);
  EXPECT_EQ(sql("SELECT count(*) FROM net"), std::to_string(rows_left)) << "each row has its series";
}

// A row that comes late, older than what deleted its series, has a series again.
TEST_F(SeriesPruneTest, RowsOlderThanThePruningAreSeen) {
  const auto sink = make_sink();
  ASSERT_EQ(write(*sink, maker_, {rows({"late"}, 0)}), "");
  ASSERT_EQ(write(*sink, maker_, {rows({"eth0"}, 1800)}), "");
  change("DELETE FROM net_data WHERE time < 1767225600 + 1800");
  clock_.advance(hours(1));
  ASSERT_EQ(write(*sink, maker_, {rows({"eth0"}, 3600)}), "");
  ASSERT_EQ(series(), "eth0");
  ASSERT_EQ(write(*sink, maker_, {rows({"late"}, 0)}), "");
  EXPECT_EQ(sql("SELECT interface FROM net ORDER BY time LIMIT 1"), "late");
}

// Without any rows only those stay that were used last.
TEST_F(SeriesPruneTest, GoWhenNoRowIsLeft) {
  const auto sink = make_sink();
  ASSERT_EQ(write(*sink, maker_, {rows({"gone0", "gone1"}, 0)}), "");
  ASSERT_EQ(write(*sink, maker_, {rows({"eth0"}, 1800)}), "");
  change("DELETE FROM net_data");
  clock_.advance(hours(1));
  ASSERT_EQ(write(*sink, maker_, {maker_.begin().take()}), "");
  EXPECT_EQ(series(), "eth0");
}

}  // namespace
}  // namespace collector::test
