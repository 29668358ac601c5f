// A loop that reads one sampler, with all that it works with, upon a clock that the test moves.
#pragma once

#include <filesystem>
#include <memory>
#include <utility>
#include <vector>

#include "collector/app/loop.h"
#include "collector/app/status_board.h"
#include "tests/app/fake_sampler.h"
#include "tests/app/fake_spool.h"
#include "tests/support/manual_clock.h"

namespace collector::test {

// The writer is not started. The fake kernel begins anew.
struct LoopRig {
  LoopRig(const std::filesystem::path& state, const LoopSettings& settings,
          const FakeSinks& sinks = {{"sink", {}}}, SamplerType sampler = fake_sampler_type(false),
          std::size_t series_limit = 100'000, Files files = Files())
      : surroundings(std::make_shared<SamplerSurroundings>(std::move(files), series_limit)),
        type(std::move(sampler)),
        spool(fake_spool(state, clock, series, sinks)),
        pipeline("boot", Baselines{}, 1e12, settings.window, series),
        writer(*spool, clock),
        slots(one_slot(settings.interval)),
        loop(settings, LoopParts{clock, *surroundings, slots, pipeline, board, traffic, status, writer}) {}

  ManualClock clock;
  std::shared_ptr<SamplerSurroundings> surroundings;
  SeriesTable& series = surroundings->series;
  SamplerType type;
  std::unique_ptr<Spool> spool;
  Pipeline pipeline;
  Writer writer;
  std::vector<SamplerSlot> slots;
  SnapshotBoard board;
  TrafficBoard traffic;
  StatusBoard status{clock};
  Loop loop;

 private:
  std::vector<SamplerSlot> one_slot(Duration interval) {
    fake_kernel() = std::make_shared<FakeKernel>();
    std::vector<SamplerSlot> made;
    made.emplace_back(type, SamplerConfiguration{"fake", interval, {}}, surroundings, clock);
    return made;
  }
};

}  // namespace collector::test
