// The board puts together what the parts leave on it, and goes on counting where a reload replaced one.
#include "collector/app/status_board.h"

#include <gtest/gtest.h>

#include <unistd.h>

#include "tests/app/fake_spool.h"
#include "tests/app/status_figures.h"
#include "tests/sinks/fake_sink.h"
#include "tests/support/manual_clock.h"
#include "tests/support/temporary_directory.h"

namespace collector {
namespace {

using namespace std::chrono_literals;

class StatusBoardTest : public ::testing::Test {
 protected:
  StatusBoardTest() {
    spool_ = test::fake_spool(directory_.path(), clock_, table_, {{"a", {}}, {"b", {}}});
    writer_ = std::make_unique<Writer>(*spool_, clock_);
    board_.set_storage(*spool_, *writer_);
  }

  std::unique_ptr<Runner> runner(const std::string& name) {
    RunnerSettings settings;
    settings.name = name;
    return std::make_unique<Runner>(std::move(settings), std::make_unique<test::FakeSink>(target_), *spool_,
                                    clock_);
  }
  static SinkSource source(const Runner& runner) {
    return {.name = runner.name(), .type = "fake", .target = "memory", .every = 0s, .runner = &runner};
  }
  void append() {
    clock_.advance(30s);
    const WallTime now = clock_.now().wall;
    Batch batch;
    batch.add({.series = table_.intern(test::fake_measurement(), {}),
               .start = now - 30s,
               .end = now,
               .samples = 1});
    EXPECT_TRUE(spool_->append(batch, {}));
  }
  // A tick in which a sampler "cpu" says this.
  void tick(std::uint64_t samples, std::uint64_t failures = 0, Duration took = 10ms) {
    board_.begin_tick();
    board_.sampler("cpu", 1s, test::sampler_figures(samples, failures, took));
    TickStatus status;
    status.when = clock_.now();
    status.took = 1ms;
    status.interval = 1s;
    status.loop.ticks = ++ticks_;
    board_.end_tick(status);
  }

  test::TemporaryDirectory directory_;
  test::ManualClock clock_;
  SeriesTable table_;
  std::unique_ptr<Spool> spool_;
  std::unique_ptr<Writer> writer_;
  std::shared_ptr<test::FakeTarget> target_ = std::make_shared<test::FakeTarget>();
  StatusBoard board_{clock_};
  std::uint64_t ticks_ = 0;
};

TEST_F(StatusBoardTest, KnowsTheProcess) {
  clock_.advance(5s);
  const Status status = board_.collect();
  EXPECT_EQ(status.pid, getpid());
  EXPECT_FALSE(status.version.empty());
  EXPECT_EQ(status.now.boot - status.started.boot, 5s);
  EXPECT_GT(status.process.cpu_seconds, 0);
  EXPECT_GT(status.process.resident_bytes, 100'000U);
  EXPECT_GE(status.process.threads, 1U);
  EXPECT_GE(status.process.open_files, 3U);
  EXPECT_FALSE(status.tick);
}

TEST_F(StatusBoardTest, CountsTicksThatWereMissedAndHowLateTheyBegan) {
  tick(1);
  clock_.advance(1s);
  tick(2);
  clock_.advance(5s + 250ms);
  tick(3);
  const Status status = board_.collect();
  ASSERT_TRUE(status.tick);
  EXPECT_EQ(status.tick->loop.ticks, 3U);
  EXPECT_EQ(status.ticks.missed, 4U);
  EXPECT_EQ(status.ticks.delay, 250ms);
  EXPECT_EQ(status.ticks.time, 3ms);
}

TEST_F(StatusBoardTest, SamplersAddUpTheirTime) {
  tick(1);
  tick(2);
  tick(2);  // was not due
  tick(2, 1);
  const Status status = board_.collect();
  ASSERT_EQ(status.samplers.size(), 1U);
  EXPECT_EQ(status.samplers[0].time, 30ms);
  EXPECT_EQ(status.samplers[0].figures.failures, 1U);
}

TEST_F(StatusBoardTest, ASamplerThatAReloadReplacedGoesOnCounting) {
  tick(5, 2);
  tick(1, 0);
  tick(2, 0);
  const Status status = board_.collect();
  EXPECT_EQ(status.samplers[0].figures.samples, 7U);
  EXPECT_EQ(status.samplers[0].figures.failures, 2U);
}

TEST_F(StatusBoardTest, SamplersComeAndGo) {
  const auto round = [&](std::vector<std::pair<std::string, std::uint64_t>> samplers) {
    board_.begin_tick();
    for (const auto& [name, samples] : samplers)
      board_.sampler(name, 1s, test::sampler_figures(samples, 0, 0s));
    board_.end_tick({.when = clock_.now()});
    std::string text;
    for (const SamplerStatus& sampler : board_.collect().samplers)
      text += sampler.name + "=" + std::to_string(sampler.figures.samples) + " ";
    return text;
  };
  EXPECT_EQ(round({{"a", 1}, {"b", 10}, {"c", 100}}), "a=1 b=10 c=100 ");
  EXPECT_EQ(round({{"c", 101}, {"a", 2}}), "c=101 a=2 ") << "in the order they are told in";
  EXPECT_EQ(round({{"n", 1}, {"c", 102}, {"a", 3}}), "n=1 c=102 a=3 ");
  EXPECT_EQ(round({}), "");
}

TEST_F(StatusBoardTest, KnowsTheConfigurationAndWhatIsWrongWithALaterOne) {
  Configuration configuration;
  configuration.file = "/etc/c.yaml";
  configuration.window = 30s;
  board_.set_configuration(configuration);
  const WallTime loaded = clock_.now().wall;
  clock_.advance(10s);
  board_.set_configuration_error({"one"});
  clock_.advance(10s);
  board_.set_configuration_error({"two", "three"});
  const ConfigurationStatus status = board_.collect().configuration;
  EXPECT_EQ(status.file, "/etc/c.yaml");
  EXPECT_EQ(status.loaded, loaded);
  EXPECT_EQ(status.problems, (std::vector<std::string>{"two", "three"}));
  EXPECT_EQ(status.problems_since, loaded + 10s) << "since the first of them";
  board_.set_configuration_error({});
  EXPECT_FALSE(board_.collect().configuration.problems_since);
  board_.set_configuration_error({"four"});
  board_.set_configuration(configuration);
  EXPECT_TRUE(board_.collect().configuration.problems.empty());
}

TEST_F(StatusBoardTest, TellsHowFarEachSinkIs) {
  const auto a = runner("a"), b = runner("b");
  board_.set_sinks({source(*a), source(*b)});
  append();
  append();
  EXPECT_EQ(a->deliver_once(true, 10s), Runner::Outcome::delivered);
  clock_.advance(7s);
  const Status status = board_.collect();
  ASSERT_EQ(status.sinks.size(), 2U);
  EXPECT_EQ(status.sinks[0].name, "a");
  EXPECT_EQ(status.sinks[0].type, "fake");
  EXPECT_EQ(status.sinks[0].target, "memory");
  EXPECT_EQ(status.sinks[0].runner.delivered_batches, 2U);
  EXPECT_EQ(status.sinks[0].backlog.batches, 0U);
  EXPECT_EQ(status.sinks[0].lag, 0s);
  EXPECT_EQ(status.sinks[1].backlog.batches, 2U);
  EXPECT_EQ(status.sinks[1].lag, status.now.wall - *status.sinks[1].backlog.oldest);
  EXPECT_GE(status.sinks[1].lag, 37s);
  EXPECT_EQ(status.spool.batches, 2U);
}

TEST_F(StatusBoardTest, ARunnerThatAReloadReplacedLeavesItsCounts) {
  auto first = runner("a");
  board_.set_sinks({source(*first)});
  append();
  target_->write_failures.push_back({.what = "no", .remedy = {}, .retry_after = Duration{}});
  EXPECT_EQ(first->deliver_once(true, 10s), Runner::Outcome::delivered);
  const auto before = board_.collect().sinks[0].runner;
  EXPECT_EQ(before.delivered_batches, 1U);
  EXPECT_EQ(before.retries, 1U);
  board_.set_sinks({});
  first.reset();
  const auto second = runner("a");
  board_.set_sinks({source(*second)});
  append();
  EXPECT_EQ(second->deliver_once(true, 10s), Runner::Outcome::delivered);
  EXPECT_EQ(board_.collect().sinks[0].runner.delivered_batches, 2U);
  EXPECT_EQ(board_.collect().sinks[0].runner.retries, 1U);
  board_.set_sinks({source(*second)});
  EXPECT_EQ(board_.collect().sinks[0].runner.delivered_batches, 2U) << "the same one is not counted twice";
}

TEST_F(StatusBoardTest, TheSamplerOfItsOwnGetsTheSameFigures) {
  const auto a = runner("a");
  board_.set_sinks({source(*a)});
  append();
  EXPECT_EQ(a->deliver_once(true, 10s), Runner::Outcome::delivered);
  append();
  tick(1, 0);
  clock_.advance(3s);
  tick(2, 1);
  SelfFigures figures;
  board_.read(figures);
  EXPECT_EQ(figures.ticks, 2U);
  EXPECT_EQ(figures.missed_ticks, 2U);
  EXPECT_EQ(figures.tick_time, 2000U);
  ASSERT_EQ(figures.samplers.size(), 1U);
  EXPECT_EQ(figures.samplers[0].name, "cpu");
  EXPECT_EQ(figures.samplers[0].samples, 2U);
  EXPECT_EQ(figures.samplers[0].failures, 1U);
  EXPECT_EQ(figures.samplers[0].time, 20'000U);
  ASSERT_EQ(figures.sinks.size(), 1U);
  EXPECT_EQ(figures.sinks[0].name, "a");
  EXPECT_EQ(figures.sinks[0].delivered_batches, 1U);
  EXPECT_EQ(figures.sinks[0].backlog_batches, 1U);
  EXPECT_GT(figures.sinks[0].lag, 0);
  EXPECT_GT(figures.spool_bytes, 0U);
  EXPECT_GT(figures.spool_batches, 0U);
}

// Of every process the counts begin at zero, whatever the spool remembers of earlier ones.
TEST_F(StatusBoardTest, StepsOfTheClockInEarlierProcessesAreNotCounted) {
  const auto steps = [&](std::uint32_t back, std::uint64_t forward) {
    TickStatus status;
    status.pipeline.clock_steps_back = back;
    status.pipeline.clock_steps_forward = forward;
    board_.begin_tick();
    board_.end_tick(status);
    SelfFigures figures;
    board_.read(figures);
    return figures.clock_steps;
  };
  EXPECT_EQ(steps(7, 0), 0U);
  EXPECT_EQ(steps(8, 2), 3U);
}

}  // namespace
}  // namespace collector
