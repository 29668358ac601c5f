// The tick that runs for years: between two windows, with nothing new on the machine, a whole tick of the
// loop (samplers, pipeline, snapshot, status board, and the sampler of the collector itself) allocates
// nothing.
#include <gtest/gtest.h>

#include "collector/app/loop.h"
#include "collector/app/status_board.h"
#include "tests/app/fake_spool.h"
#include "tests/sinks/fake_sink.h"
#include "tests/support/counted_allocations.h"
#include "tests/support/manual_clock.h"
#include "tests/support/temporary_directory.h"

namespace collector {
namespace {

using namespace std::chrono_literals;

TEST(SteadyTick, AllocatesNothing) {
  test::fake_kernel() = std::make_shared<test::FakeKernel>();
  const test::TemporaryDirectory directory;
  test::ManualClock clock;
  StatusBoard status(clock);
  auto surroundings = std::make_shared<SamplerSurroundings>();
  surroundings->self = &status;
  const auto spool = test::fake_spool(directory.path(), clock, surroundings->series);
  Writer writer(*spool, clock);
  status.set_storage(*spool, writer);
  RunnerSettings runner_settings;
  runner_settings.name = "sink";
  const Runner runner(std::move(runner_settings),
                      std::make_unique<test::FakeSink>(std::make_shared<test::FakeTarget>()), *spool, clock);
  status.set_sinks({{.name = "sink", .type = "fake", .target = "memory", .every = 0s, .runner = &runner}});

  const SamplerType fake = test::fake_sampler_type(false);
  std::vector<SamplerSlot> slots;
  slots.emplace_back(fake, SamplerConfiguration{"fake", 1s, {}}, surroundings, clock);
  for (const char* name : {"mem", "system", "internal"})
    slots.emplace_back(sampler_type_of(name), SamplerConfiguration{name, 1s, {}}, surroundings, clock);
  Pipeline pipeline("boot", Baselines{}, 1e12, 1h, surroundings->series);
  SnapshotBoard snapshots;
  TrafficBoard traffic;
  Loop loop(LoopSettings{1s, 1h, 1h, {}},
            LoopParts{clock, *surroundings, slots, pipeline, snapshots, traffic, status, writer});
  const auto tick = [&] {
    loop.tick();
    clock.advance(1s);
    test::fake_kernel()->bytes += 100;
  };
  // The writer was never started: the first window stays open, whatever its length.
  for (int i = 0; i < 5; ++i)
    tick();
  const std::size_t before = test::allocations;
  ASSERT_GT(before, 0U) << "they are counted at all";
  for (int i = 0; i < 20; ++i)
    tick();
  EXPECT_EQ(test::allocations, before);
  EXPECT_EQ(status.collect().tick->loop.ticks, 25U);
  EXPECT_GT(test::allocations, before) << "whoever asks pays, not the loop";
}

}  // namespace
}  // namespace collector
