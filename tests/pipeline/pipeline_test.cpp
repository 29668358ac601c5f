#include "collector/pipeline/pipeline.h"

#include <gtest/gtest.h>

#include <limits>

#include "collector/pipeline/row_order.h"
#include "tests/pipeline/rig.h"

namespace collector::test {
namespace {

constexpr std::int64_t midnight = 1767225600;
constexpr std::uint64_t top = std::numeric_limits<std::uint64_t>::max();
constexpr std::int64_t largest = std::numeric_limits<std::int64_t>::max();

Interface with(Interface interface, Report report) {
  interface.report = report;
  return interface;
}

TEST(PipelineRows, FirstWindowClosesAfterTheSecondTickWithItsDelta) {
  PipelineRig rig;
  EXPECT_FALSE(rig.tick({{"eth0", 2, {100, 100, 1}}}));
  EXPECT_TRUE(rig.tick_after(seconds(1), {{"eth0", 2, {130, 100, 1}}}));
  const auto rows = rows_of(rig.batch, "net", "eth0");
  ASSERT_EQ(rows.size(), 1);
  EXPECT_EQ(rows[0].row.start, wall(midnight));
  EXPECT_EQ(rows[0].row.end, wall(midnight + 1));
  EXPECT_EQ(rows[0].row.samples, 2);
  EXPECT_EQ(rows[0].cells[0].counter.delta, 30);
  EXPECT_EQ(rows[0].cells[0].counter.total, 30);
  EXPECT_EQ(rows[0].cells[0].counter.peak, 30.0);
}

TEST(PipelineRows, ReadingAtTheEndOfAWindowBelongsToIt) {
  PipelineRig rig;
  std::uint64_t bytes = 0;
  for (int i = 0; i <= 20; ++i, rig.clock.advance(seconds(1)))
    rig.tick({{"eth0", 2, {bytes += 10, 0, 0}}});
  const auto rows = rows_of(rig.batch, "net", "eth0");
  ASSERT_EQ(rows.size(), 3);
  EXPECT_EQ(rows[0].cells[0].counter.delta, 10);
  EXPECT_EQ(rows[1].cells[0].counter.delta, 90);
  EXPECT_EQ(rows[2].cells[0].counter.delta, 100);
  EXPECT_EQ(rows[2].row.start, wall(midnight + 10));
  EXPECT_EQ(rows[2].cells[0].counter.total, 200);
}

TEST(PipelineRows, BatchOfSeveralWindowsIsPutInOrderBySeriesThenStart) {
  PipelineRig rig;
  for (int i = 0; i <= 30; ++i, rig.clock.advance(seconds(1)))
    rig.tick({{"eth1", 3, {9, 9, 9}}, {"eth0", 2, {9, 9, 9}}});
  sort_rows(rig.batch);
  ASSERT_EQ(rig.batch.rows.size(), 8);
  for (std::size_t i = 1; i < rig.batch.rows.size(); ++i) {
    const Row& a = rig.batch.rows[i - 1];
    const Row& b = rig.batch.rows[i];
    EXPECT_TRUE(a.series == b.series ? a.start < b.start : series_less(*a.series, *b.series)) << i;
  }
}

TEST(PipelineRows, SuspendOf8HoursIsOneLongRowWithAGap) {
  PipelineRig rig;
  rig.tick({{"eth0", 2, {0, 0, 0}}});
  rig.tick_after(seconds(1), {{"eth0", 2, {0, 0, 0}}});
  rig.tick_after(seconds(1), {{"eth0", 2, {5, 0, 0}}});
  rig.tick_after(hours(8), {{"eth0", 2, {5'000'000'000, 0, 0}}});
  const auto rows = rows_of(rig.batch, "net", "eth0");
  ASSERT_EQ(rows.size(), 2);
  EXPECT_EQ(rows[1].row.start, wall(midnight + 1));
  EXPECT_EQ(rows[1].row.end, wall(midnight + 8 * 3600));
  EXPECT_EQ(rows[1].row.flags, flag::gap);
  EXPECT_EQ(rows[1].cells[0].counter.delta, 5'000'000'000);
  EXPECT_EQ(rig.pipeline.figures().rates.gaps, 1);
  EXPECT_EQ(rig.pipeline.figures().quarantined, 0);
}

TEST(PipelineRows, ClockSteppedBackIsFlaggedAndCounted) {
  PipelineRig rig;
  rig.tick({{"eth0", 2, {0, 0, 0}}});
  rig.tick_after(seconds(1), {{"eth0", 2, {0, 0, 0}}});
  rig.clock.step_wall(hours(-1));
  for (int i = 0; i < 9; ++i)
    rig.tick_after(seconds(1), {{"eth0", 2, {7, 0, 0}}});
  sort_rows(rig.batch);
  const auto rows = rows_of(rig.batch, "net", "eth0");
  ASSERT_EQ(rows.size(), 2);
  EXPECT_EQ(rows[0].row.start, wall(midnight + 1 - 3600)) << "sorted by start";
  EXPECT_EQ(rows[0].row.end, wall(midnight + 10 - 3600));
  EXPECT_EQ(rows[0].row.flags, flag::clock);
  EXPECT_EQ(rows[0].row.clock_steps, 1);
  EXPECT_EQ(rows[0].cells[0].counter.delta, 7);
  EXPECT_EQ(rig.pipeline.changed_baselines().clock_steps, 1);
}

TEST(PipelineReport, ExcludedInterfaceIsBaselinedSoThatIncludingItInventsNothing) {
  PipelineRig rig;
  rig.tick({with({"docker0", 5, {1'000'000, 0, 0}}, Report::never)});
  rig.tick_after(seconds(1), {with({"docker0", 5, {2'000'000, 0, 0}}, Report::never)});
  EXPECT_TRUE(rig.batch.rows.empty());
  rig.tick_after(seconds(1), {{"docker0", 5, {2'000'040, 0, 0}}});
  rig.finish();
  const auto rows = rows_of(rig.batch, "net", "docker0");
  ASSERT_EQ(rows.size(), 1);
  EXPECT_EQ(rows[0].cells[0].counter.delta, 40);
  EXPECT_EQ(rows[0].cells[0].counter.total, 40);
}

TEST(PipelineReport, InterfaceThatIsDownIsShownOnlyWhenItMoves) {
  PipelineRig rig;
  rig.tick({with({"eth1", 3, {50, 0, 0}}, Report::when_moving)});
  rig.tick_after(seconds(1), {with({"eth1", 3, {50, 0, 0}}, Report::when_moving)});
  EXPECT_TRUE(rig.batch.rows.empty());
  rig.tick_after(seconds(1), {with({"eth1", 3, {51, 0, 0}}, Report::when_moving)});
  rig.finish();
  const auto rows = rows_of(rig.batch, "net", "eth1");
  ASSERT_EQ(rows.size(), 1);
  EXPECT_EQ(rows[0].cells[0].counter.delta, 1);
  EXPECT_EQ(rows[0].row.samples, 1);
}

TEST(PipelineReport, HiddenCountersAreStoredButNotShown) {
  PipelineRig rig;
  const SeriesPtr eth0 = rig.series("eth0");
  for (int i = 0; i < 3; ++i, rig.clock.advance(seconds(1))) {
    Sample sample;
    sample.taken = rig.clock.now();
    const auto values = sample.add({.series = eth0.get(), .object = 2, .space = 1});
    values[3] = Value::integer(1000);
    values[5] = Value::counter(100U + static_cast<unsigned>(i));
    rig.pipeline.take(sample, seconds(1));
    rig.pipeline.close(rig.clock.now(), true, rig.batch);
  }
  EXPECT_FALSE(rows_of(rig.batch, "net", "eth0").at(0).cells[5].present);
  EXPECT_EQ(rig.pipeline.changed_baselines().series.at(0).objects.at(0).raw.at(5), 102);
}

TEST(PipelineQuarantine, SpikeIsSetAsideAndTheBaselineMovesOn) {
  PipelineRig rig;
  rig.tick({{"eth0", 2, {100, 100, 1}}});
  rig.tick_after(seconds(1), {{"eth0", 2, {110, 105, 1}}});
  rig.batch = {};
  rig.tick_after(seconds(1), {{"eth0", 2, {40'000'000'110, 107, 1}}});
  rig.tick_after(seconds(1), {{"eth0", 2, {40'000'000'113, 107, 1}}});
  rig.finish();
  const auto rows = rows_of(rig.batch, "net", "eth0");
  ASSERT_EQ(rows.size(), 1);
  EXPECT_EQ(rows[0].row.flags, flag::implausible);
  EXPECT_EQ(rows[0].cells[0].counter.delta, 3);
  EXPECT_EQ(rows[0].cells[0].counter.total, 13);
  EXPECT_EQ(rows[0].cells[1].counter.delta, 2) << "each direction by itself";
  const auto aside = rows_of(rig.batch, "quarantine", "eth0");
  ASSERT_EQ(aside.size(), 1);
  EXPECT_EQ(aside[0].row.series->tag("field"), "bytes_recv");
  EXPECT_EQ(aside[0].row.flags, flag::implausible);
  EXPECT_EQ(aside[0].cells[quarantine_field::delta].counter.delta, 40'000'000'000);
  EXPECT_EQ(aside[0].cells[quarantine_field::overflow].counter.delta, 0);
  EXPECT_EQ(aside[0].cells[quarantine_field::elapsed].reals.last, 1.0);
  EXPECT_EQ(aside[0].cells[quarantine_field::limit].reals.last, max_rate);
  EXPECT_EQ(rig.pipeline.figures().quarantined, 1);
}

TEST(PipelineQuarantine, TenGigabitForOneSecondIsNoSpike) {
  PipelineRig rig;
  Interface interface{"eth0", 2, {100, 100, 1}};
  interface.byte_limit = 1.25e9 * 1.05;
  rig.tick({interface});
  interface.counters[0] += 1'250'000'000;
  rig.tick_after(seconds(1), {interface});
  EXPECT_EQ(rows_of(rig.batch, "net", "eth0").at(0).cells[0].counter.delta, 1'250'000'000);
  EXPECT_TRUE(rows_of(rig.batch, "quarantine", "eth0").empty());
}

// The kernel's counter behind a percentage: in no row, but what is impossible of it is said.
TEST(PipelineQuarantine, ALeapOfAHiddenCounterIsSetAsideToo) {
  auto described = *net_measurement();
  described.fields[5].bound = {.per_second = 100, .per_processor = true};
  PipelineRig rig(seconds(10), std::make_shared<const Measurement>(described));
  const SeriesPtr eth0 = rig.series("eth0");
  for (const std::uint64_t raw : {0, 100, 1'000'000, 1'000'100}) {
    Sample sample;
    sample.taken = rig.clock.now();
    const auto values = sample.add({.series = eth0.get(), .processors = 1});
    values[3] = Value::integer(7);
    values[5] = Value::counter(raw);
    rig.pipeline.take(sample, seconds(1));
    rig.pipeline.close(rig.clock.now(), false, rig.batch);
    rig.clock.advance(seconds(1));
  }
  rig.finish();
  const auto rows = rows_of(rig.batch, "net", "eth0");
  ASSERT_EQ(rows.size(), 1);
  EXPECT_EQ(rows[0].row.flags, flag::implausible);
  EXPECT_FALSE(rows[0].cells[5].present);
  const auto aside = rows_of(rig.batch, "quarantine", "eth0");
  ASSERT_EQ(aside.size(), 1);
  EXPECT_EQ(aside[0].row.series->tag("field"), "raw_ticks");
  EXPECT_EQ(aside[0].cells[quarantine_field::delta].counter.delta, 999'900);
}

// A second with this level of field 3.
void take_level(PipelineRig& rig, const Series& series, Value level) {
  Sample sample;
  sample.taken = rig.clock.now();
  sample.add({.series = &series})[3] = level;
  rig.pipeline.take(sample, seconds(1));
  rig.pipeline.close(rig.clock.now(), false, rig.batch);
  rig.clock.advance(seconds(1));
}

TEST(PipelineQuarantine, ALevelThatCanNotBeIsNotPartOfItsMean) {
  auto described = *net_measurement();
  described.fields[3].bound.most = 100;
  PipelineRig rig(seconds(10), std::make_shared<const Measurement>(described));
  const SeriesPtr eth0 = rig.series("eth0");
  for (const std::int64_t level : {10, 4000, 30})
    take_level(rig, *eth0, Value::integer(level));
  rig.finish();
  const auto rows = rows_of(rig.batch, "net", "eth0");
  ASSERT_EQ(rows.size(), 1);
  EXPECT_EQ(rows[0].row.flags, flag::implausible);
  EXPECT_EQ(rows[0].cells[3].integers.mean, 20);
  EXPECT_EQ(rows[0].cells[3].integers.max, 30);
  const auto aside = rows_of(rig.batch, "quarantine", "eth0");
  ASSERT_EQ(aside.size(), 1);
  EXPECT_EQ(aside[0].cells[quarantine_field::level].reals.last, 4000);
  EXPECT_EQ(aside[0].cells[quarantine_field::limit].reals.last, 100);
  EXPECT_FALSE(aside[0].cells[quarantine_field::delta].present);
}

// Nothing that was read goes unseen, also where it is no number.
TEST(PipelineQuarantine, ALevelThatIsNoNumberHasARowOfItsOwn) {
  auto described = *net_measurement();
  described.fields[3].type = FieldType::real;
  PipelineRig rig(seconds(10), std::make_shared<const Measurement>(described));
  const SeriesPtr eth0 = rig.series("eth0");
  for (const double level : {10.0, std::numeric_limits<double>::quiet_NaN(), 30.0})
    take_level(rig, *eth0, Value::real(level));
  rig.finish();
  const auto rows = rows_of(rig.batch, "net", "eth0");
  ASSERT_EQ(rows.size(), 1);
  EXPECT_EQ(rows[0].row.flags, flag::implausible);
  EXPECT_EQ(rows[0].cells[3].reals.mean, 20);
  const auto aside = rows_of(rig.batch, "quarantine", "eth0");
  ASSERT_EQ(aside.size(), 1);
  EXPECT_EQ(aside[0].row.series->tag("field"), "speed");
  EXPECT_EQ(aside[0].cells[quarantine_field::limit].reals.last, 0);
  EXPECT_FALSE(aside[0].cells[quarantine_field::level].present);
  EXPECT_EQ(rig.pipeline.figures().quarantined, 1U);
}

// A reading that came late because the kernel's lock was held, at a constant rate: stamped when it was read,
// it is no spike and makes no peak.
TEST(PipelineQuarantine, ALateAnswerIsNeitherSpikeNorPeak) {
  PipelineRig rig(seconds(30));
  const SeriesPtr eth0 = rig.series("eth0");
  constexpr double rate = 20e6;
  const Instant begin = rig.clock.now();
  for (const int second : {0, 1, 2, 3, 4, 7, 8, 9}) {
    const int late = second == 4 ? 2500 : 0;  // asked at 4 s, read and answered at 6.5 s
    rig.clock.advance(begin.boot + seconds(second) - rig.clock.now().boot);
    Sample sample;
    const Instant asked = rig.clock.now();
    rig.clock.advance(milliseconds(late));
    sample.read_between(asked, rig.clock.now());
    const auto values = sample.add({.series = eth0.get(), .object = 2, .byte_limit = 25e6});
    values[0] = Value::counter(static_cast<std::uint64_t>(rate * (second + late / 1000.0)));
    rig.pipeline.take(sample, seconds(1));
    rig.pipeline.close(rig.clock.now(), false, rig.batch);
  }
  rig.finish();
  EXPECT_TRUE(rows_of(rig.batch, "quarantine", "eth0").empty());
  const auto rows = rows_of(rig.batch, "net", "eth0");
  ASSERT_EQ(rows.size(), 1);
  EXPECT_EQ(rows[0].cells[0].counter.delta, 180'000'000);
  EXPECT_LE(rows[0].cells[0].counter.peak, rate * 1.001);
}

TEST(PipelineQuarantine, AdvanceOf2To64Minus1IsExact) {
  PipelineRig rig;
  rig.tick({{"eth0", 2, {0, 0, 1}}});
  rig.tick_after(seconds(1), {{"eth0", 2, {top, 0, 1}}});
  const auto aside = rows_of(rig.batch, "quarantine", "eth0");
  ASSERT_EQ(aside.size(), 1);
  EXPECT_EQ(aside[0].cells[quarantine_field::delta].counter.delta, largest);
  EXPECT_EQ(aside[0].cells[quarantine_field::overflow].counter.delta, 1);
}

TEST(PipelineQuarantine, SumsBeyond2To63CarryIntoOverflow) {
  PipelineRig rig(hours(1));
  rig.tick({{"eth0", 2, {0, 0, 1}}});
  rig.tick_after(seconds(1), {{"eth0", 2, {1, 0, 1}}});
  rig.batch = {};
  rig.tick_after(seconds(1), {{"eth0", 2, {top, 0, 1}}});  // 2^64-2
  rig.tick_after(seconds(1), {{"eth0", 2, {0, 0, 1}}});
  rig.tick_after(seconds(1), {{"eth0", 2, {top, 0, 1}}});  // 2^64-1
  rig.finish();
  const auto aside = rows_of(rig.batch, "quarantine", "eth0");
  ASSERT_EQ(aside.size(), 1);
  // 2^65-3 = 3 · 2^63 + 2^63-3
  EXPECT_EQ(aside[0].cells[quarantine_field::delta].counter.delta, largest - 2);
  EXPECT_EQ(aside[0].cells[quarantine_field::overflow].counter.delta, 3);
  EXPECT_EQ(aside[0].cells[quarantine_field::delta].counter.total, largest - 2);
  EXPECT_EQ(aside[0].cells[quarantine_field::overflow].counter.total, 3);
}

TEST(PipelineQuarantine, CounterThatWouldOverflowItsTotalIsSetAside) {
  SeriesTable table;
  const auto ticks = std::make_shared<const Measurement>(
      Measurement{"ticks", "Test", {}, {{"n", FieldKind::counter, FieldType::integer, "1", "Count"}}});
  Machine machine(ticks);
  Pipeline pipeline("boot-1", {}, max_rate, seconds(10), machine.table);
  Batch batch;
  const std::uint64_t half = std::uint64_t{1} << 62;
  for (const std::uint64_t raw : {std::uint64_t{0}, half, 2 * half, 2 * half + 5}) {
    pipeline.take(machine.sample({{"x", 0, {raw}, 0}}), seconds(1));
    pipeline.close(machine.clock.now(), false, batch);
    machine.clock.advance(seconds(1));
  }
  pipeline.finish(machine.clock.now(), batch);
  const auto rows = rows_of(batch, "ticks", "x");
  ASSERT_EQ(rows.size(), 1);
  EXPECT_EQ(rows[0].cells[0].counter.delta, static_cast<std::int64_t>(half + 5));
  EXPECT_EQ(rows_of(batch, "quarantine", "x").at(0).cells[0].counter.delta, static_cast<std::int64_t>(half));
}

TEST(PipelineQuarantine, TotalsGoOnAcrossARestart) {
  PipelineRig rig;
  rig.tick({{"eth0", 2, {0, 0, 1}}});
  rig.tick_after(seconds(1), {{"eth0", 2, {40'000'000'000, 0, 1}}});
  const Baselines stored = rig.pipeline.changed_baselines();
  Pipeline next("boot-1", stored, max_rate, seconds(10), rig.table);
  rig.clock.advance(seconds(1));
  Batch batch;
  next.take(rig.sample({{"eth0", 2, {90'000'000'000, 0, 1}}}), seconds(1));
  next.close(rig.clock.now(), true, batch);
  next.finish(rig.clock.now(), batch);
  const auto aside = rows_of(batch, "quarantine", "eth0");
  ASSERT_EQ(aside.size(), 1);
  EXPECT_EQ(aside[0].cells[0].counter.delta, 50'000'000'000);
  EXPECT_EQ(aside[0].cells[0].counter.total, 90'000'000'000);
  EXPECT_EQ(aside[0].row.flags, flag::implausible | flag::recovered);
}

TEST(PipelineRestart, RecoveredRowSpansTheWholeGap) {
  PipelineRig rig;
  rig.tick({{"eth0", 2, {100, 0, 1}}});
  rig.tick_after(seconds(1), {{"eth0", 2, {150, 0, 1}}});
  const Baselines stored = rig.pipeline.changed_baselines();
  Pipeline next("boot-1", stored, max_rate, seconds(10), rig.table);
  Batch batch;
  rig.clock.advance(hours(2));
  next.take(rig.sample({{"eth0", 2, {950, 0, 1}}}), seconds(1));
  EXPECT_TRUE(next.new_baselines().series.empty()) << "its row is not stored yet";
  next.close(rig.clock.now(), true, batch);
  next.finish(rig.clock.now(), batch);
  const auto rows = rows_of(batch, "net", "eth0");
  ASSERT_EQ(rows.size(), 1);
  EXPECT_EQ(rows[0].row.flags, flag::recovered);
  EXPECT_EQ(rows[0].row.start, wall(midnight + 1));
  EXPECT_EQ(rows[0].row.end, wall(midnight + 7202));
  EXPECT_EQ(rows[0].cells[0].counter.delta, 800);
  EXPECT_EQ(rows[0].cells[0].counter.total, 850);
}

}  // namespace
}  // namespace collector::test
