// What a user finds in the file: views with plain names, and nothing lost when names collide or change.
#include "tests/sinks/sqlite/sqlite_fixture.h"

namespace collector::test {
namespace {

TEST_F(SqliteSinkTest, UserQueriesAViewWithPlainSql) {
  BatchMaker maker;
  const auto sink = make_sink();
  ASSERT_EQ(write(*sink, maker,
                  {maker.begin().net("eth0", 0, 100).net("eth1", 0, 7).take(),
                   maker.begin().net("eth0", 30, 200).take(), maker.begin().net("eth0", 86400, 1000).take()}),
            "");
  // While the sink still has the file open: another process reads at any time.
  EXPECT_EQ(sql("SELECT date(time,'unixepoch'), sum(bytes_recv) FROM net WHERE interface='eth0' GROUP BY 1"),
            "2026-01-01|300\n2026-01-02|1000");
  EXPECT_EQ(sql("SELECT * FROM net WHERE interface='eth1'"),
            "1767225600|laptop|eth1|30000|0|7|0.233333333333333|14|0.466666666666667|1.5|2.0|up");
}

TEST_F(SqliteSinkTest, ConditionOnTimeUsesTheKey) {
  BatchMaker maker;
  const auto sink = make_sink();
  ASSERT_EQ(write(*sink, maker, {maker.window(0, 2, 1)}), "");
  EXPECT_NE(sql("EXPLAIN QUERY PLAN SELECT sum(bytes_recv) FROM net WHERE time >= 5 AND time < 9")
                .find("USING PRIMARY KEY (time>? AND time<?)"),
            std::string::npos);
}

TEST_F(SqliteSinkTest, FileDescribesItself) {
  BatchMaker maker;
  const auto sink = make_sink();
  ASSERT_EQ(write(*sink, maker, {maker.begin().net("eth0", 0, 1).mem(0, 5).take()}), "");
  EXPECT_EQ(
      sql("SELECT \"column\", role, unit, kind, sentence FROM field WHERE measurement='mem' ORDER BY id"),
      "host|label||label|The machine's name\n"
      "used|field|bytes|gauge|Memory in use (mean)\n"
      "used_max|field|bytes|gauge|Memory in use (highest)");
  EXPECT_EQ(sql("SELECT sentence FROM field WHERE measurement='net' AND \"column\"='interface'"),
            "The interface's name");
  EXPECT_EQ(sql("SELECT name, sentence FROM measurement ORDER BY name"),
            "mem|Memory\nnet|Traffic of each network interface");
  EXPECT_EQ(sql("PRAGMA application_id"), "1131375724");
  EXPECT_EQ(sql("PRAGMA user_version"), "5");
}

TEST_F(SqliteSinkTest, HistoryKeepsTheHostNameItWasWrittenUnder) {
  BatchMaker maker;
  const auto sink = make_sink();
  ASSERT_EQ(write(*sink, maker,
                  {maker.begin({{"host", "old"}}).net("eth0", 0, 1).take(),
                   maker.begin({{"host", "new"}, {"site", "home"}}).net("eth0", 30, 2).take()}),
            "");
  EXPECT_EQ(sql("SELECT host, coalesce(site,'-'), bytes_recv FROM net ORDER BY time"), "old|-|1\nnew|home|2");
}

TEST_F(SqliteSinkTest, NewFieldAddsAColumn) {
  BatchMaker maker;
  const auto first = make_sink();
  ASSERT_EQ(write(*first, maker, {maker.begin().mem(0, 5).take()}), "");
  Measurement grown = *mem_measurement();
  grown.fields.push_back({.name = "free", .unit = "bytes", .sentence = "Memory not in use"});
  const auto later = std::make_shared<const Measurement>(grown);
  const auto row = [&](std::int64_t second) { return row_of(maker.series(later, {}), second); };
  ASSERT_EQ(write(*first, maker,
                  {maker.begin().row(row(30), {integer_cell(6, 6, 6, 6), integer_cell(9, 9, 9, 9)}).take()}),
            "");
  // An old definition (read back from the spool) goes on being stored beside the new one.
  ASSERT_EQ(write(*first, maker, {maker.begin().mem(60, 7).take()}), "");
  EXPECT_EQ(sql("SELECT used, coalesce(free,'-') FROM mem ORDER BY time"), "5|-\n6|9\n7|-");
}

TEST_F(SqliteSinkTest, CollidingNamesGetAnUnderscoreAndKeepIt) {
  Measurement odd{"series",  // as a table of the layout is called
                  "Odd names",
                  {{"Time", "A tag"}},
                  {}};
  for (const char* name : {"time", "FLAGS", "host", "a\"b; DROP TABLE source"})
    odd.fields.push_back({.name = name, .unit = "1", .sentence = "A field"});
  const auto measurement = std::make_shared<const Measurement>(odd);
  BatchMaker maker;
  format_.maximum = false;
  const auto row = [&](std::int64_t second, std::int64_t n) {
    return maker.begin({{"flags", "label"}, {"host", "h"}})
        .row(row_of(maker.series(measurement, {{"Time", "tag"}}), second),
             {integer_cell(n, n, n, n), integer_cell(n + 1, n, n, n), integer_cell(n + 2, n, n, n),
              integer_cell(n + 3, n, n, n)})
        .take();
  };
  ASSERT_EQ(write(*make_sink(), maker, {row(0, 10)}), "");
  ASSERT_EQ(write(*make_sink(), maker, {row(30, 20)}), "");  // another process: the same names again
  EXPECT_EQ(sql("SELECT time - 1767225600, host, flags__, Time_, time__, FLAGS_, host_, \"a\"\"b; DROP TABLE "
                "source\""
                " FROM series_ ORDER BY time"),
            "0|h|label|tag|10|11|12|13\n30|h|label|tag|20|21|22|23");
  EXPECT_EQ(sql("SELECT view FROM measurement"), "series_");
}

TEST_F(SqliteSinkTest, DeltasGoOnBesideTotals) {
  BatchMaker maker;
  ASSERT_EQ(write(*make_sink(), maker, {maker.begin().net("eth0", 0, 5).take()}), "");
  format_.counters = Counters::total;
  ASSERT_EQ(write(*make_sink(), maker, {maker.begin().net("eth0", 30, 6).take()}), "");
  EXPECT_EQ(sql("SELECT coalesce(bytes_recv,'-'), coalesce(bytes_recv_,'-') FROM net ORDER BY time"),
            "5|-\n6|60");
}

}  // namespace
}  // namespace collector::test
