// The tick that runs for years: between two windows, with nothing new on the machine, a whole tick of the
// loop (samplers, pipeline, snapshot, status board, and the sampler of the collector itself) allocates
// nothing.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <new>

#include "collector/app/loop.h"
#include "collector/app/status_board.h"
#include "tests/app/fake_sampler.h"
#include "tests/sinks/fake_sink.h"
#include "tests/support/manual_clock.h"
#include "tests/support/temporary_directory.h"

namespace {
thread_local std::size_t allocations = 0;
}

// Not inlined: GCC 14 would see a free() of what came from new, and warn.
// What the library has beside these (arrays, alignment) either calls them or comes in pairs of its own.
[[gnu::noinline]] void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
  ++allocations;
  return std::malloc(size);
}
[[gnu::noinline]] void* operator new(std::size_t size) {
  if (void* memory = operator new(size, std::nothrow)) return memory;
  throw std::bad_alloc();
}
[[gnu::noinline]] void operator delete(void* memory) noexcept {
  std::free(memory);
}
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept {
  std::free(memory);
}
[[gnu::noinline]] void operator delete(void* memory, const std::nothrow_t&) noexcept {
  std::free(memory);
}

namespace collector {
namespace {

using namespace std::chrono_literals;

const SamplerType& type_named(std::string_view name) {
  return *std::ranges::find(sampler_types(), name,
                            [](const SamplerType& type) { return type.component.name; });
}

TEST(SteadyTick, AllocatesNothing) {
  test::fake_kernel() = std::make_shared<test::FakeKernel>();
  const test::TemporaryDirectory directory;
  test::ManualClock clock;
  StatusBoard status(clock);
  auto surroundings = std::make_shared<SamplerSurroundings>();
  surroundings->self = &status;
  Spool::Options options;
  options.directory = directory.path();
  options.clock = &clock;
  options.series = &surroundings->series;
  const auto spool = *Spool::open(std::move(options));
  const std::vector<std::pair<std::string, BacklogLimit>> sinks{{"sink", {}}};
  ASSERT_TRUE(spool->set_sinks(sinks));
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
    slots.emplace_back(type_named(name), SamplerConfiguration{name, 1s, {}}, surroundings, clock);
  Pipeline pipeline("boot", Baselines{}, 1e12, 1h, surroundings->series);
  SnapshotBoard snapshots;
  Loop loop(LoopSettings{1s, 1h, 1h, {}},
            LoopParts{clock, surroundings->series, slots, pipeline, snapshots, status, writer});
  const auto tick = [&] {
    loop.tick();
    clock.advance(1s);
    test::fake_kernel()->bytes += 100;
  };
  // The writer was never started: the first window stays open, whatever its length.
  for (int i = 0; i < 5; ++i)
    tick();
  const std::size_t before = allocations;
  ASSERT_GT(before, 0U) << "they are counted at all";
  for (int i = 0; i < 20; ++i)
    tick();
  EXPECT_EQ(allocations, before);
  EXPECT_EQ(status.collect().tick->loop.ticks, 25U);
  EXPECT_GT(allocations, before) << "whoever asks pays, not the loop";
}

}  // namespace
}  // namespace collector
