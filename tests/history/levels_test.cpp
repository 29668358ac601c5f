// Levels as they are found in the file: when buckets are written, what is in them, and who amends them.
#include "tests/history/store_fixture.h"

namespace collector::test {
namespace {

class LevelsTest : public StoreTest {
 protected:
  // Windows of 30 s of `net`, `bytes` in each, from `second` up to `end`.
  BatchPtr windows(std::int64_t second, std::int64_t end, std::int64_t bytes = 10) {
    maker_.begin();
    for (; second < end; second += 30)
      maker_.net("eth0", second, bytes);
    return maker_.take();
  }
  // A row that spans from `second` up to `end`.
  BatchPtr spanning(std::int64_t second, std::int64_t end, std::int64_t bytes, std::uint16_t flags) {
    Row row = row_of(maker_.series(net_measurement(), {{"interface", "eth0"}}), second, flags);
    row.end = row.start + std::chrono::seconds(end - second);
    return maker_.begin().row(std::move(row), {counter_cell(bytes, bytes, 1)}).take();
  }
  std::string buckets(const std::string& level) const {
    return sql("SELECT time - 1767225600, span, flags, bytes_recv FROM net_" + level + " ORDER BY time");
  }
  BatchMaker maker_;
};

TEST_F(LevelsTest, HourIsWrittenWhenItIsOver) {
  ASSERT_EQ(write({windows(0, 3600)}), "");
  EXPECT_EQ(number("SELECT closed FROM level_state"), first_second);
  EXPECT_EQ(number("SELECT count(*) FROM level WHERE measurement='net'"), 0);
  ASSERT_EQ(write({windows(3600, 3630)}), "");
  EXPECT_EQ(number("SELECT closed FROM level_state"), first_second + 3600);
  EXPECT_EQ(number("SELECT count(*) FROM net_5m"), 12);
  EXPECT_EQ(sql("SELECT DISTINCT span, bytes_recv, bytes_sent FROM net_5m"), "300000|100|200");
  EXPECT_EQ(buckets("1h"), "0|3600000|0|1200");
  EXPECT_EQ(sql("SELECT time, day, day_ends - time, day_zone, span, bytes_recv FROM net_1d"),
            "1767225600|2026-01-01|86400|UTC|3600000|1200");
}

TEST_F(LevelsTest, LateRowAmendsWhatIsWritten) {
  ASSERT_EQ(write({windows(0, 600), windows(7200, 7230)}), "");
  ASSERT_EQ(write({windows(600, 660, 7)}), "");
  EXPECT_EQ(buckets("5m"), "0|300000|0|100\n300|300000|0|100\n600|60000|0|14");
  EXPECT_EQ(buckets("1h"), "0|660000|0|214");
  EXPECT_EQ(number("SELECT sum(bytes_recv) FROM net_1d"), 214);
}

TEST_F(LevelsTest, RowOverSeveralBucketsIsSpreadAndSaysSo) {
  ASSERT_EQ(write({spanning(150, 7350, 1000, flag::recovered), windows(7380, 7410), windows(10800, 10830)}),
            "");
  EXPECT_EQ(number("SELECT count(*) FROM net_5m WHERE flags = 8"), 25);
  EXPECT_EQ(number("SELECT sum(bytes_recv) FROM net_5m WHERE time < 1767225600 + 7500"), 1000 + 10);
  EXPECT_EQ(buckets("1h"), "0|3450000|8|479\n3600|3600000|8|500\n7200|180000|8|31");
}

TEST_F(LevelsTest, WindowLivedTwiceCountsTwiceOnce) {
  const auto lived = windows(0, 60, 5);
  ASSERT_EQ(write({lived, windows(0, 60, 6), windows(3600, 3630)}), "");
  EXPECT_EQ(number("SELECT bytes_recv FROM net_1h"), 22);
  ASSERT_EQ(write({windows(30, 60, 8)}), "");  // once more, after the hour was written
  EXPECT_EQ(number("SELECT bytes_recv FROM net_1h"), 30);
  EXPECT_EQ(number("SELECT sum(bytes_recv) FROM net WHERE time < 1767225600 + 3600"), 30);
}

// What one of the two did not tell takes nothing from what the other told, and the row has the flags of both.
TEST_F(LevelsTest, WindowLivedTwiceHasTheFlagsAndAmountsOfBoth) {
  const auto series = maker_.series(net_measurement(), {{"interface", "eth0"}});
  const auto row = [&](const Cell& received, const Cell& sent, std::uint16_t flags) {
    return maker_.begin().row(row_of(series, 0, flags), {received, sent, Cell{}, text_cell("up")}).take();
  };
  ASSERT_EQ(write({row(counter_cell(5, 1, 1), Cell{}, flag::gap),
                   row(Cell{}, counter_cell(7, 1, 1), flag::clock), windows(3600, 3630)}),
            "");
  const char* const expected = "60000|36|5|7";
  EXPECT_EQ(sql("SELECT span, flags, bytes_recv, bytes_sent FROM net WHERE time = 1767225600"), expected);
  EXPECT_EQ(sql("SELECT span, flags, bytes_recv, bytes_sent FROM net_1h"), expected);
}

// A machine that loses power loses no row that was written, and no change of the file's own.
TEST_F(LevelsTest, WritesAreDurable) {
  open();
  EXPECT_EQ(store_->database().query_text("PRAGMA journal_mode")->value_or(""), "wal");
  EXPECT_EQ(store_->database().query_integer("PRAGMA synchronous")->value_or(0), 2);
}

TEST_F(LevelsTest, BatchThatComesAgainIsNotAmended) {
  const auto first = windows(0, 300);
  const auto second = windows(3600, 3630);
  ASSERT_EQ(write({first, second}), "");
  ASSERT_EQ(write({first, second}), "");
  EXPECT_EQ(buckets("1h"), "0|300000|0|100");
  EXPECT_EQ(sql("SELECT sum(bytes_recv), sum(span) FROM net"), "110|330000");
}

TEST_F(LevelsTest, RowOfTheFutureClosesNothing) {
  now_ = WallTime(std::chrono::seconds(first_second + 7200));
  ASSERT_EQ(write({windows(0, 300), windows(86'400 * 4000, 86'400 * 4000 + 30)}), "");
  EXPECT_EQ(number("SELECT closed FROM level_state"), first_second + 7200);
  ASSERT_EQ(write({windows(7200, 7230)}), "");
  EXPECT_EQ(number("SELECT sum(bytes_recv) FROM net_1h"), 100);
}

TEST_F(LevelsTest, GaugesHaveMeanLowestAndHighest) {
  const auto series = maker_.series(mem_measurement(), {});
  const auto row = [&](std::int64_t second, std::int64_t mean, std::int64_t most) {
    return maker_.begin().row(row_of(series, second), {integer_cell(mean, mean - 1, most, mean)}).take();
  };
  ASSERT_EQ(write({row(0, 10, 90), row(30, 20, 21), row(60, 33, 40), row(3600, 1, 1)}), "");
  EXPECT_EQ(sql("SELECT used, used_max, used_min FROM mem_5m"), "21.0|90|10");
  EXPECT_EQ(sql("SELECT sentence FROM field WHERE \"column\"='used_min'"), "Memory in use (lowest window)");
  // From now on the rows tell it themselves, under the name that it has.
  options_.format.minimum = true;
  open();
  ASSERT_EQ(write({row(3630, 50, 60), row(7200, 1, 1)}), "");
  EXPECT_EQ(sql("SELECT used_min FROM mem WHERE time = 1767225600 + 3630"), "49");
  EXPECT_EQ(sql("SELECT used, used_min FROM mem_1h ORDER BY time"), "21.0|10\n25.5|1");
}

// Of a gauge that is not always there the time without it counts for nothing, also where buckets are amended.
TEST_F(LevelsTest, MeansAreOfTheTimeThatHadReadings) {
  const auto series = maker_.series(net_measurement(), {{"interface", "eth0"}});
  const auto row = [&](std::int64_t second, const Cell& load) {
    return maker_.begin()
        .row(row_of(series, second), {counter_cell(1, 1, 1), counter_cell(1, 1, 1), load, text_cell("up")})
        .take();
  };
  const auto load = [](double mean) { return real_cell(mean, mean, mean, mean); };
  ASSERT_EQ(write({row(0, load(10)), row(30, Cell{}), row(60, Cell{}), row(300, Cell{}), row(7200, Cell{})}),
            "");
  EXPECT_EQ(sql("SELECT load, unobserved FROM net_5m ORDER BY time"), "10.0|{\"load\":\"60000\"}\n|");
  EXPECT_EQ(sql("SELECT load, unobserved FROM net_1d"), "10.0|{\"load\":\"90000\"}");
  open();
  ASSERT_EQ(write({row(90, load(40)), row(330, load(70))}), "");
  EXPECT_EQ(sql("SELECT load, unobserved FROM net_5m ORDER BY time"),
            "25.0|{\"load\":\"60000\"}\n70.0|{\"load\":\"30000\"}");
  EXPECT_EQ(sql("SELECT load, unobserved FROM net_1d"), "40.0|{\"load\":\"90000\"}");
}

// By the time of its row, not by when the row came: rows of a machine that delivers a little later are late.
TEST_F(LevelsTest, StateIsThatOfTheNewestRowAlsoWhenItComesLate) {
  const auto series = maker_.series(net_measurement(), {{"interface", "eth0"}});
  const auto row = [&](std::int64_t second, const char* state) {
    return maker_.begin()
        .row(row_of(series, second), {counter_cell(1, 1, 1), Cell{}, Cell{}, text_cell(state)})
        .take();
  };
  const auto states = [&](const char* view) {
    return sql(
        fmt::format("SELECT group_concat(state, ' ') FROM (SELECT state FROM {} ORDER BY time)", view));
  };
  ASSERT_EQ(write({row(60, "first"), row(3000, "on-time"), row(7200, "next")}), "");
  ASSERT_EQ(write({row(3060, "late")}), "");
  EXPECT_EQ(states("net_5m"), "first late");
  EXPECT_EQ(states("net_1h"), "late");
  EXPECT_EQ(states("net_1d"), "late");
  ASSERT_EQ(write({row(3300, "next-bucket"), row(3600, "next-hour")}), "");
  ASSERT_EQ(write({row(3030, "between"), row(90, "second")}), "");
  EXPECT_EQ(states("net_5m"), "second late next-bucket next-hour");
  EXPECT_EQ(states("net_1h"), "next-bucket next-hour");
  EXPECT_EQ(states("net_1d"), "next-hour");
}

// A field may have had the name before the levels needed it.
TEST_F(LevelsTest, ColumnOfAnOldFileMayBeCalledAsOneOfTheLevels) {
  ASSERT_EQ(write({maker_.begin().mem(0, 5).take()}), "");
  close();
  change(
      "ALTER TABLE mem_data RENAME COLUMN used TO day; UPDATE field SET \"column\"='day' WHERE "
      "\"column\"='used'");
  ASSERT_EQ(write({maker_.begin().mem(3600, 5).take()}), "");
  EXPECT_EQ(number("SELECT count(*) FROM mem_1d"), 1);
}

TEST_F(LevelsTest, BusiestSecondSaysWhenItWas) {
  const auto series = maker_.series(net_measurement(), {{"interface", "eth0"}});
  const auto row = [&](std::int64_t second, double peak) {
    return maker_.begin()
        .row(row_of(series, second), {counter_cell(1, 1, peak), Cell{}, Cell{}, text_cell("up")})
        .take();
  };
  ASSERT_EQ(write({row(0, 5), row(330, 50), row(900, 7), row(7200, 1)}), "");
  EXPECT_EQ(sql("SELECT bytes_recv_peak, bytes_recv_peak_at - 1767225600, state FROM net_1h"), "50.0|330|up");
  EXPECT_EQ(sql("SELECT bytes_recv_peak, bytes_recv_peak_at - 1767225600 FROM net_1d"), "50.0|330");
  EXPECT_EQ(sql("SELECT coalesce(bytes_sent_peak,'-'), coalesce(bytes_sent_peak_at,'-') FROM net_1d"), "-|-");
}

// Totals alone would leave nothing to add up.
TEST_F(LevelsTest, SumsAreThereWhateverTheRowsTellOfCounters) {
  options_.format.counters = Counters::total;
  ASSERT_EQ(write({windows(0, 60), windows(3600, 3630)}), "");
  EXPECT_EQ(sql("SELECT name, statistic FROM field WHERE \"column\"='bytes_recv'"), "bytes_recv|total");
  const auto column = sql("SELECT \"column\" FROM field WHERE name='bytes_recv' AND statistic='delta'");
  EXPECT_EQ(number("SELECT sum(" + column + ") FROM net_1h"), 20);
}

TEST_F(LevelsTest, NamesThatAreTakenGetAnUnderscore) {
  Measurement odd = *mem_measurement();
  odd.name = "mem_1h";
  const auto measurement = std::make_shared<const Measurement>(odd);
  ASSERT_EQ(
      write({maker_.begin().row(row_of(maker_.series(measurement, {}), 0), {integer_cell(1, 1, 1, 1)}).take(),
             maker_.begin().mem(0, 5).take(), maker_.begin().mem(3600, 5).take()}),
      "");
  EXPECT_EQ(sql("SELECT view FROM level WHERE measurement='mem' AND level='1h'"), "mem_1h_");
  EXPECT_EQ(sql("SELECT used FROM mem_1h_"), "5.0");
}

TEST_F(LevelsTest, RefusedRowIsInNoLevel) {
  ASSERT_EQ(write({windows(0, 60), windows(3600, 3630)}), "");
  change(
      "CREATE TRIGGER no BEFORE INSERT ON net_data WHEN NEW.bytes_recv = 666 BEGIN SELECT RAISE(ABORT, "
      "'no'); END");
  const auto late = maker_.begin().net("eth0", 60, 1).net("eth0", 90, 666).net("eth9", 120, 2).take();
  ASSERT_EQ(write({late}), "");
  EXPECT_EQ(stored_.refused.size(), 1U);
  EXPECT_EQ(number("SELECT sum(bytes_recv) FROM net_1h"), 23);
  EXPECT_EQ(number("SELECT sum(bytes_recv) FROM net WHERE time < 1767225600 + 3600"), 23);
}

}  // namespace
}  // namespace collector::test
