// Each reason for which a collector is degraded, and what is none.
#include <gtest/gtest.h>

#include <cerrno>

#include "tests/app/status_figures.h"

namespace collector {
namespace {

using namespace std::chrono_literals;

class HealthTest : public ::testing::Test {
 protected:
  // The one reason; empty when it is healthy.
  std::string reason() const {
    const Health health = judge(status_);
    EXPECT_LE(health.reasons.size(), 1U) << health.reasons.back();
    EXPECT_EQ(health.healthy(), health.reasons.empty());
    return health.healthy() ? "" : health.reasons.front();
  }
  SinkStatus& sink() { return status_.sinks.front(); }

  Status status_ = test::healthy_status();
};

TEST_F(HealthTest, NothingIsWrong) {
  EXPECT_EQ(reason(), "");
}

TEST_F(HealthTest, TheLoopIsStuck) {
  status_.tick->when.boot = status_.now.boot - 4s;
  EXPECT_EQ(reason(), "") << "late, but not yet stuck";
  status_.tick->when.boot = status_.now.boot - 90s;
  EXPECT_EQ(reason(), "no tick for 1m30s (interval 1s): the loop is stuck");
  status_.tick->interval = 1min;
  EXPECT_EQ(reason(), "") << "one is due every minute";
}

TEST_F(HealthTest, NoTickEver) {
  status_.tick.reset();
  EXPECT_NE(reason().find("no tick for"), std::string::npos);
  status_.started.boot = status_.now.boot - 2s;
  EXPECT_EQ(reason(), "") << "it has only just started";
}

TEST_F(HealthTest, TheSeriesLimitIsReached) {
  status_.tick->series = status_.tick->series_limit;
  EXPECT_NE(reason().find("the limit of 100000 series is reached"), std::string::npos);
}

TEST_F(HealthTest, AChangedConfigurationIsNotInForce) {
  status_.configuration.problems = {"c.yaml:3:1: intervall: no such setting", "another", "a third"};
  status_.configuration.problems_since = status_.now.wall - 60s;
  EXPECT_EQ(reason(),
            "the configuration was edited at 2025-12-31T23:59:00Z and is not in force: c.yaml:3:1: "
            "intervall: no such setting (and 2 more)");
}

TEST_F(HealthTest, ASamplerReportsNothingOfWhatItSees) {
  status_.samplers[0].figures.rejected = 7;
  status_.samplers[0].figures.rejected_text = "/proc/stat: btime can't be true";
  status_.samplers[0].figures.notice = "eth1 is down";
  EXPECT_EQ(reason(), "") << "what is reported is right";
  status_.samplers[0].figures.warning = "nothing is reported: there are: eth0";
  EXPECT_EQ(reason(), "sampler cpu: nothing is reported: there are: eth0");
}

TEST_F(HealthTest, ASamplerFails) {
  status_.samplers[0].figures.last_error = "/proc/stat: Input/output error";
  EXPECT_EQ(reason(), "sampler cpu: /proc/stat: Input/output error");
  status_.samplers[0].figures.absent = true;
  EXPECT_EQ(reason(), "") << "what the machine does not have is no failure";
}

TEST_F(HealthTest, TheWriterFails) {
  status_.writer.error = "disk full";
  EXPECT_EQ(reason(), "rows can't be written to the spool: disk full");
}

TEST_F(HealthTest, TheWindowGrows) {
  status_.tick->window_start = status_.tick->when.wall - 62s;
  EXPECT_EQ(reason(), "");
  status_.tick->window_start = status_.tick->when.wall - 5min;
  EXPECT_EQ(reason(), "the open window has grown to 5m (window 30s): the disk is slow or stuck");
}

// The disk is full, not slow: one cause is said, not two.
TEST_F(HealthTest, TheWindowGrowsForAReasonThatIsSaid) {
  status_.writer.error = "disk full";
  status_.tick->window_start = status_.tick->when.wall - 5min;
  const Health health = judge(status_);
  ASSERT_EQ(health.reasons.size(), 2U);
  EXPECT_EQ(health.reasons[0], "rows can't be written to the spool: disk full");
  EXPECT_EQ(health.reasons[1], "the open window has grown to 5m (window 30s)");
}

TEST_F(HealthTest, NobodyReadsStderr) {
  status_.log = {.lost = 3, .unsaid = 3, .waiting = 7, .error = 0, .hung_up = false, .stalled = 2s};
  EXPECT_EQ(reason(), "") << "for a moment";
  status_.log.stalled = 52s;
  EXPECT_EQ(reason(), "stderr has not been read for 52s: 7 lines of the log wait, 3 are lost");
  status_.log = {.lost = 3, .unsaid = 2, .waiting = 0, .error = ENOSPC, .hung_up = false, .stalled = {}};
  EXPECT_EQ(reason(), "stderr can't be written: No space left on device; 2 lines of the log are lost");
  status_.log.error = EIO;
  EXPECT_EQ(reason(), "stderr can't be written: Input/output error; 2 lines of the log are lost");
  status_.log.hung_up = true;
  EXPECT_EQ(reason(), "") << "somebody has closed the terminal, and it never comes back";
  status_.log = {.lost = 3, .unsaid = 0, .waiting = 0, .error = 0, .hung_up = false, .stalled = {}};
  EXPECT_EQ(reason(), "") << "that is over";
}

TEST_F(HealthTest, TheBootCouldNotBeTold) {
  status_.boot.untellable = "whether … can't be told";
  EXPECT_EQ(reason(), "") << "started an hour ago";
  status_.started.boot = status_.now.boot - 10min;
  EXPECT_EQ(reason(), "whether … can't be told");
}

TEST_F(HealthTest, ASinkFails) {
  sink().runner.state = RunnerState::retrying;
  sink().runner.last_error = "connection refused";
  sink().runner.last_error_at = status_.now.wall - 1min;
  EXPECT_EQ(reason(), "sink local: retrying: connection refused (at 2025-12-31T23:59:00Z)");
  sink().runner.state = RunnerState::holding;
  EXPECT_EQ(reason(), "sink local: holding: connection refused (at 2025-12-31T23:59:00Z)");
}

TEST_F(HealthTest, ASinkIsBehind) {
  const auto wait_for = [&](Duration lag) {
    sink().lag = lag;
    sink().backlog = {.batches = 4, .rows = 400, .bytes = 4000, .oldest = status_.now.wall - lag};
  };
  wait_for(1min);
  EXPECT_EQ(reason(), "") << "three flushes are usual";
  wait_for(2min);
  EXPECT_EQ(reason(), "sink local: 2m behind: 400 rows wait since 2025-12-31T23:58:00Z");
  sink().every = 15min;
  EXPECT_EQ(reason(), "") << "its slot may not have come";
  wait_for(18min);
  EXPECT_NE(reason().find("18m behind"), std::string::npos);
}

TEST_F(HealthTest, ASinkLosesRows) {
  sink().dropped_rows = 1000;
  EXPECT_EQ(reason(), "") << "it has caught up since";
  sink().backlog = {.batches = 1, .rows = 10, .bytes = 100, .oldest = status_.now.wall, .dropped_rows = 1000};
  EXPECT_NE(reason().find("sink local: 1000 rows fell off its backlog"), std::string::npos);
}

TEST_F(HealthTest, ASinkHasRefusedRows) {
  sink().runner.rejected_rows = 3;
  EXPECT_EQ(reason(), "") << "they have been fed back";
  sink().dead_letters = 3;
  EXPECT_NE(reason().find("sink local: 3 rows were refused"), std::string::npos);
}

TEST_F(HealthTest, RowsThatASinkOfThePastHasRefused) {
  status_.spool.dead_letters = {{"local", 1}, {"old", 3}};
  EXPECT_NE(reason().find("sink old: 3 rows were refused"), std::string::npos) << reason();
  EXPECT_NE(reason().find("`collector replay --sink old --into OTHER`"), std::string::npos) << reason();
}

TEST_F(HealthTest, ASinkWarns) {
  sink().runner.notes = {{"space", "400 MB of 512 MB used", false}};
  EXPECT_EQ(reason(), "");
  sink().runner.notes[0].warning = true;
  EXPECT_EQ(reason(), "sink local: space: 400 MB of 512 MB used");
}

TEST_F(HealthTest, AllReasonsAreTold) {
  status_.writer.error = "disk full";
  sink().runner.last_error = "connection refused";
  sink().dead_letters = 1;
  EXPECT_EQ(judge(status_).reasons.size(), 3U);
}

}  // namespace
}  // namespace collector
