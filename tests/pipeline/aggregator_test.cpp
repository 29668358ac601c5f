#include "collector/pipeline/aggregator.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "tests/pipeline/rig.h"

namespace collector::test {
namespace {

constexpr std::int64_t largest = std::numeric_limits<std::int64_t>::max();
constexpr std::int64_t smallest = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t day = 1767225600;  // 2026-01-01T00:00:00Z, a multiple of 30 s

// A moment `after` the day began, which was 1,000 s after the boot.
Instant at(Duration after) {
  return {wall(day) + after, BootTime(seconds(1000)) + after};
}

ClosedWindow window(std::int64_t start, std::int64_t end) {
  ClosedWindow closed;
  closed.start = wall(day + start);
  closed.end = wall(day + end);
  closed.offset = wall(day).time_since_epoch() - seconds(1000);
  return closed;
}

class AggregatorTest : public testing::Test {
 protected:
  // One reading that moved the first counter by one.
  void reading(const SeriesPtr& series, Duration since, Duration taken, std::uint16_t flags = 0) {
    aggregator_.begin(*series, at(since), at(taken), flags);
    aggregator_.counter(0, 1, 1, taken - since);
  }
  Row only_row(const ClosedWindow& closed) {
    Batch batch;
    aggregator_.close(closed, batch);
    if (batch.rows.size() != 1) throw std::runtime_error("not one row");
    return batch.rows[0];
  }
  static void expect_span(const Row& row, std::int64_t start, std::int64_t end) {
    EXPECT_EQ(row.start, wall(day + start));
    EXPECT_EQ(row.end, wall(day + end));
  }

  Machine machine_;
  Aggregator aggregator_;
  SeriesPtr eth0_ = machine_.series("eth0");
};

TEST_F(AggregatorTest, RealNumbersAreRoundedIntoAFieldOfWholeOnes) {
  aggregator_.begin(*eth0_, at(seconds(0)), at(seconds(1)), 0);
  for (const double value : std::initializer_list<double>{2.6, -7.5, 9.3e18, -9.3e18, INFINITY, NAN})
    aggregator_.value(3, Value::real(value));
  Batch batch;
  aggregator_.close(window(0, 30), batch);
  ASSERT_EQ(batch.rows.size(), 1U);
  const auto& speed = batch.cells_of(batch.rows[0])[3].integers;
  EXPECT_EQ(speed.max, 3);
  EXPECT_EQ(speed.min, -8) << "what no whole number holds is left out";
}

TEST_F(AggregatorTest, LevelsKeepNoMoreDigitsThanTheFieldHasDecimals) {
  const auto field = [](const char* name) {
    return Field{.name = name, .type = FieldType::real, .unit = "percent", .sentence = ""};
  };
  const auto measurement = std::make_shared<const Measurement>(
      Measurement{"cpu", "", {}, {with_decimals(2, field("usage")), field("ratio")}});
  SeriesTable table;
  const SeriesPtr series = table.intern(measurement, {});
  const double third = 100.0 / 3;
  aggregator_.begin(*series, at(seconds(0)), at(seconds(1)), 0);
  for (std::size_t i = 0; i < 2; ++i) {
    aggregator_.value(i, Value::real(third));
    aggregator_.value(i, Value::real(2 * third));
    aggregator_.value(i, Value::real(0.0049));
  }
  Batch batch;
  aggregator_.close(window(0, 30), batch);
  ASSERT_EQ(batch.rows.size(), 1U);
  const auto& usage = batch.cells[0].reals;
  EXPECT_EQ(usage.mean, 33.33) << "of what was read, rounded once";
  EXPECT_EQ(usage.min, 0);
  EXPECT_EQ(usage.max, 66.67);
  EXPECT_EQ(usage.last, 0);
  const auto& ratio = batch.cells[1].reals;
  EXPECT_EQ(ratio.max, 2 * third) << "no decimals: all that a double holds";
  EXPECT_EQ(ratio.last, 0.0049);
}

TEST_F(AggregatorTest, CountersAddUpWithTheLastTotalAndTheHighestRate) {
  aggregator_.begin(*eth0_, at(seconds(0)), at(seconds(1)), 0);
  aggregator_.counter(0, 100, 1100, seconds(1));
  aggregator_.begin(*eth0_, at(seconds(1)), at(milliseconds(1500)), flag::gap);
  aggregator_.counter(0, 80, 1180, milliseconds(500));
  EXPECT_EQ(aggregator_.delta(0), 180);
  EXPECT_EQ(aggregator_.series(), 1);
  Batch batch;
  aggregator_.close(window(0, 30), batch);
  ASSERT_EQ(batch.rows.size(), 1);
  const Row& row = batch.rows[0];
  EXPECT_EQ(row.samples, 2);
  EXPECT_EQ(row.flags, flag::gap);
  EXPECT_EQ(row.series, eth0_);
  const auto cells = batch.cells_of(row);
  ASSERT_TRUE(cells[0].present);
  EXPECT_EQ(cells[0].counter.delta, 180);
  EXPECT_EQ(cells[0].counter.total, 1180);
  EXPECT_EQ(cells[0].counter.peak, 160.0);
  EXPECT_FALSE(cells[1].present) << "no reading: absent";
  EXPECT_EQ(aggregator_.series(), 0);
}

TEST_F(AggregatorTest, IntegerLevelsAreRoundedToTheNearestAndNeverOverflow) {
  const auto mean_of = [this](const std::vector<std::int64_t>& values) {
    Batch batch;
    aggregator_.begin(*eth0_, at(seconds(0)), at(seconds(1)), 0);
    for (const std::int64_t value : values)
      aggregator_.value(3, Value::integer(value));
    aggregator_.close(window(0, 30), batch);
    return batch.cells[3].integers;
  };
  const auto some = mean_of({4, 1, 3});
  EXPECT_EQ(some.mean, 3) << "8/3";
  EXPECT_EQ(some.min, 1);
  EXPECT_EQ(some.max, 4);
  EXPECT_EQ(some.last, 3);
  EXPECT_EQ(mean_of({1, 2}).mean, 2);
  EXPECT_EQ(mean_of({1, 1, 2}).mean, 1);
  EXPECT_EQ(mean_of({-1, -2}).mean, -2);
  EXPECT_EQ(mean_of({-1, -1, -2}).mean, -1);
  EXPECT_EQ(mean_of({largest, largest, largest}).mean, largest);
  EXPECT_EQ(mean_of({smallest, smallest}).mean, smallest);
  EXPECT_EQ(mean_of({largest, smallest}).mean, -1) << "-0.5, away from zero";
}

TEST(AggregatorLevels, RealLevelsAndTheirMeanStayWithinBounds) {
  SeriesTable table;
  const auto temperature = std::make_shared<const Measurement>(
      Measurement{"temp", "Test", {}, {{"value", FieldKind::gauge, FieldType::real, "celsius", "Level"}}});
  const SeriesPtr series = table.intern(temperature, {});
  Aggregator aggregator;
  const auto cell_of = [&](const std::vector<double>& values) {
    Batch batch;
    aggregator.begin(*series, at(seconds(0)), at(seconds(1)), 0);
    for (const double value : values)
      aggregator.value(0, Value::real(value));
    aggregator.close(window(0, 30), batch);
    return batch.cells.at(0).reals;
  };
  EXPECT_EQ(cell_of({0.1, 0.1, 0.1}).mean, 0.1) << "exactly";
  EXPECT_EQ(cell_of({1, 2, 6}).mean, 3);
  EXPECT_EQ(cell_of({1, 6, 2}).max, 6);
  EXPECT_EQ(cell_of({1, 6, 2}).last, 2);
  EXPECT_EQ(cell_of({1e308, 1e308, 1e308}).mean, 1e308);
  EXPECT_EQ(cell_of({7, NAN, INFINITY}).max, 7) << "no level at all";
}

TEST_F(AggregatorTest, LastStateCounts) {
  aggregator_.begin(*eth0_, at(seconds(0)), at(seconds(1)), 0);
  aggregator_.value(4, Value::text("up"));
  aggregator_.value(4, Value::text("down"));
  aggregator_.value(4, Value{});
  Batch batch;
  aggregator_.close(window(0, 30), batch);
  EXPECT_EQ(*batch.cells.at(4).text, "down");
}

TEST_F(AggregatorTest, NoReadingNoRowAndNothingPresentNoRow) {
  reading(eth0_, seconds(0), seconds(1));
  only_row(window(0, 30));
  Batch batch;
  aggregator_.close(window(30, 60), batch);
  EXPECT_TRUE(batch.rows.empty());
  aggregator_.begin(*eth0_, at(seconds(60)), at(seconds(61)), 0);
  aggregator_.close(window(60, 90), batch);
  EXPECT_TRUE(batch.rows.empty());
}

TEST_F(AggregatorTest, WindowsDoNotLeakIntoEachOther) {
  reading(eth0_, seconds(0), seconds(1), flag::reset);
  only_row(window(0, 30));
  reading(eth0_, seconds(30), seconds(31));
  const Row row = only_row(window(30, 60));
  EXPECT_EQ(row.flags, 0);
  EXPECT_EQ(row.samples, 1);
}

TEST_F(AggregatorTest, RowsAreSortedByMeasurementThenTags) {
  SeriesTable table;
  const auto cpu = std::make_shared<const Measurement>(
      Measurement{"cpu", "Test", {}, {{"n", FieldKind::counter, FieldType::integer, "1", "Count"}}});
  for (const SeriesPtr& series : {machine_.series("eth10"), machine_.series("eth1"), eth0_,
                                  machine_.series("wlan0"), table.intern(cpu, {{"core", "1"}})})
    reading(series, seconds(0), seconds(1));
  Batch batch;
  aggregator_.close(window(0, 30), batch);
  std::vector<std::string> order;
  for (const Row& row : batch.rows)
    order.push_back(row.series->text());
  EXPECT_EQ(order, (std::vector<std::string>{"cpu{core=1}", "net{interface=eth0}", "net{interface=eth1}",
                                             "net{interface=eth10}", "net{interface=wlan0}"}));
}

TEST_F(AggregatorTest, RowSpansItsWindow) {
  reading(eth0_, seconds(0), seconds(1));
  expect_span(only_row(window(0, 30)), 0, 30);
  reading(eth0_, milliseconds(30'400), milliseconds(31'400));
  expect_span(only_row(window(30, 60)), 30, 60);
}

TEST_F(AggregatorTest, SlowSamplersRowsTileTheTimeLine) {
  reading(eth0_, seconds(0), milliseconds(10'300));
  expect_span(only_row(window(0, 30)), 0, 30);
  reading(eth0_, milliseconds(10'300), milliseconds(310'300));
  expect_span(only_row(window(300, 330)), 30, 330);
  // A reading that was late for its window's end.
  reading(eth0_, milliseconds(310'300), seconds(634));
  expect_span(only_row(window(600, 630)), 330, 630);
  reading(eth0_, seconds(634), seconds(910));
  expect_span(only_row(window(900, 930)), 630, 930);
}

TEST_F(AggregatorTest, RecoveredRowStartsWhereItsNumbersCountFrom) {
  reading(eth0_, milliseconds(-7'200'600), seconds(1), flag::recovered);
  expect_span(only_row(window(0, 1)), -7201, 1);
}

TEST_F(AggregatorTest, RowNeverStartsAfterItsWindow) {
  reading(eth0_, seconds(20), seconds(21));
  expect_span(only_row(window(0, 30)), 0, 30);
}

TEST_F(AggregatorTest, SeriesThatWasAwayStartsWhereItsNumbersCountFrom) {
  reading(eth0_, seconds(0), seconds(1));
  only_row(window(0, 30));
  reading(eth0_, seconds(599), seconds(601));  // new since 599: not the successor of what was there
  expect_span(only_row(window(600, 630)), 599, 630);
}

TEST_F(AggregatorTest, EarliestReadingOfTheWindowGivesTheStart) {
  reading(eth0_, seconds(29), seconds(31));
  reading(eth0_, seconds(31), seconds(32));
  expect_span(only_row(window(30, 60)), 29, 60);
}

TEST_F(AggregatorTest, AfterAStepEarlierMomentsAreToldByTheNewClock) {
  reading(eth0_, seconds(0), seconds(1));
  only_row(window(0, 30));
  // The clock went forward an hour at 100 s; the next reading counts from before that.
  ClosedWindow stepped = window(3900, 3930);
  stepped.offset += hours(1);
  stepped.last_step = at(seconds(100)).boot;
  stepped.clock_stepped = true;
  stepped.clock_steps = 3;
  reading(eth0_, seconds(1), seconds(301));
  const Row row = only_row(stepped);
  expect_span(row, 3630, 3930);
  EXPECT_EQ(row.flags, flag::clock);
  EXPECT_EQ(row.clock_steps, 3);
}

TEST_F(AggregatorTest, IdleAccumulatorsAreDropped) {
  reading(eth0_, seconds(0), seconds(1));
  only_row(window(0, 30));
  EXPECT_GT(eth0_.use_count(), 2) << "the table, this test and the aggregator";
  Batch batch;
  aggregator_.close(window(7200, 7230), batch);
  EXPECT_EQ(eth0_.use_count(), 2);
}

}  // namespace
}  // namespace collector::test
