// Pipeline: what lies between samplers and spool, wired together.
//
//     Sample ─► Rates ─► SpikeFilter ─┬► Aggregator ─► rows of a Batch
//               delta     │ set aside   │   one window
//                         └─► quarantine┘
//                                       └► ReadingListener: the same verdict
//
// Pure: no I/O, no clock of its own. Owned and called by the loop's thread only. A tick: take() every sample
// of it, then close(). When close() returned the last window of a batch, changed_baselines() before the next
// take(): rows and baselines then tell of the same readings, and the spool stores them in one transaction.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "collector/core/baseline.h"
#include "collector/core/batch.h"
#include "collector/core/sample.h"
#include "collector/core/series.h"
#include "collector/core/time.h"
#include "collector/pipeline/aggregator.h"
#include "collector/pipeline/judged_reading.h"
#include "collector/pipeline/rates.h"
#include "collector/pipeline/spike_filter.h"
#include "collector/pipeline/window.h"

namespace collector {

struct PipelineFigures {
  RatesFigures rates;
  std::uint64_t quarantined = 0;          // deltas set aside
  std::uint32_t clock_steps_back = 0;     // of the wall clock, over the life of the state directory
  std::uint64_t clock_steps_forward = 0;  // since the start
  std::size_t series = 0;                 // with a reading in the open window
};

class Pipeline {
 public:
  // `boot_id` of the running kernel; `stored` is what an earlier process left in the spool; `max_rate` in
  // bytes per second (SpikeFilter); `window` in whole seconds. The table outlives the pipeline.
  Pipeline(const std::string& boot_id, const Baselines& stored, double max_rate, Duration window,
           SeriesTable& series);

  // From now on it is told of every reading that is counted. It outlives the pipeline.
  void listen(ReadingListener& listener) { listeners_.push_back(&listener); }

  // Counts one sampler's readings into the open window. `interval`: how often that sampler is read (for
  // `gap`). A steady tick allocates nothing.
  void take(const Sample& sample, Duration interval);

  // Ends the tick: when the open window is over, and `may_close`, appends its rows to `batch`, in order among
  // themselves, and says which window that was. May be called with the batch of earlier windows, up to the
  // flush: sort_rows() then puts them all in order.
  std::optional<ClosedWindow> close(Instant now, bool may_close, Batch& batch);
  // The same, whatever the window: at shutdown and in --once. Nothing when close() was never called.
  std::optional<ClosedWindow> finish(Instant now, Batch& batch);

  // What finish() would append, and goes on: for whoever wants to know what was counted up to now.
  void peek(Instant now, Batch& batch) const;

  // Where every counter read since the last call stands: belongs to the rows of all windows closed so far.
  // Nothing may have been taken since the last window closed.
  // Each is given once: when storing failed, keep them and store them with the later ones, older first.
  Baselines changed_baselines();
  // Those of series seen for the first time, which no row depends on: safe to store without rows at any
  // moment. The first tick's are stored at once, so that nothing counted later hangs on the first flush.
  Baselines new_baselines();

  void set_max_rate(double max_rate) { filter_.set_max_rate(max_rate); }
  void set_window(Duration window) { window_.set_length(window); }  // from the next one on
  void keep_series(std::vector<KeepSeries> keep) { keep_ = std::move(keep); }

  PipelineFigures figures() const;
  std::optional<WallTime> window_start() const { return window_.start(); }  // of the open window

 private:
  void count(const ReadingAdvance& reading);
  void set_aside(const Quarantined& quarantined, const ReadingAdvance& reading);
  void append_rows(const ClosedWindow& window, Instant now, Batch& batch);

  Rates rates_;
  SpikeFilter filter_;
  SeriesTable& table_;
  std::vector<KeepSeries> keep_;
  Aggregator aggregator_;
  WindowClock window_;
  std::vector<ReadingListener*> listeners_;
  std::vector<Quarantined> set_aside_;  // of one reading; kept for its memory
  std::vector<JudgedField> judged_;     // likewise
  BootTime swept_{};                    // idle series were let go
};

}  // namespace collector
