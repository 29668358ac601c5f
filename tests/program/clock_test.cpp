// The wall clock is only believed for stamps.

#include <gtest/gtest.h>

#include "tests/program/program.h"

namespace collector::test {
namespace {

// Debian's library that answers clock_gettime(CLOCK_REALTIME) with a time of our choice.
std::vector<std::pair<std::string, std::string>> wall_clock_at(const std::string& time) {
  return {{"LD_PRELOAD", COLLECTOR_FAKETIME}, {"FAKETIME", time}, {"DONT_FAKE_MONOTONIC", "1"}};
}

TEST(WallClock, BeforeTwentyTwentyIsSaidAndSampledAllTheSame) {
  const Installation installation("samplers: {default: off, mem: on}\n");
  const Finished run =
      run_process(installation.command({"--once", "--wait", "10ms"}), wall_clock_at("@1980-01-05 12:00:00"));
  EXPECT_EQ(run.exit_code, 0) << run.err;
  EXPECT_NE(run.err.find("the wall clock is before 2020"), std::string::npos) << run.err;
  EXPECT_EQ(installation.query_text("collector.db", "SELECT date(time,'unixepoch') FROM mem"), "1980-01-05");
}

TEST(WallClock, SteppedBackBetweenRunsLosesNothing) {
  const Installation installation("samplers: {default: off, kernel: on}\n");
  for (const char* time :
       {"@2030-01-01 12:00:00", "@2026-01-01 12:00:00", "@2035-06-01 00:00:00", "@2026-01-01 12:00:00"}) {
    const Finished run = run_process(installation.command({"--once", "--wait", "10ms"}), wall_clock_at(time));
    ASSERT_EQ(run.exit_code, 0) << run.err;
  }
  // Every row spans what really passed between two runs, however far the wall clock jumped, and says so.
  EXPECT_LT(installation.query("collector.db", "SELECT max(span) FROM kernel"), 60'000);
  EXPECT_GE(installation.query("collector.db", "SELECT count(*) FROM kernel WHERE flags & 32"), 2);
  // The counter's total only ever grew, and the rows add up to it.
  EXPECT_GT(installation.query("collector.db", "SELECT count(*) FROM kernel"), 0);
  EXPECT_EQ(installation.query("collector.db", "SELECT count(*) FROM kernel WHERE context_switches < 0"), 0);
  EXPECT_GT(installation.query("collector.db", "SELECT sum(context_switches) FROM kernel"), 0);
}

}  // namespace
}  // namespace collector::test
