// Rows: each once, merged where a window was lived twice, refused alone.
#include "tests/sinks/sqlite/sqlite_fixture.h"

namespace collector::test {
namespace {

TEST_F(SqliteSinkTest, WindowLivedTwiceMerges) {
  BatchMaker maker;
  format_.minimum = format_.maximum = format_.last = true;
  format_.counters = Counters::both;
  const auto series = maker.series(net_measurement(), {{"interface", "eth0"}});
  const auto row = [&](std::uint16_t flags, std::vector<Cell> cells) {
    return maker.begin().row(row_of(series, 0, flags), std::move(cells)).take();
  };
  ASSERT_EQ(
      write(*make_sink(), maker,
            {row(flag::gap, {counter_cell(5, 105, 9.5), Cell{}, real_cell(2, 1, 8, 3), text_cell("up")}),
             row(flag::clock,
                 {counter_cell(7, 112, 4.5), counter_cell(3, 30, 1), real_cell(4, 2, 5, 6), Cell{}})}),
      "");
  EXPECT_EQ(
      sql("SELECT span, flags, bytes_recv, bytes_recv_total, bytes_recv_peak, bytes_sent, load, load_min,"
          " load_max, load_last, state FROM net"),
      "60000|36|12|112|9.5|3|4.0|1.0|8.0|6.0|up");
}

TEST_F(SqliteSinkTest, WindowLivedTwiceWithinOneStatementMerges) {
  BatchMaker maker;
  maker.begin();
  for (int i = 0; i < 40; ++i)
    maker.net("eth0", 0, 1);
  ASSERT_EQ(write(*make_sink(), maker, {maker.take()}), "");
  EXPECT_EQ(sql("SELECT count(*), sum(bytes_recv), sum(bytes_sent) FROM net"), "1|40|80");
}

TEST_F(SqliteSinkTest, BatchesAtOrBelowThePositionAreSkipped) {
  BatchMaker maker;
  const auto first = maker.window(0, 3, 10);
  const auto second = maker.window(30, 3, 10);
  const auto sink = make_sink();
  ASSERT_EQ(write(*sink, maker, {first}), "");
  ASSERT_EQ(write(*sink, maker, {first, second}), "");
  EXPECT_EQ(written_.skipped.size(), 1U);
  EXPECT_EQ(sql("SELECT count(*), sum(bytes_recv) FROM net"), "6|60");
  const auto opened = make_sink()->open({.source = maker.source(), .epoch = maker.epoch()});
  ASSERT_TRUE(opened && opened->position);
  EXPECT_EQ(opened->position->sequence, 2U);
  EXPECT_TRUE(opened->keeps_position);
}

TEST_F(SqliteSinkTest, PositionOfAnotherEpochIsNotOurs) {
  BatchMaker maker;
  const auto sink = make_sink();
  ASSERT_EQ(write(*sink, maker, {maker.window(0, 1, 1)}), "");
  const auto opened = sink->open({.source = maker.source(), .epoch = Uuid::random()});
  ASSERT_TRUE(opened);
  EXPECT_FALSE(opened->position);
}

TEST_F(SqliteSinkTest, RefusedRowIsRejectedAloneAndReportedBeforeTheCommit) {
  BatchMaker maker;
  const auto sink = make_sink();
  ASSERT_EQ(write(*sink, maker, {maker.window(0, 3, 10)}), "");
  change(
      "CREATE TRIGGER no BEFORE INSERT ON net_data WHEN NEW.bytes_recv = 666"
      " BEGIN SELECT RAISE(ABORT, 'not this one'); END");

  std::string stored_when_told;
  std::vector<RejectedRow> told;
  const auto opened = sink->open({.source = maker.source(),
                                  .epoch = maker.epoch(),
                                  .state = written_.state,
                                  .keep_rejected = [&](auto, auto rows) -> std::expected<void, SinkFailure> {
                                    stored_when_told = sql("SELECT max(sequence) FROM position");
                                    told.assign(rows.begin(), rows.end());
                                    return {};
                                  }});
  ASSERT_TRUE(opened);
  const std::vector<BatchPtr> batches{
      maker.window(30, 2, 10),
      maker.begin().net("eth0", 60, 1).net("eth1", 60, 666).net("eth2", 60, 3).take()};
  const auto written = sink->write(batches);
  ASSERT_TRUE(written);
  ASSERT_EQ(written->rejected.size(), 1U);
  EXPECT_EQ(written->rejected[0].batch, 1U);
  EXPECT_EQ(written->rejected[0].row, 1U);
  EXPECT_NE(written->rejected[0].why.find("not this one"), std::string::npos) << written->rejected[0].why;
  EXPECT_EQ(told.size(), 1U);
  EXPECT_EQ(stored_when_told, "1");
  EXPECT_EQ(sql("SELECT sum(bytes_recv) FROM net WHERE time > 1767225600"), "24");
  EXPECT_EQ(sql("SELECT sequence FROM position"), "3");
}

TEST_F(SqliteSinkTest, RowsThatATriggerLeavesOutAreDeadLetters) {
  BatchMaker maker;
  const auto sink = make_sink();
  ASSERT_EQ(write(*sink, maker, {maker.window(0, 3, 10)}), "");
  change(
      "CREATE TRIGGER no BEFORE INSERT ON net_data WHEN NEW.bytes_recv = 666"
      " BEGIN SELECT RAISE(IGNORE); END");
  maker.begin();
  for (int i = 0; i < 40; ++i)  // more than go in one statement
    maker.net("x" + std::to_string(i), 30, i == 3 ? 666 : 1);
  ASSERT_EQ(write(*sink, maker, {maker.take()}), "");
  EXPECT_EQ(sql("SELECT count(*) FROM net WHERE time > 1767225600"), "39");
  ASSERT_EQ(written_.rejected.size(), 1U);
  EXPECT_EQ(written_.rejected[0].row, 3U);
  EXPECT_NE(written_.rejected[0].why.find("without an error"), std::string::npos) << written_.rejected[0].why;
  ASSERT_EQ(write(*sink, maker, {maker.begin().net("eth0", 60, 666).take()}), "") << "few rows";
  EXPECT_EQ(written_.rejected.size(), 1U);
}

TEST_F(SqliteSinkTest, NothingIsStoredWhenRefusedRowsCannotBeKept) {
  BatchMaker maker;
  const auto sink = make_sink();
  ASSERT_EQ(write(*sink, maker, {maker.window(0, 1, 10)}), "");
  change("CREATE TRIGGER no BEFORE INSERT ON net_data BEGIN SELECT RAISE(FAIL, 'none'); END");
  ASSERT_TRUE(sink->open({.source = maker.source(),
                          .epoch = maker.epoch(),
                          .state = written_.state,
                          .keep_rejected = [](auto, auto) -> std::expected<void, SinkFailure> {
                            return std::unexpected(
                                SinkFailure{.what = "disk full", .remedy = "", .retry_after = {}});
                          }}));
  const std::vector<BatchPtr> batches{maker.begin().net("eth0", 30, 1).mem(30, 1).take()};
  const auto written = sink->write(batches);
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().what, "disk full");
  EXPECT_EQ(sql("SELECT sequence FROM position"), "1");
  EXPECT_EQ(sql("SELECT count(*) FROM measurement"), "1");
}

TEST_F(SqliteSinkTest, TriggerThatRollsEverythingBackIsAFailureNotALoss) {
  BatchMaker maker;
  const auto sink = make_sink();
  ASSERT_EQ(write(*sink, maker, {maker.window(0, 1, 10)}), "");
  change(
      "CREATE TRIGGER no BEFORE INSERT ON net_data WHEN NEW.bytes_recv = 666"
      " BEGIN SELECT RAISE(ROLLBACK, 'all or nothing'); END");
  const auto batch = maker.begin().net("eth0", 30, 1).net("eth1", 30, 666).net("eth2", 30, 2).take();
  EXPECT_NE(write(*sink, maker, {batch}).find("RAISE(ABORT"), std::string::npos);
  EXPECT_EQ(sql("SELECT sum(bytes_recv) FROM net"), "10");
  change("DROP TRIGGER no");
  EXPECT_EQ(write(*sink, maker, {batch}), "");
  EXPECT_EQ(sql("SELECT sum(bytes_recv) FROM net"), "679");
}

TEST_F(SqliteSinkTest, SinkGoesOnAfterAFailedWrite) {
  BatchMaker maker;
  const auto sink = make_sink();
  ASSERT_EQ(write(*sink, maker, {maker.window(0, 1, 10)}), "");
  change("ALTER TABLE source RENAME TO elsewhere");
  BatchMaker other;
  EXPECT_NE(write(*sink, other, {other.window(0, 1, 1)}), "");
  change("ALTER TABLE elsewhere RENAME TO source");
  EXPECT_EQ(write(*sink, other, {other.begin().net("eth9", 0, 1).mem(0, 2).take()}), "");
  EXPECT_EQ(sql("SELECT sum(bytes_recv), (SELECT used FROM mem) FROM net"), "11|2");
}

TEST_F(SqliteSinkTest, OddValuesAreStoredAsTheyAre) {
  BatchMaker maker;
  const auto most = std::numeric_limits<std::int64_t>::max();
  ASSERT_EQ(write(*make_sink(), maker,
                  {maker.begin({{"host", "a\"b\n\xFF"}})
                       .row(row_of(maker.series(net_measurement(), {{"interface", "é'\"\\"}}), -1767225700),
                            {counter_cell(most, most, 1e300), Cell{},
                             real_cell(std::numeric_limits<double>::quiet_NaN(), 0, 0, 0), text_cell("")})
                       .take()}),
            "");
  EXPECT_EQ(
      sql("SELECT time, bytes_recv, typeof(bytes_sent), typeof(load), typeof(state), interface FROM net"),
      "-100|9223372036854775807|null|null|text|é'\"\\");
}

}  // namespace
}  // namespace collector::test
