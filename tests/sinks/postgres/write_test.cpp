// Rows arrive exactly as they are, in one statement and by COPY, each once.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "tests/sinks/postgres/postgres_fixture.h"
#include "tests/sinks/postgres/postgres_settings.h"
#include "tests/support/cutting_proxy.h"

namespace collector::test {
namespace {

constexpr auto largest = std::numeric_limits<std::int64_t>::max();
constexpr auto smallest = std::numeric_limits<std::int64_t>::min();

class PostgresWrite : public PostgresSinkTest {
 protected:
  // Few rows go in one statement, many by COPY: `filler` more make the difference.
  std::string write_with(std::size_t filler, const BatchPtr& batch) {
    std::vector<BatchPtr> batches{batch};
    if (filler > 0) batches.push_back(maker_.window(600, filler, 1));
    return write(*sink_, maker_, batches);
  }

  BatchMaker maker_;
  std::unique_ptr<Sink> sink_ = make_sink();
};

class PostgresValues : public PostgresWrite, public testing::WithParamInterface<std::size_t> {};

TEST_P(PostgresValues, AreExact) {
  const auto infinity = std::numeric_limits<double>::infinity();
  const auto net = maker_.series(net_measurement(), {{"interface", "q\"u'o\\te,{}ü"}});
  const auto mem = maker_.series(mem_measurement(), {});
  const std::string text = "a\"b\\c,{}NULL 'ü' \x01";
  maker_.begin();
  maker_.row(row_of(net, 0, flag::gap | flag::clock),
             {counter_cell(largest, largest, 0.1), counter_cell(0, 0, std::nan("")),
              real_cell(infinity, 1, 1e-310, 1), text_cell(text)});
  maker_.row(row_of(net, 30),
             {Cell{}, counter_cell(1, 1, 1e300), real_cell(-0.0, 0, -infinity, 0), text_cell("")});
  Row early = row_of(mem, -3'000'000'000);
  early.start += std::chrono::milliseconds(123);
  maker_.row(early, {integer_cell(smallest, 0, -1, 0)});
  ASSERT_EQ(write_with(GetParam(), maker_.take()), "");

  EXPECT_EQ(sql("SELECT bytes_recv, bytes_recv_peak, bytes_sent, bytes_sent_peak, load, load_max, flags, span"
                " FROM collector.net WHERE time < '2026-01-01 00:05Z' ORDER BY time"),
            "9223372036854775807|0.1|0|||1e-310|36|30000\n||1|1e+300|-0||0|30000");
  EXPECT_EQ(sql("SELECT state FROM collector.net WHERE time = '2026-01-01 00:00Z'"), text);
  EXPECT_EQ(sql("SELECT interface FROM collector.net WHERE time = '2026-01-01 00:00Z'"), "q\"u'o\\te,{}ü");
  EXPECT_EQ(sql("SELECT load_max IS NULL, state = '' FROM collector.net WHERE time = '2026-01-01 00:00:30Z'"),
            "t|t");
  EXPECT_EQ(sql("SELECT used, used_max, extract(epoch FROM time) FROM collector.mem"),
            "-9223372036854775808|-1|-1232774399.877000");
}

INSTANTIATE_TEST_SUITE_P(Ways, PostgresValues, testing::Values(std::size_t{0}, std::size_t{10'001}));

TEST_F(PostgresWrite, TooLargeCountsAreRefusedAndNeverWrapped) {
  // What a uint64 of 2^63 and more looks like in a cell.
  const auto net = maker_.series(net_measurement(), {{"interface", "eth0"}});
  std::vector<RejectedRow> kept;
  keep_ = [&](auto, std::span<const RejectedRow> rows) -> std::expected<void, SinkFailure> {
    kept.assign(rows.begin(), rows.end());
    EXPECT_EQ(sql("SELECT count(*) FROM collector.net"), "0") << "before the position moves";
    return {};
  };
  maker_.begin().row(row_of(net, 0), {counter_cell(smallest, 1, 1), counter_cell(1, 1, 1),
                                      real_cell(1, 1, 1, 1), text_cell("up")});
  maker_.net("eth1", 0, 7);
  ASSERT_EQ(write(*sink_, maker_, {maker_.take()}), "");
  EXPECT_EQ(sql("SELECT interface, bytes_recv FROM collector.net"), "eth1|7");
  ASSERT_EQ(written_.rejected.size(), 1U);
  EXPECT_EQ(kept.size(), 1U);
  EXPECT_EQ(written_.rejected[0].row, 0U);
  EXPECT_NE(written_.rejected[0].why.find("more than 2^63-1"), std::string::npos) << written_.rejected[0].why;
}

TEST_F(PostgresWrite, OneBadRowAmongTenThousandStandsAlone) {
  ASSERT_EQ(write(*sink_, maker_, {maker_.begin().net("first", 0, 1).take()}), "");
  sql("ALTER TABLE collector.net_data ADD CONSTRAINT no CHECK (bytes_recv <> 666)");
  std::vector<BatchPtr> batches;
  for (int i = 1; i <= 20; ++i)
    batches.push_back(maker_.window(30 * i, 500, i == 13 ? 12 : i));
  maker_.begin();
  for (int i = 0; i < 500; ++i)
    maker_.net("x" + std::to_string(i), 900, i == 321 ? 666 : 1);
  batches.push_back(maker_.take());
  std::vector<RejectedRow> kept;
  keep_ = [&](auto, std::span<const RejectedRow> rows) -> std::expected<void, SinkFailure> {
    kept.insert(kept.end(), rows.begin(), rows.end());
    EXPECT_EQ(sql("SELECT count(*) FROM collector.net WHERE interface = 'x0'"), "0") << "not yet committed";
    return {};
  };
  ASSERT_EQ(write(*sink_, maker_, batches), "");
  EXPECT_EQ(sql("SELECT count(*), count(DISTINCT (interface, time)) FROM collector.net"), "10500|10500");
  ASSERT_EQ(written_.rejected.size(), 1U);
  ASSERT_EQ(kept.size(), 1U);
  EXPECT_EQ(kept[0].batch, 20U);
  EXPECT_EQ(kept[0].row, 321U);
  EXPECT_NE(kept[0].why.find("violates check constraint \"no\""), std::string::npos) << kept[0].why;
}

TEST_F(PostgresWrite, RefusedByCopyIsFoundToo) {
  ASSERT_EQ(write(*sink_, maker_, {maker_.begin().net("first", 0, 1).take()}), "");
  sql("CREATE FUNCTION no() RETURNS trigger LANGUAGE plpgsql AS"
      " $$BEGIN IF NEW.bytes_recv = 666 THEN RAISE 'not this one'; END IF; RETURN NEW; END$$;"
      " CREATE TRIGGER no BEFORE INSERT ON collector.net_data FOR EACH ROW EXECUTE FUNCTION no()");
  const auto many = maker_.window(30, 12'000, 5);
  const auto bad = maker_.begin().net("eth0", 60, 666).take();
  ASSERT_EQ(write(*sink_, maker_, {many, bad}), "");
  EXPECT_EQ(sql("SELECT count(*) FROM collector.net"), "12001");
  ASSERT_EQ(written_.rejected.size(), 1U);
  EXPECT_EQ(written_.rejected[0].batch, 1U);
  EXPECT_NE(written_.rejected[0].why.find("not this one"), std::string::npos);
}

class PostgresLeavesOut : public PostgresWrite, public testing::WithParamInterface<std::size_t> {};

TEST_P(PostgresLeavesOut, RowsWithoutAnErrorWhichAreThenDeadLetters) {
  ASSERT_EQ(write(*sink_, maker_, {maker_.begin().net("first", 0, 1).mem(0, 1).take()}), "");
  sql("CREATE FUNCTION no() RETURNS trigger LANGUAGE plpgsql AS"
      " $$BEGIN IF NEW.bytes_recv = 666 THEN RETURN NULL; END IF; RETURN NEW; END$$;"
      " CREATE TRIGGER no BEFORE INSERT ON collector.net_data FOR EACH ROW EXECUTE FUNCTION no()");
  const auto mixed = maker_.begin().net("eth0", 30, 5).net("eth1", 30, 666).mem(30, 1).take();
  ASSERT_EQ(write_with(GetParam(), mixed), "");
  EXPECT_EQ(sql("SELECT count(*) FROM collector.net WHERE bytes_recv = 666"), "0");
  EXPECT_EQ(sql("SELECT count(*) FROM collector.net"), std::to_string(2 + GetParam()));
  EXPECT_EQ(sql("SELECT count(*) FROM collector.mem"), "2");
  ASSERT_EQ(written_.rejected.size(), 1U);
  EXPECT_EQ(written_.rejected[0].row, 1U);
  EXPECT_NE(written_.rejected[0].why.find("a trigger of net_data"), std::string::npos)
      << written_.rejected[0].why;
  ASSERT_EQ(write(*sink_, maker_, {maker_.begin().net("eth0", 900, 5).take()}), "") << "and it goes on";
}

INSTANTIATE_TEST_SUITE_P(Ways, PostgresLeavesOut, testing::Values(std::size_t{0}, std::size_t{10'001}));

TEST_F(PostgresWrite, AServerThatCanNotDoItInOneStatementGetsCopies) {
  ASSERT_EQ(write(*sink_, maker_, {maker_.begin().net("first", 0, 1).take()}), "");
  sql("CREATE FUNCTION no() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN"
      " IF current_query() NOT LIKE 'BEGIN%' THEN RAISE SQLSTATE '0A000'; END IF; RETURN NULL; END$$;"
      " CREATE TRIGGER no BEFORE INSERT ON collector.net_data FOR EACH STATEMENT EXECUTE FUNCTION no()");
  ASSERT_EQ(write(*sink_, maker_, {maker_.begin().net("eth0", 30, 5).mem(30, 1).take()}), "");
  ASSERT_EQ(write(*sink_, maker_, {maker_.begin().take()}), "");
  ASSERT_EQ(write(*sink_, maker_, {maker_.begin().net("eth0", 60, 5).take()}), "");
  EXPECT_EQ(sql("SELECT count(*), (SELECT count(*) FROM collector.mem) FROM collector.net"), "3|1");
}

TEST_F(PostgresWrite, WhatTakesTooLongIsSentInSmallerPieces) {
  ASSERT_EQ(write(*sink_, maker_, {maker_.begin().net("first", 0, 1).take()}), "");
  // As if a statement_timeout cut off whatever has more than twenty rows.
  sql("CREATE FUNCTION no() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN"
      " IF (SELECT count(*) FROM fresh) > 20 THEN RAISE SQLSTATE '57014'; END IF; RETURN NULL; END$$;"
      " CREATE TRIGGER no AFTER INSERT ON collector.net_data REFERENCING NEW TABLE AS fresh"
      " FOR EACH STATEMENT EXECUTE FUNCTION no()");
  std::vector<BatchPtr> batches;
  for (int i = 1; i <= 8; ++i)
    batches.push_back(maker_.window(30 * i, 10, i));
  ASSERT_EQ(write(*sink_, maker_, batches), "");
  EXPECT_TRUE(written_.rejected.empty());
  EXPECT_EQ(sql("SELECT count(*), count(DISTINCT (time, interface)) FROM collector.net"), "81|81");
  const auto failure = write(*sink_, maker_, {maker_.window(900, 21, 1)});
  EXPECT_NE(failure.find("statement_timeout"), std::string::npos) << failure;
  EXPECT_FALSE(failure_.hold);
}

TEST_F(PostgresWrite, NothingIsStoredWhenDeadLettersCanNotBeKept) {
  ASSERT_EQ(write(*sink_, maker_, {maker_.begin().net("first", 0, 1).take()}), "");
  sql("ALTER TABLE collector.net_data ADD CONSTRAINT no CHECK (bytes_recv <> 666)");
  keep_ = [](auto, auto) -> std::expected<void, SinkFailure> {
    return std::unexpected(SinkFailure{.what = "disk full", .remedy = "", .retry_after = {}, .hold = false});
  };
  const auto before = sql("SELECT sequence FROM collector.position");
  const auto batch = maker_.begin().net("eth0", 30, 5).net("eth1", 30, 666).take();
  EXPECT_EQ(write(*sink_, maker_, {batch}), "disk full; ");
  EXPECT_EQ(sql("SELECT sequence FROM collector.position"), before);
  EXPECT_EQ(sql("SELECT count(*) FROM collector.net"), "1");
  keep_ = {};
  ASSERT_EQ(write(*sink_, maker_, {batch}), "");
  EXPECT_EQ(sql("SELECT count(*) FROM collector.net"), "2");
}

TEST_F(PostgresWrite, TakenSeriesNumbersAreTold) {
  ASSERT_EQ(write(*sink_, maker_, {maker_.begin().net("eth0", 0, 5).take()}), "");
  // As if another series had got the same number.
  sql("UPDATE collector.series SET tags = '{\"interface\": \"other\"}'");
  ASSERT_EQ(write(*make_sink(), maker_, {maker_.begin().net("eth0", 30, 7).take()}), "");
  EXPECT_EQ(sql("SELECT interface, bytes_recv FROM collector.net ORDER BY time"), "other|5\neth0|7");
  EXPECT_EQ(sql("SELECT count(*) FROM collector.series"), "2");
}

// A NULL in an array is one whatever the role's array_nulls: else a number is refused, and a text is "NULL".
TEST_P(PostgresValues, AreNullAlsoWithoutArrayNulls) {
  sql("ALTER ROLE collector SET array_nulls = off");
  const auto net = maker_.series(net_measurement(), {{"interface", "eth0"}});
  const auto full = [](std::int64_t bytes) {
    return std::vector<Cell>{counter_cell(bytes, bytes, 1), counter_cell(bytes, bytes, 1),
                             real_cell(1, 1, 1, 1), text_cell("up")};
  };
  auto without_text = full(1);
  without_text[3] = {};
  maker_.begin().row(row_of(net, 0), full(1)).row(row_of(net, 30), without_text);
  ASSERT_EQ(write_with(GetParam(), maker_.take()), "");
  auto without_number = full(2);
  without_number[0] = {};
  maker_.begin().row(row_of(net, 60), full(2)).row(row_of(net, 90), without_number);
  ASSERT_EQ(write(*sink_, maker_, {maker_.take()}), "");
  EXPECT_TRUE(written_.rejected.empty());
  EXPECT_EQ(sql("SELECT state IS NULL, bytes_recv IS NULL FROM collector.net WHERE interface = 'eth0'"
                " AND time < '2026-01-01 00:02Z' ORDER BY time"),
            "f|f\nt|f\nf|f\nf|t");
}

class PostgresIdle : public PostgresWrite {
 protected:
  // A connection on which rows were stored, and which the server has then closed.
  void leave_idle() {
    ASSERT_TRUE(
        sink_->open({.source = maker_.source(), .epoch = maker_.epoch(), .state = {}, .keep_rejected = {}}));
    ASSERT_TRUE(sink_->write(std::vector{maker_.begin().net("eth0", 0, 5).take()}));
    // Waits for the end, and says why, as with idle_session_timeout.
    ASSERT_EQ(
        sql("SELECT pg_terminate_backend(pid, 60000) FROM pg_stat_activity WHERE usename = 'collector'"),
        "t");
  }
};

TEST_F(PostgresIdle, ConnectionThatTheServerClosesIsMadeAnew) {
  leave_idle();
  clock_.advance(std::chrono::seconds(30));
  const auto written = sink_->write(std::vector{maker_.begin().net("eth0", 30, 7).take()});
  ASSERT_TRUE(written) << written.error().what;
  EXPECT_EQ(sql("SELECT bytes_recv FROM collector.net ORDER BY time"), "5\n7");
}

// The server that is there then may have lost what this one had: that is the runner's to compare.
TEST_F(PostgresIdle, ANewConnectionDoesNotHideThatThePositionWentBack) {
  leave_idle();
  sql("UPDATE collector.position SET sequence = 0; DELETE FROM collector.net_data");
  clock_.advance(std::chrono::seconds(30));
  const auto written = sink_->write(std::vector{maker_.begin().net("eth0", 30, 7).take()});
  ASSERT_FALSE(written);
  EXPECT_NE(written.error().what.find("is not where this collector left it"), std::string::npos)
      << written.error().what;
  EXPECT_EQ(sql("SELECT count(*) FROM collector.net"), "0");
}

TEST_F(PostgresIdle, ConnectionThatIsLostInTheMiddleOfWorkIsAFailure) {
  leave_idle();
  EXPECT_FALSE(sink_->write(std::vector{maker_.begin().net("eth0", 30, 7).take()}));
}

TEST_F(PostgresWrite, SteadySyncIsOneRoundTripAfterConnecting) {
  const auto rows = [&](int second) { return maker_.window(second, 300, 5); };
  ASSERT_EQ(write(*sink_, maker_, {rows(0)}), "");
  CuttingProxy proxy({.target = server_.port()});
  settings_ = postgres_settings(PostgresServer::url(proxy.port()) + "?sslmode=disable");
  const auto through = make_sink();  // also another process: it knows what the cursor says
  ASSERT_EQ(write(*through, maker_, {rows(30)}), "");
  EXPECT_FALSE(opened_.keeps_position) << "the position is not asked for";
  const auto sent = proxy.figures().round_trips;
  // Startup, and the two messages of SCRAM; then the rows.
  EXPECT_EQ(sent, 3U + 1U);
  EXPECT_EQ(sql("SELECT count(*) FROM collector.net"), "600");
}

TEST_F(PostgresWrite, NeedsNoUniqueKeyForTwoAtOnce) {
  // Two with the same state, by mistake: the second finds the position moved, and says so.
  ASSERT_EQ(write(*sink_, maker_, {maker_.begin().net("eth0", 0, 5).take()}), "");
  const auto state = state_;
  ASSERT_EQ(write(*sink_, maker_, {maker_.begin().net("eth0", 30, 7).take()}), "");
  state_ = state;
  const auto other = make_sink();
  BatchMaker clone(maker_.source());
  clone.set_epoch(maker_.epoch());
  for (int i = 0; i < 5; ++i)
    clone.begin().take();
  const auto theirs = clone.begin().net("eth0", 60, 1).take();
  const auto failure = write(*other, clone, {theirs});
  EXPECT_NE(failure.find("not where this collector left it"), std::string::npos) << failure;
  EXPECT_EQ(sql("SELECT count(*) FROM collector.net"), "2");
  // The next open asks.
  ASSERT_EQ(write(*other, clone, {theirs}), "");
  EXPECT_TRUE(opened_.keeps_position);
  EXPECT_EQ(opened_.position->sequence, 2U);
}

TEST_F(PostgresWrite, AnEmptiedDatabaseIsNoticedAtOnce) {
  ASSERT_EQ(write(*sink_, maker_, {maker_.begin().net("eth0", 0, 5).take()}), "");
  for (const char* emptied :
       {"TRUNCATE collector.position, collector.series, collector.net_data", "DROP SCHEMA collector CASCADE",
        "DROP TABLE collector.position CASCADE; DELETE FROM collector.net_data"}) {
    sql(emptied);
    const auto next = maker_.begin().net("eth0", 30, 7).take();
    ASSERT_NE(write(*sink_, maker_, {next}), "") << emptied;
    EXPECT_FALSE(failure_.hold) << failure_.what;
    EXPECT_EQ(failure_.retry_after, Duration{});
    ASSERT_EQ(write(*sink_, maker_, {next}), "") << emptied;
    EXPECT_TRUE(opened_.keeps_position);
    EXPECT_FALSE(opened_.position);
    EXPECT_EQ(sql("SELECT interface, bytes_recv FROM collector.net"), "eth0|7");
  }
}

}  // namespace
}  // namespace collector::test
