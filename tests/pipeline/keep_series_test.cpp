// The series that are kept in each window and the one that stands for the rest; and measurements whose
// sampler counts by itself.
#include <gtest/gtest.h>

#include <map>
#include <random>

#include "tests/pipeline/rig.h"

namespace collector::test {
namespace {

MeasurementPtr application_measurement() {
  static const auto measurement = std::make_shared<const Measurement>(
      Measurement{"application",
                  "Test applications",
                  {{"process", "Name"}},
                  {{"bytes", FieldKind::increment, FieldType::integer, "bytes", "Bytes"},
                   {"memory", FieldKind::gauge, FieldType::integer, "bytes", "Memory"}},
                  true});
  return measurement;
}

struct Delivered {
  std::map<std::string, std::int64_t> sums;    // of field 0, by the first tag's value; "true": the rest
  std::map<std::string, std::int64_t> totals;  // the latest
  std::map<WallTime, int> rows;                // of a window, by its end

  std::int64_t all() const {
    std::int64_t sum = 0;
    for (const auto& [name, one] : sums)
      sum += one;
    return sum;
  }
};

void add(const Batch& batch, Delivered& to) {
  for (const Row& row : batch.rows) {
    const Cell& cell = batch.cells_of(row)[0];
    ++to.rows[row.end];
    if (!cell.present) continue;
    const std::string& name = row.series->tags()[0].value;
    to.sums[name] += cell.counter.delta;
    to.totals[name] = cell.counter.total;
  }
}

TEST(KeepSeries, WhatIsKeptAndTheRestAddUpToAllAlsoOverARestart) {
  PipelineRig rig(seconds(2));
  rig.pipeline.keep_series({{"net", 3, "bytes_recv"}});
  std::mt19937 random(1);
  std::vector<Interface> interfaces;
  for (std::uint64_t i = 0; i < 12; ++i)
    interfaces.push_back({"eth" + std::to_string(i), i + 1, {1'000'000, 5, 5}});
  std::int64_t counted = 0;
  const auto run = [&](Pipeline& pipeline, Batch& batch) {
    for (int tick = 0; tick < 40; ++tick) {
      pipeline.take(rig.sample(interfaces), seconds(1));
      pipeline.close(rig.clock.now(), true, batch);
      rig.clock.advance(seconds(1));
      for (Interface& interface : interfaces) {
        const std::uint64_t more = random() % 1000;
        interface.counters[0] += more;
        counted += static_cast<std::int64_t>(more);
      }
    }
    pipeline.take(rig.sample(interfaces), seconds(1));
    pipeline.finish(rig.clock.now(), batch);
  };
  run(rig.pipeline, rig.batch);
  Pipeline next("boot-1", rig.pipeline.changed_baselines(), max_rate, seconds(2), rig.table);
  next.keep_series({{"net", 3, "bytes_recv"}});
  Batch later;
  run(next, later);

  Delivered delivered;
  add(rig.batch, delivered);
  add(later, delivered);
  EXPECT_EQ(delivered.all(), counted);
  EXPECT_EQ(delivered.totals, delivered.sums) << "every running total is the sum of its rows";
  ASSERT_TRUE(delivered.sums.contains("true"));
  EXPECT_GT(delivered.sums.at("true"), counted / 4);
  for (const auto& [end, rows] : delivered.rows)
    EXPECT_EQ(rows, 4) << "three and the rest";
}

TEST(KeepSeries, TheLargestAreKept) {
  PipelineRig rig;
  rig.pipeline.keep_series({{"net", 2, "bytes_sent"}});
  rig.tick({{"a", 1, {0, 0, 0}}, {"b", 2, {0, 0, 0}}, {"c", 3, {0, 0, 0}}, {"d", 4, {0, 0, 0}}});
  rig.tick_after(seconds(1),
                 {{"a", 1, {90, 5, 0}}, {"b", 2, {1, 40, 2}}, {"c", 3, {2, 6, 3}}, {"d", 4, {3, 6, 4}}});
  ASSERT_EQ(rig.batch.rows.size(), 3U);
  EXPECT_EQ(rig.batch.rows[0].series->tag("interface"), "b");
  EXPECT_EQ(rig.batch.rows[1].series->tag("interface"), "c") << "of d, as large, the name comes later";
  const Row& rest = rig.batch.rows[2];
  EXPECT_EQ(rest.series->tag("other"), "true");
  const auto cells = rig.batch.cells_of(rest);
  EXPECT_EQ(cells[0].counter.delta, 93);
  EXPECT_EQ(cells[1].counter.delta, 11);
  EXPECT_EQ(cells[2].counter.delta, 4);
  EXPECT_DOUBLE_EQ(cells[0].counter.peak, 90) << "at least: a's";
  EXPECT_EQ(rest.samples, 2U);
}

TEST(KeepSeries, AsManyAsAreKeptNeedNoRest) {
  PipelineRig rig;
  rig.pipeline.keep_series({{"net", 2, "bytes_sent"}, {"elsewhere", 1, "x"}});
  rig.tick({{"a", 1, {0, 0, 0}}, {"b", 2, {0, 0, 0}}});
  rig.tick_after(seconds(1), {{"a", 1, {90, 5, 0}}, {"b", 2, {1, 40, 2}}});
  EXPECT_EQ(rig.batch.rows.size(), 2U);
}

TEST(KeepSeries, LevelsOfTheRestAreLeftOut) {
  Machine machine(application_measurement());
  Pipeline pipeline("boot-1", {}, max_rate, seconds(10), machine.table);
  pipeline.keep_series({{"application", 1, "memory"}});
  Sample sample;
  sample.taken = machine.clock.now();
  std::vector<SeriesPtr> kept;
  for (int i = 1; i <= 3; ++i) {
    kept.push_back(machine.table.intern(application_measurement(), {{"process", std::to_string(i)}}));
    const auto values = sample.add({.series = kept.back().get()});
    values[0] = Value::counter(static_cast<std::uint64_t>(i));
    values[1] = Value::integer(100 * i);
  }
  pipeline.take(sample, seconds(1));
  Batch batch;
  pipeline.close(machine.clock.now(), true, batch);
  pipeline.finish(machine.clock.now(), batch);
  ASSERT_EQ(batch.rows.size(), 2U);
  const auto rest = batch.cells_of(batch.rows[0]);
  EXPECT_EQ(batch.rows[0].series->tag("other"), "true");
  EXPECT_EQ(rest[0].counter.delta, 3);
  EXPECT_FALSE(rest[1].present);
  EXPECT_EQ(batch.cells_of(batch.rows[1])[1].integers.mean, 300);
}

// One process after the other, a hundred a second: exact, and nothing is left of those that are no more.
TEST(Increments, OfShortLivedSeriesAreExactAndLeaveNothingBehind) {
  Machine machine(application_measurement());
  Pipeline pipeline("boot-1", {}, max_rate, seconds(5), machine.table);
  Sample sample;
  Delivered delivered;
  std::int64_t counted = 0;
  int born = 0;
  for (int tick = 0; tick < 60; ++tick) {
    std::vector<SeriesPtr> kept;
    sample.clear();
    sample.taken = machine.clock.now();
    for (int i = 0; i < 100; ++i) {
      kept.push_back(machine.table.intern(application_measurement(), {{"process", std::to_string(++born)}}));
      sample.add({.series = kept.back().get()})[0] = Value::counter(static_cast<std::uint64_t>(born));
      counted += born;
    }
    pipeline.take(sample, seconds(1));
    sample.clear();
    kept.clear();
    Batch batch;
    if (pipeline.close(machine.clock.now(), true, batch)) {
      add(batch, delivered);
      EXPECT_TRUE(pipeline.changed_baselines().series.empty()) << "nothing is stored";
    }
    batch = {};
    machine.table.sweep();
    EXPECT_LE(machine.table.size(), 1000U) << "those of this window and the one before";
    machine.clock.advance(seconds(1));
  }
  Batch last;
  pipeline.finish(machine.clock.now(), last);
  add(last, delivered);
  EXPECT_EQ(delivered.all(), counted);
  EXPECT_EQ(delivered.totals, delivered.sums);
}

TEST(Increments, TakeTheTimeSinceTheSampleBefore) {
  Machine machine(application_measurement());
  Pipeline pipeline("boot-1", {}, max_rate, seconds(10), machine.table);
  const SeriesPtr one = machine.table.intern(application_measurement(), {{"process", "one"}});
  const SeriesPtr two = machine.table.intern(application_measurement(), {{"process", "two"}});
  Sample sample;
  const auto take = [&](const std::vector<std::pair<SeriesPtr, std::uint64_t>>& bytes) {
    sample.clear();
    sample.taken = machine.clock.now();
    for (const auto& [series, value] : bytes)
      sample.add({.series = series.get()})[0] = Value::counter(value);
    pipeline.take(sample, seconds(1));
  };
  Batch batch;
  take({{one, 10}});
  pipeline.close(machine.clock.now(), true, batch);
  machine.clock.advance(seconds(2));
  take({{one, 40}, {two, 6}});
  pipeline.finish(machine.clock.now(), batch);
  ASSERT_EQ(batch.rows.size(), 2U);
  EXPECT_EQ(batch.cells_of(batch.rows[0])[0].counter.delta, 50);
  EXPECT_DOUBLE_EQ(batch.cells_of(batch.rows[0])[0].counter.peak, 20);
  EXPECT_DOUBLE_EQ(batch.cells_of(batch.rows[1])[0].counter.peak, 3) << "it came after the sample before";
}

}  // namespace
}  // namespace collector::test
