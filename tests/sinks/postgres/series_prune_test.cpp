// Series that no row refers to go, and come back with the rows of a writer that had taken them for known.
#include "sinks/postgres/series_prune.h"

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <thread>

#include "tests/sinks/postgres/postgres_fixture.h"

namespace collector::test {
namespace {

using postgres_store::Connection;
using postgres_store::Libpq;
using postgres_store::prune_series;

class PostgresSeriesPrune : public PostgresSinkTest {
 protected:
  Connection connect() const {
    auto connection = Connection::open(**Libpq::get(), {.conninfo = server_.url()});
    if (!connection) throw std::runtime_error(connection.error().text());
    return std::move(*connection);
  }
  // As if the last look had been yesterday.
  void make_due() { sql("DELETE FROM collector.position WHERE source = '" + Uuid{}.text() + "'"); }
  std::string series() { return sql("SELECT tags->>'interface' FROM collector.series ORDER BY 1"); }
  std::string hidden_rows() {
    return sql(
        "SELECT count(*) FROM collector.net_data AS d WHERE NOT EXISTS"
        " (SELECT FROM collector.series AS s WHERE s.source = d.source AND s.id = d.series_id)");
  }
  std::string write_next(Sink& sink, const std::string& interface) {
    const auto second = 30 * static_cast<std::int64_t>(maker_.sequence());
    return write(sink, maker_, {maker_.begin().net(interface, second, 1).take()});
  }

  BatchMaker maker_;
  std::unique_ptr<Sink> sink_ = make_sink();
};

TEST_F(PostgresSeriesPrune, GoAfterTheirLastRowAndComeBackWithTheNext) {
  ASSERT_EQ(write_next(*sink_, "eth0"), "");
  ASSERT_EQ(write_next(*sink_, "eth1"), "");
  sql("DELETE FROM collector.net_data WHERE series_id IN"
      " (SELECT id FROM collector.series WHERE tags->>'interface' = 'eth0')");
  ASSERT_EQ(write_next(*sink_, "eth1"), "");
  EXPECT_EQ(series(), "eth0\neth1") << "looked at on another day";
  clock_.advance(std::chrono::hours(24));
  ASSERT_EQ(write_next(*sink_, "eth1"), "");
  EXPECT_EQ(series(), "eth1");
  ASSERT_EQ(write_next(*sink_, "eth0"), "");
  EXPECT_EQ(series(), "eth0\neth1");
  EXPECT_EQ(hidden_rows(), "0");
  EXPECT_EQ(sql("SELECT count(*) FROM collector.net"), "4");
}

TEST_F(PostgresSeriesPrune, OnceADayForTheWholeDatabase) {
  ASSERT_EQ(write_next(*sink_, "eth0"), "");
  auto connection = connect();
  sql("DELETE FROM collector.net_data");
  EXPECT_EQ(prune_series(connection, "collector").value(), 1U);
  ASSERT_EQ(write_next(*sink_, "eth0"), "");
  sql("DELETE FROM collector.net_data");
  EXPECT_EQ(prune_series(connection, "collector").value(), 0U) << "somebody has looked today";
  sql("UPDATE collector.position SET sequence = sequence - 90000 WHERE source = '" + Uuid{}.text() + "'");
  EXPECT_EQ(prune_series(connection, "collector").value(), 1U);
}

TEST_F(PostgresSeriesPrune, StayWhereThisRoleMayNotDelete) {
  ASSERT_EQ(write_next(*sink_, "eth0"), "");
  sql("DELETE FROM collector.net_data; ALTER TABLE collector.series OWNER TO postgres;"
      " GRANT SELECT, INSERT ON collector.series TO collector");
  auto connection = connect();
  EXPECT_EQ(prune_series(connection, "collector").value(), 0U);
  EXPECT_EQ(series(), "eth0");
}

class PostgresPrunedByAnother : public PostgresSeriesPrune,
                                public testing::WithParamInterface<std::size_t> {};

// A writer that goes on in its process, and knows of nothing.
TEST_P(PostgresPrunedByAnother, TheWriterSendsItsSeriesAgain) {
  ASSERT_EQ(write(*sink_, maker_, {maker_.begin().net("eth0", 0, 1).take(), maker_.window(0, 12'000, 1)}),
            "");
  sql("DELETE FROM collector.net_data");
  auto connection = connect();
  EXPECT_EQ(prune_series(connection, "collector").value(), 12'000U);
  const auto eth0 = maker_.begin().net("eth0", 60, 1).take();
  std::vector<BatchPtr> batches{eth0};
  if (GetParam() > 0) batches.push_back(maker_.window(60, GetParam(), 1));
  ASSERT_EQ(write(*sink_, maker_, batches), "");
  EXPECT_EQ(hidden_rows(), "0");
  EXPECT_EQ(sql("SELECT count(*) FROM collector.net"), std::to_string(1 + GetParam()));
}

INSTANTIATE_TEST_SUITE_P(Ways, PostgresPrunedByAnother, testing::Values(std::size_t{0}, std::size_t{12'000}));

// Rows that are not committed yet when the tables are looked at.
TEST_F(PostgresSeriesPrune, WhatIsStoredMeanwhileIsSeen) {
  ASSERT_EQ(write_next(*sink_, "eth0"), "");
  sql("CREATE TABLE kept AS SELECT * FROM collector.net_data; GRANT ALL ON kept TO collector;"
      " DELETE FROM collector.net_data");
  auto writer = connect();
  ASSERT_TRUE(
      writer.run("BEGIN; UPDATE collector.position SET sequence = sequence + 1;"
                 " INSERT INTO collector.net_data SELECT * FROM kept"));
  auto pruned = std::async(std::launch::async, [&] {
    auto connection = connect();
    return prune_series(connection, "collector");
  });
  while (sql("SELECT count(*) FROM pg_locks WHERE mode = 'ShareRowExclusiveLock' AND NOT granted") == "0" &&
         pruned.wait_for(std::chrono::milliseconds(5)) != std::future_status::ready)
    continue;
  ASSERT_TRUE(writer.run("COMMIT"));
  EXPECT_EQ(pruned.get().value(), 0U);
  EXPECT_EQ(series(), "eth0");
}

TEST_F(PostgresSeriesPrune, NoRowIsEverHiddenWhileTwoMachinesWrite) {
  ASSERT_EQ(write_next(*sink_, "eth0"), "");
  constexpr int writes = 60;
  std::atomic<int> writing = 2;
  std::array<std::string, 2> failures;
  const auto machine = [&](std::string& failure) {
    const auto sink = make_sink();
    BatchMaker maker;
    std::string state;
    for (int i = 0; i < writes && failure.empty(); ++i) {
      const auto batch = maker.begin().net("eth" + std::to_string(i % 3), 30 * i, 1).take();
      for (int attempt = 0; attempt < 5; ++attempt) {
        failure.clear();
        const auto opened = sink->open(
            {.source = maker.source(), .epoch = maker.epoch(), .state = state, .keep_rejected = {}});
        auto written = sink->write(std::array{batch});
        sink->close();
        if (!opened) failure = opened.error().what;
        if (!written) failure = written.error().what;
        if (!failure.empty()) continue;
        state = written->state;
        break;
      }
    }
    --writing;
  };
  std::uint64_t pruned = 0;
  {
    const std::jthread first([&] { machine(failures[0]); });
    const std::jthread second([&] { machine(failures[1]); });
    auto connection = connect();
    while (writing > 0) {
      sql("DELETE FROM collector.net_data");
      make_due();
      const auto gone = prune_series(connection, "collector");
      ASSERT_TRUE(gone) << gone.error().text();
      pruned += *gone;
      EXPECT_EQ(hidden_rows(), "0");
    }
  }
  EXPECT_EQ(failures[0], "");
  EXPECT_EQ(failures[1], "");
  EXPECT_EQ(hidden_rows(), "0");
  EXPECT_GT(pruned, 0U);
}

}  // namespace
}  // namespace collector::test
