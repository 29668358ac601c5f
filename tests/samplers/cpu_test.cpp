#include <gtest/gtest.h>

#include "collector/core/baseline.h"
#include "collector/samplers/cpu/usage.h"
#include "tests/samplers/sampler_run.h"
#include "tests/support/files.h"
#include "tests/support/temporary_directory.h"

namespace collector::test {
namespace {

CpuTimes times(std::initializer_list<std::uint64_t> jiffies) {
  CpuTimes out;
  for (const std::uint64_t value : jiffies)
    out.jiffies[out.columns++] = value;
  return out;
}

// Of readings that nothing is impossible in.
std::optional<CpuUsage> usage_since(CpuTimes& last, const CpuTimes& now) {
  JiffiesAhead ahead{};
  return collector::usage_since(last, now, ahead, {.seconds = 1e6, .per_second = 100, .lag_s = 30});
}

TEST(CpuUsage, AddsUpToOneHundredWithGuestsTakenOutOfUserAndNice) {
  CpuTimes last = times({0, 0, 0, 0, 0, 0, 0, 0, 0, 0});
  const auto usage = usage_since(last, times({60, 10, 10, 20, 0, 0, 0, 0, 40, 5}));
  ASSERT_TRUE(usage);
  EXPECT_DOUBLE_EQ(usage->percent[0].value(), 20);  // 60 - 40
  EXPECT_DOUBLE_EQ(usage->percent[1].value(), 5);   // 10 - 5
  EXPECT_DOUBLE_EQ(usage->percent[8].value(), 40);
  EXPECT_DOUBLE_EQ(usage->percent[9].value(), 5);
  EXPECT_DOUBLE_EQ(usage->active.value(), 80);
  double sum = 0;
  for (const auto& percent : usage->percent)
    sum += percent.value();
  EXPECT_DOUBLE_EQ(sum, 100);
}

TEST(CpuUsage, AStepBackCountsNothingAndNothingTwice) {
  CpuTimes last = times({100, 0, 0, 10'000});
  ASSERT_TRUE(usage_since(last, times({110, 0, 0, 9'990})));
  // Idle is back where it was and 20 further: only those 20 are new.
  const auto usage = usage_since(last, times({130, 0, 0, 10'020}));
  ASSERT_TRUE(usage);
  EXPECT_DOUBLE_EQ(usage->percent[0].value(), 50);
  EXPECT_DOUBLE_EQ(usage->percent[3].value(), 50);
}

TEST(CpuUsage, ACounterThatBeganAnewIsFollowed) {
  CpuTimes last = times({100, 0, 0, 10'000});
  JiffiesAhead ahead{};
  const UsageBound bound{.seconds = 1, .per_second = 100, .lag_s = 30};
  const auto first = collector::usage_since(last, times({110, 0, 0, 5}), ahead, bound);
  ASSERT_TRUE(first);
  EXPECT_DOUBLE_EQ(first->percent[0].value(), 10) << "of the time that has passed";
  EXPECT_FALSE(first->percent[3]);
  EXPECT_DOUBLE_EQ(first->active.value(), 10);
  const auto second = collector::usage_since(last, times({120, 0, 0, 35}), ahead, bound);
  ASSERT_TRUE(second);
  EXPECT_DOUBLE_EQ(second->percent[3].value(), 75);
}

// Four processors after a suspend: idle and iowait are less than before, by some percent.
TEST(CpuUsage, IdleTimeThatIsTakenBackMakesNobodyBusy) {
  CpuTimes last = times({1'466'797, 6445, 708'626, 6'221'847, 7998, 0, 8095, 0, 0, 0});
  JiffiesAhead ahead{};
  const UsageBound bound{.seconds = 1, .per_second = 400, .lag_s = 30};
  const auto usage = collector::usage_since(
      last, times({1'466'867, 6445, 708'691, 5'873'386, 7624, 0, 8095, 0, 0, 0}), ahead, bound);
  ASSERT_TRUE(usage);
  EXPECT_DOUBLE_EQ(usage->percent[0].value(), 17.5);
  EXPECT_DOUBLE_EQ(usage->percent[2].value(), 16.25);
  EXPECT_FALSE(usage->percent[3]);
  EXPECT_FALSE(usage->percent[4]);
  EXPECT_DOUBLE_EQ(usage->active.value(), 33.75);
  const auto after = collector::usage_since(
      last, times({1'466'907, 6445, 708'701, 5'873'726, 7634, 0, 8095, 0, 0, 0}), ahead, bound);
  ASSERT_TRUE(after);
  EXPECT_DOUBLE_EQ(after->percent[3].value(), 85);
  EXPECT_DOUBLE_EQ(after->active.value(), 15);
}

TEST(CpuUsage, WhatIsNotIdleIsActiveWhereABusyColumnBeganAnew) {
  CpuTimes last = times({10'000, 0, 10'000, 10'000});
  JiffiesAhead ahead{};
  const UsageBound bound{.seconds = 1, .per_second = 100, .lag_s = 30};
  const auto usage = collector::usage_since(last, times({70, 0, 10'005, 10'025}), ahead, bound);
  ASSERT_TRUE(usage);
  EXPECT_FALSE(usage->percent[0]);
  EXPECT_DOUBLE_EQ(usage->active.value(), 75);
  // Of neither anything can be told.
  last = times({10'000, 0, 10'000, 10'000});
  const auto neither = collector::usage_since(last, times({70, 0, 10'005, 25}), ahead, bound);
  ASSERT_TRUE(neither);
  EXPECT_DOUBLE_EQ(neither->percent[2].value(), 5);
  EXPECT_FALSE(neither->active);
}

// One jiffy is more than a hundredth of what a core that hardly ever waits for a disk has.
TEST(CpuUsage, AJiffyThatAYoungCounterTakesBackIsASmallStep) {
  CpuTimes last = times({100, 0, 0, 10'000, 45});
  JiffiesAhead ahead{};
  const UsageBound bound{.seconds = 1, .per_second = 100, .lag_s = 30};
  const auto usage = collector::usage_since(last, times({110, 0, 0, 10'090, 44}), ahead, bound);
  ASSERT_TRUE(usage);
  EXPECT_DOUBLE_EQ(usage->percent[4].value(), 0);
  EXPECT_DOUBLE_EQ(usage->active.value(), 10);
}

TEST(CpuUsage, IsAbsentWhenNoTimePassedOrTheColumnsChanged) {
  CpuTimes last = times({1, 2, 3, 4});
  EXPECT_FALSE(usage_since(last, times({1, 2, 3, 4})));
  EXPECT_FALSE(usage_since(last, times({2, 3, 4, 5, 6})));
  EXPECT_TRUE(usage_since(last, times({3, 3, 4, 5, 6})));
}

class CpuSamplerTest : public testing::Test {
 protected:
  CpuSamplerTest() { write("cpu  100 0 100 800 0 0 0 0 0 0\ncpu0 50 0 50 400 0 0 0 0 0 0\n"); }
  void write(std::string_view stat) { write_file(directory_ / "proc/stat", stat); }

  // A baseline as an earlier process left it, with a measurement read back from storage: another object.
  Baseline baseline(SamplerRun& run, const std::string& cpu, std::initializer_list<std::uint64_t> jiffies) {
    const auto measurement = std::make_shared<const Measurement>(*sampler_type("cpu").measurements().front());
    Baseline out;
    out.series = run.series.intern(measurement, {{"cpu", cpu}});
    auto& raw = out.objects.emplace_back().raw;
    raw.resize(measurement->fields.size());
    std::size_t field = *measurement->field("time_user");
    for (const std::uint64_t value : jiffies)
      raw[field++] = value;
    return out;
  }

  TemporaryDirectory directory_;
};

TEST_F(CpuSamplerTest, NeedsASecondReadingUntilThereIsAPreviousOne) {
  SamplerRun run(sampler_type("cpu"), directory_.path());
  EXPECT_TRUE(run.sampler().needs_second_reading());
  EXPECT_EQ(run.reading().find("usage_"), std::string::npos);
  EXPECT_FALSE(run.sampler().needs_second_reading());
}

TEST_F(CpuSamplerTest, StoredCountersGiveTheFirstReadingItsGauges) {
  SamplerRun run(sampler_type("cpu"), directory_.path(), {{"per_core", "true"}});
  const std::vector<Baseline> stored{baseline(run, "cpu-total", {50, 0, 50, 700, 0, 0, 0, 0, 0, 0}),
                                     baseline(run, "cpu0", {0, 0, 50, 350, 0, 0, 0, 0, 0, 0}),
                                     baseline(run, "cpu-elsewhere", {1, 1, 1, 1})};
  run.sampler().restore(stored);
  EXPECT_FALSE(run.sampler().needs_second_reading());
  const std::string reading = run.reading();
  EXPECT_NE(reading.find("cpu{cpu=cpu-total} usage_user=25 usage_nice=0 usage_system=25 usage_idle=50 "),
            std::string::npos)
      << reading;
  EXPECT_NE(reading.find("cpu{cpu=cpu0} usage_user=50 usage_nice=0 usage_system=0 usage_idle=50 "),
            std::string::npos)
      << reading;
}

TEST_F(CpuSamplerTest, StoredCountersOfFewerColumnsAreNotUsed) {
  SamplerRun run(sampler_type("cpu"), directory_.path());
  const std::vector<Baseline> stored{baseline(run, "cpu-total", {50, 0, 50, 700})};
  run.sampler().restore(stored);
  EXPECT_EQ(run.reading().find("usage_"), std::string::npos);
}

TEST_F(CpuSamplerTest, ACoreThatWasOfflineStartsWithoutAPreviousReading) {
  SamplerRun run(sampler_type("cpu"), directory_.path(), {{"per_core", "true"}});
  ASSERT_TRUE(run.sample());
  write("cpu  200 0 200 900 0 0 0 0 0 0\n");
  ASSERT_TRUE(run.sample());
  write("cpu  300 0 300 1000 0 0 0 0 0 0\ncpu0 90 0 50 400 0 0 0 0 0 0\n");
  const std::string reading = run.reading();
  EXPECT_NE(reading.find("cpu{cpu=cpu0} time_user=90"), std::string::npos) << reading;
  write("cpu  400 0 400 1100 0 0 0 0 0 0\ncpu0 100 0 50 410 0 0 0 0 0 0\n");
  EXPECT_NE(run.reading().find("cpu{cpu=cpu0} usage_user=50"), std::string::npos);
}

// As after a migration: the hypervisor's number leaps, wanders, and comes back.
TEST_F(CpuSamplerTest, StolenTimeThatNeverPassedIsLeftOutAndTheOthersStay) {
  SamplerRun run(sampler_type("cpu"), directory_.path());
  const auto reading = [&](int second, const std::string& steal) {
    const std::string line = std::to_string(100'000 + 10 * second) + " 0 " +
                             std::to_string(50'000 + 5 * second) + " " +
                             std::to_string(900'000 + 85 * second) + " 0 0 0 " + steal + " 0 0\n";
    write("cpu  " + line + "cpu0 " + line);
    run.clock.advance(std::chrono::seconds(1));
    return run.reading();
  };
  const auto shows = [](const std::string& text, std::string_view part) {
    return text.find(part) != std::string::npos;
  };
  reading(0, "194028");
  EXPECT_TRUE(shows(reading(1, "194028"), "usage_user=10 usage_nice=0 usage_system=5 usage_idle=85 "));
  for (const char* steal : {"1844674407370", "194032", "900194032", "18446744073709551615"}) {
    const std::string text = reading(2, steal);
    EXPECT_FALSE(shows(text, "usage_steal=1")) << text;
    reading(1, steal);
  }
  const std::string leap = reading(9, "194032");
  const std::string after = reading(10, "900194032");
  EXPECT_TRUE(shows(after, "usage_user=10 usage_nice=0 usage_system=5 usage_idle=85 ")) << after;
  EXPECT_FALSE(shows(after, "usage_steal")) << after;
  EXPECT_TRUE(shows(after, "usage_active=15 ")) << after;
  EXPECT_TRUE(shows(after, "time_steal=900194032")) << "the pipeline sets the leap aside";
}

// Of an idle time that leapt the others' shares are of the time that has passed, not of what is left of it.
TEST(CpuUsage, ALeapOfTheIdleTimeMakesNobodyElseBusy) {
  CpuTimes last = times({100, 0, 0, 1000});
  JiffiesAhead ahead{};
  const auto usage = collector::usage_since(last, times({120, 0, 0, 1'000'000}), ahead,
                                            {.seconds = 1, .per_second = 100, .lag_s = 30});
  ASSERT_TRUE(usage);
  EXPECT_DOUBLE_EQ(usage->percent[0].value(), 20);
  EXPECT_FALSE(usage->percent[3]);
  EXPECT_DOUBLE_EQ(usage->active.value(), 20);
}

// A halted machine is told its stolen time at once, but only once: what the counter is ahead of the time is
// remembered, and a share that could not be is not shown again and again.
TEST(CpuUsage, WhatIsAheadOfTheTimeIsRemembered) {
  CpuTimes last = times({0, 0, 0, 0});
  JiffiesAhead ahead{};
  const UsageBound bound{.seconds = 1, .per_second = 100, .lag_s = 30};
  EXPECT_TRUE(collector::usage_since(last, times({3000, 0, 0, 10}), ahead, bound)->percent[0]);
  EXPECT_FALSE(collector::usage_since(last, times({6000, 0, 0, 20}), ahead, bound)->percent[0]);
  const auto after = collector::usage_since(last, times({6090, 0, 0, 30}), ahead, bound);
  EXPECT_DOUBLE_EQ(after->percent[0].value(), 90);
}

// Two processors, a second apart. A counter that has just shown that it can't be relied on has no time of its
// own to tell late: 500 jiffies of 200 are no share of anything.
TEST_F(CpuSamplerTest, ACounterThatBeganAnewIsHeldToTheTimeThatPassed) {
  SamplerRun run(sampler_type("cpu"), directory_.path());
  int second = 0;
  const auto reading = [&](const std::string& stolen) {
    ++second;
    const std::string line = std::to_string(100'000 + 20 * second) + " 0 " +
                             std::to_string(50'000 + 10 * second) + " " +
                             std::to_string(900'000 + 170 * second) + " 0 0 0 " + stolen + " 0 0\n";
    write("cpu  " + line + "cpu0 " + line + "cpu1 " + line);
    run.clock.advance(std::chrono::seconds(1));
    return run.reading();
  };
  reading("832457433");
  reading("500");
  const std::string after = reading("1000");
  EXPECT_EQ(after.find("usage_steal"), std::string::npos) << after;
  EXPECT_NE(after.find("usage_user=10 usage_nice=0 usage_system=5 usage_idle=85 "), std::string::npos)
      << after;
  const std::string honest = reading("1020");
  EXPECT_NE(honest.find("usage_steal=9.09"), std::string::npos) << honest;
}

TEST(CpuTimes, ProcessorsAreCountedByTheirLines) {
  EXPECT_EQ(count_processors("cpu  1 2 3 4\n"), 1U);
  EXPECT_EQ(count_processors("cpu  1 2 3 4\ncpu0 1 2 3 4\nintr 1\n"), 1U);
  EXPECT_EQ(count_processors("cpu  1 2 3 4\ncpu0 1\ncpu3 1\ncpu7 1\nintr 1\n"), 3U);
}

TEST_F(CpuSamplerTest, AFailedReadingInBetweenChangesNothing) {
  SamplerRun run(sampler_type("cpu"), directory_.path());
  ASSERT_TRUE(run.sample());
  write("rubbish\n");
  const auto broken = run.sample();
  ASSERT_FALSE(broken);
  EXPECT_EQ(broken.error().kind, SampleError::Kind::failed);
  write("cpu  150 0 150 900 0 0 0 0 0 0\n");
  EXPECT_NE(run.reading().find("usage_user=25"), std::string::npos);
}

}  // namespace
}  // namespace collector::test
