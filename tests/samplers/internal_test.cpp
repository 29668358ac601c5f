#include <gtest/gtest.h>

#include "tests/samplers/sampler_run.h"
#include "tests/support/files.h"
#include "tests/support/temporary_directory.h"

namespace collector::test {
namespace {

class FakeSelf final : public SelfMetrics {
 public:
  void read(SelfFigures& out) const override { out = figures; }
  SelfFigures figures;
};

class InternalTest : public testing::Test {
 protected:
  FakeSelf self_;
  SamplerRun run_{
      sampler_type("internal"), source_directory() / "tests/samplers/cases/internal/usual", {}, &self_};
};

TEST_F(InternalTest, TellsWhatTheCollectorCounts) {
  SelfFigures& figures = self_.figures;
  figures.ticks = 100;
  figures.missed_ticks = 1;
  figures.late_ticks = 2;
  figures.tick_time = 3000;
  figures.tick_delay = 400;
  figures.windows = 5;
  figures.grown_windows = 6;
  figures.folded_series = 7;
  figures.quarantined = 8;
  figures.gaps = 9;
  figures.clock_steps = 10;
  figures.write_failures = 11;
  figures.written_batches = 12;
  figures.written_rows = 13;
  figures.series = 14;
  figures.spool_batches = 15;
  figures.spool_bytes = 16;
  figures.log_lines_lost = 17;
  figures.samplers = {{"cpu", 20, 1, 300, 4}};
  figures.sinks = {{"local", 1, 2, 3, 4, 5, 6, 7, 8, 9, 1.5}};
  const std::string reading = run_.reading();
  EXPECT_NE(
      reading.find("ticks=100 ticks_missed=1 ticks_late=2 tick_time=3000 tick_delay=400 windows=5 "
                   "windows_grown=6 series=14 series_folded=7 quarantined=8 gaps=9 clock_steps=10 "
                   "batches_written=12 rows_written=13 write_failures=11 spool_batches=15 spool_bytes=16 "
                   "log_lines_lost=17\n"),
      std::string::npos)
      << reading;
  EXPECT_NE(
      reading.find(
          "internal_sampler{sampler=cpu} space=987654 samples=20 failures=1 sampling_time=300 rejected=4\n"),
      std::string::npos)
      << reading;
  EXPECT_NE(
      reading.find("internal_sink{sink=local} space=987654 lag=1.5 backlog_batches=6 backlog_rows=7 "
                   "backlog_bytes=8 batches_delivered=1 rows_delivered=2 rows_rejected=3 rows_dropped=4 "
                   "retries=5 dead_letters=9\n"),
      std::string::npos)
      << reading;
}

TEST_F(InternalTest, SinksComeAndGo) {
  self_.figures.sinks = {{.name = "a"}, {.name = "b"}};
  ASSERT_TRUE(run_.sample());
  const Series* b = run_.last().readings()[2].series;
  self_.figures.sinks = {{.name = "b"}};
  ASSERT_TRUE(run_.sample());
  ASSERT_EQ(run_.last().readings().size(), 2U);
  EXPECT_EQ(run_.last().readings()[1].series, b);
}

// Of every process the counters begin at zero: what tells two of them apart is when they were started.
TEST_F(InternalTest, CountersBelongToTheProcess) {
  self_.figures.sinks = {{.name = "a"}};
  ASSERT_TRUE(run_.sample());
  for (const Reading& reading : run_.last().readings()) {
    EXPECT_EQ(reading.space, 987654U);
    EXPECT_EQ(reading.object, 0U);
  }
}

// /proc/self/stat that can't be read costs nothing but what is in it.
TEST(InternalWithoutProc, TheCollectorsOwnCountsGoOn) {
  const TemporaryDirectory directory;
  write_file(directory / "proc/self/stat", "nonsense\n");
  FakeSelf self;
  self.figures.ticks = 100;
  SamplerRun run(sampler_type("internal"), directory.path(), {}, &self);
  const std::string first = run.reading();
  EXPECT_NE(first.find(" ticks=100 "), std::string::npos) << first;
  EXPECT_EQ(first.find("cpu_time"), std::string::npos) << first;
  EXPECT_NE(first.find("rejected: /proc/self/stat: "), std::string::npos) << first;
  const std::uint64_t space = run.last().readings()[0].space;
  run.clock.advance(std::chrono::seconds(10));
  ASSERT_TRUE(run.sample());
  EXPECT_EQ(run.last().readings()[0].space, space) << "the same process";
}

}  // namespace
}  // namespace collector::test
