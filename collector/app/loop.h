// Loop: one tick reads every sampler that is due, works the readings into the open window, and hands closed
// windows to the writer. One thread calls it; it never waits for a sink, the disk or a blocking sampler.
//
//   tick ─► slots ─► pipeline (rates, spike filter, aggregator) ─► window closed? ─► batch ─► writer
//                └─► snapshot board
#pragma once

#include <atomic>
#include <cstdint>
#include <vector>

#include "collector/app/sampler_slot.h"
#include "collector/app/snapshot.h"
#include "collector/app/writer.h"
#include "collector/core/time.h"
#include "collector/pipeline/pipeline.h"

namespace collector {

struct LoopSettings {
  Duration interval{};
  Duration window{};
  Duration flush{};  // a multiple of window
  std::vector<Tag> labels;
};

struct LoopFigures {
  std::uint64_t ticks = 0;
  std::uint64_t late_ticks = 0;     // more than one interval after its time
  std::uint64_t windows = 0;        // closed
  std::uint64_t grown_windows = 0;  // longer than configured: the writer was busy, or the machine slept
};

class Loop {
 public:
  // All outlive the loop.
  Loop(LoopSettings settings, const Clock& clock, std::vector<SamplerSlot>& slots, Pipeline& pipeline,
       SnapshotBoard& board, Writer& writer);

  void tick();
  // At shutdown: closes the open window and hands everything over. Waits up to `patience` for room at the
  // writer; false: there was none, the rows are lost and the counters will be recovered from the stored
  // baselines.
  bool finish(Duration patience);

  // When the next tick should come: the next whole interval of the wall clock, told by boot time, so that
  // windows close right at their boundary whatever happened to the wall clock since.
  BootTime next_tick(Instant now) const;

  LoopFigures figures() const;  // from any thread

 private:
  void sample(Instant now);
  void close_window(Instant now);
  void flush();

  LoopSettings settings_;
  const Clock& clock_;
  std::vector<SamplerSlot>& slots_;
  Pipeline& pipeline_;
  SnapshotBoard& board_;
  Writer& writer_;

  Batch pending_;
  Duration pending_length_{};
  bool baselines_stored_ = false;  // the first tick's
  BootTime last_tick_{};
  BootTime next_sweep_{};
  std::atomic<std::uint64_t> ticks_{0};
  std::atomic<std::uint64_t> late_ticks_{0};
  std::atomic<std::uint64_t> windows_{0};
  std::atomic<std::uint64_t> grown_windows_{0};
};

}  // namespace collector
