// Loop: one tick reads every sampler that is due, works the readings into the open window, and hands closed
// windows to the writer. One thread calls it; it never waits for a sink, the disk or a blocking sampler.
//
//   tick ─► slots ─► pipeline (rates, spike filter, aggregator) ─► window closed? ─► batch ─► writer
//                └─► snapshot board, status board
#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <vector>

#include "collector/app/sampler_slot.h"
#include "collector/app/snapshot.h"
#include "collector/app/writer.h"
#include "collector/core/log.h"
#include "collector/core/series.h"
#include "collector/core/time.h"
#include "collector/pipeline/pipeline.h"

namespace collector {

struct LoopSettings {
  Duration interval{};
  Duration window{};
  Duration flush{};  // a multiple of window
  std::vector<Tag> labels;
};

// What is said when `limit` series are there and more have come.
std::string series_limit_text(std::size_t limit);

struct LoopFigures {
  std::uint64_t ticks = 0;
  std::uint64_t late_ticks = 0;     // more than one interval after its time
  std::uint64_t windows = 0;        // closed
  std::uint64_t grown_windows = 0;  // longer than configured: the writer was busy, or the machine slept
  std::uint64_t folded_series = 0;  // times that a new series found no room and was counted as `other`
};

class StatusBoard;

// What the loop works with; all outlive it.
struct LoopParts {
  const Clock& clock;
  SeriesTable& series;
  std::vector<SamplerSlot>& slots;
  Pipeline& pipeline;
  SnapshotBoard& board;
  StatusBoard& status;
  Writer& writer;
};

class Loop {
 public:
  Loop(LoopSettings settings, const LoopParts& parts);

  // From a reload on, between two ticks; the open window and what waits for its flush go on. Call it too when
  // `slots` has changed.
  void adopt(LoopSettings settings);

  void tick();
  // Of one that a reload puts in another's place: a reading between the ticks, so that from here on it sees
  // what comes and goes.
  void take_first(SamplerSlot& slot);
  // Of one that ends: what no later one could read.
  void take_last(SamplerSlot& slot);
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
  void sweep(BootTime now);
  void watch_series_limit(BootTime now);
  void report(Instant now);

  LoopSettings settings_;
  const Clock& clock_;
  SeriesTable& series_;
  std::vector<SamplerSlot>& slots_;
  Pipeline& pipeline_;
  SnapshotBoard& board_;
  StatusBoard& status_;
  Writer& writer_;

  Batch pending_;
  Duration pending_length_{};
  bool baselines_stored_ = false;  // the first tick's
  BootTime last_tick_{};
  Duration idle_after_;  // a series not read for so long is let go
  BootTime next_sweep_{};
  log::Trouble series_limit_{"series"};
  std::uint64_t folded_ = 0;  // as last reported
  std::atomic<std::uint64_t> ticks_{0};
  std::atomic<std::uint64_t> late_ticks_{0};
  std::atomic<std::uint64_t> windows_{0};
  std::atomic<std::uint64_t> grown_windows_{0};
};

}  // namespace collector
