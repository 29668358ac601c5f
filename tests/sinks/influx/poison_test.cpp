// Lines that the real InfluxDB refuses: only they become dead letters, and each with a reason.
#include <fmt/format.h>

#include <chrono>
#include <set>
#include <thread>

#include "tests/sinks/influx/influx_fixture.h"
#include "tests/support/http_request.h"
#include "tests/support/influx_server.h"
#include "tests/support/victoria_server.h"

namespace collector::test {
namespace {

class PoisonTest : public InfluxSinkTest {
 protected:
  PoisonTest() { settings_.set("url", server_.url()); }

  void write_line(const std::string& line) const {
    ASSERT_EQ(http_request(server_.port(), "/write?db=telegraf&precision=ms", line).status, 204);
  }

  InfluxServer server_;
};

constexpr std::string_view used_conflict =
    "partial write: field type conflict: input field \"used\" on measurement \"mem\" is type integer, "
    "already "
    "exists as type float";

constexpr std::int64_t stamp = (first_second + 1) * 1000;

const MeasurementPtr& lean_measurement() {
  static const MeasurementPtr measurement = [] {
    Measurement lean = *mem_measurement();
    lean.name = "lean";
    return std::make_shared<const Measurement>(std::move(lean));
  }();
  return measurement;
}

// One line that the server refuses in each of 100 batches of 5,000.
TEST_F(PoisonTest, OneInEachOfAHundredBatches) {
  constexpr int count = 100;
  constexpr int all_series = 50;
  constexpr int seconds = 100;
  write_line(fmt::format("mem used=1.5 {}", stamp));  // ours is an integer
  format_.maximum = false;
  std::vector<SeriesPtr> series;
  for (int i = 0; i < all_series; ++i)
    series.push_back(maker_.series(lean_measurement(), {{"number", std::to_string(i)}}));
  std::set<std::pair<int, std::size_t>> refused;
  sink_ = make_sink();
  ASSERT_TRUE(sink_->open({.source = maker_.source(), .epoch = maker_.epoch()}));
  for (int i = 0; i < count; ++i) {
    maker_.begin();
    for (int row = 0; row < all_series * seconds; ++row) {
      const int second = 30 + seconds * i + row / all_series;
      if (row == i * 37)
        maker_.mem(second, row);
      else
        maker_.row(row_of(series[static_cast<std::size_t>(row % all_series)], second),
                   {integer_cell(row, row, row, row)});
    }
    const auto written = sink_->write(std::vector{maker_.take()});
    ASSERT_TRUE(written) << written.error().what;
    for (const RejectedRow& row : written->rejected) {
      refused.insert({i, row.row});
      EXPECT_EQ(row.why, used_conflict);
    }
  }
  sink_->close();
  std::set<std::pair<int, std::size_t>> expected;
  for (int i = 0; i < count; ++i)
    expected.insert({i, static_cast<std::size_t>(i) * 37});
  EXPECT_EQ(refused, expected);
  EXPECT_EQ(server_.number("SELECT count(used) FROM lean"), count * (all_series * seconds - 1));
  EXPECT_EQ(server_.number("SELECT count(used) FROM mem"), 1);
  EXPECT_TRUE(note("conflict").starts_with("mem: " + std::string(used_conflict))) << note("conflict");
}

TEST_F(PoisonTest, TwoConflictsOverTwoShards) {
  write_line(fmt::format("mem used=1.5 {}\nnet load=1i {}", stamp, stamp));
  constexpr std::int64_t week = 7 * 24 * 3600;
  maker_.begin();
  for (const std::int64_t second : {std::int64_t{30}, 2 * week}) {
    maker_.mem(second, 1);
    for (const char* interface : {"eth0", "eth1", "eth2"})
      maker_.net(interface, second, 1);
  }
  const auto written = deliver({maker_.take()});
  // In the later shard nothing is of another type.
  ASSERT_EQ(written.rejected.size(), 4U);
  for (std::size_t i = 0; i < 4; ++i)
    EXPECT_EQ(written.rejected[i].row, i);
  EXPECT_EQ(server_.number("SELECT count(used) FROM mem"), 2);
  EXPECT_EQ(server_.number("SELECT count(bytes_recv) FROM net"), 3);
}

TEST_F(PoisonTest, ALineThatCantBeParsedHidesBehindAConflict) {
  write_line(fmt::format("mem used=1.5 {}", stamp));
  maker_.begin().mem(30, 1).net(std::string(66'000, 'x'), 30, 2);
  for (int i = 0; i < 20; ++i)
    maker_.net("eth" + std::to_string(i), 30, i);
  const auto written = deliver({maker_.take()});
  ASSERT_EQ(written.rejected.size(), 2U);
  EXPECT_EQ(written.rejected[0].row, 0U);
  EXPECT_EQ(written.rejected[1].row, 1U);
  EXPECT_TRUE(
      written.rejected[1].why.starts_with("unable to parse '…': max key length exceeded") ||
      written.rejected[1].why.starts_with("partial write: unable to parse '…': max key length exceeded"))
      << written.rejected[1].why;
  EXPECT_EQ(server_.number("SELECT count(bytes_recv) FROM net"), 20);
}

TEST_F(PoisonTest, RowsOlderThanTheRetentionPolicyAreRefusedAlone) {
  server_.query("CREATE RETENTION POLICY short ON telegraf DURATION 1h REPLICATION 1");
  settings_.set("retention_policy", std::string("short"));
  const std::int64_t now =
      std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch())
          .count();
  const std::int64_t recent = now - first_second - 60;
  const auto written =
      deliver({maker_.begin().net("eth0", 0, 1).net("eth0", recent, 2).net("eth0", 30, 3).take()});
  ASSERT_EQ(written.rejected.size(), 2U);
  EXPECT_EQ(written.rejected[0].row, 0U);
  EXPECT_EQ(written.rejected[1].row, 2U);
  EXPECT_EQ(written.rejected[0].why, "partial write: points beyond retention policy");
  EXPECT_EQ(server_.number("SELECT count(bytes_recv) FROM short.net"), 1);
}

TEST_F(PoisonTest, ARetentionPolicyThatIsNotThereHolds) {
  settings_.set("retention_policy", std::string("nowhere"));
  const auto failure = fail_to_open();
  EXPECT_TRUE(failure.hold);
  EXPECT_EQ(failure.remedy, "create it, or correct retention_policy:");
}

TEST_F(PoisonTest, ADatabaseThatIsNotThereHoldsAtOpen) {
  settings_.set("database", std::string("attic"));
  const auto failure = fail_to_open();
  EXPECT_TRUE(failure.hold);
  EXPECT_NE(failure.remedy.find("CREATE DATABASE \"attic\""), std::string::npos) << failure.remedy;
}

class IgnoringTest : public InfluxSinkTest {
 protected:
  // Its page of metrics is up to a second old.
  void wait_for_note() {
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (note("ignored").empty() && std::chrono::steady_clock::now() < end) {
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
      deliver({maker_.begin().take()});
    }
  }
};

// VictoriaMetrics answers 204 to what is too old for it.
TEST_F(IgnoringTest, VictoriaMetricsLeavingLinesOutIsNoticed) {
  const VictoriaServer server({"-retentionPeriod=1d"});
  settings_.set("url", server.url());
  const auto written = deliver({maker_.begin().mem(0, 1).take()});
  EXPECT_TRUE(written.rejected.empty());
  EXPECT_TRUE(server.is_empty());  // which also makes it count
  wait_for_note();
  EXPECT_NE(note("ignored").find("2 older than its retentionPeriod"), std::string::npos) << note("ignored");
  const auto notes = sink_->notes();
  EXPECT_TRUE(notes.at(0).warning);
}

// Nor does it say anything of series that it has no place for.
TEST_F(IgnoringTest, SeriesBeyondVictoriaMetricsLimitAreNoticed) {
  const VictoriaServer server({"-retentionPeriod=100y", "-storage.maxHourlySeries=2"});
  settings_.set("url", server.url());
  const auto written = deliver({maker_.window(0, 5, 1)});
  EXPECT_TRUE(written.rejected.empty());
  wait_for_note();
  EXPECT_NE(note("ignored").find("of series beyond its -storage.maxHourlySeries"), std::string::npos)
      << note("ignored");
}

// Of two interfaces one series is left when the tag that tells them apart is among those that are dropped.
TEST_F(IgnoringTest, TagsBeyondVictoriaMetricsLimitAreNoticed) {
  const VictoriaServer server;
  settings_.set("url", server.url());
  std::vector<Tag> labels;
  for (int i = 10; i < 40; ++i)
    labels.push_back({"a" + std::to_string(i), "x"});
  const auto written = deliver({maker_.begin(labels).net("eth0", 0, 1).net("eth1", 0, 2).take()});
  EXPECT_TRUE(written.rejected.empty());
  wait_for_note();
  EXPECT_NE(note("ignored").find("stored without some of their tags"), std::string::npos) << note("ignored");
}

}  // namespace
}  // namespace collector::test
