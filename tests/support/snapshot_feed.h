// Samples on their way to a snapshot, through a pipeline as in the loop.
#pragma once

#include "collector/app/snapshot.h"
#include "collector/pipeline/pipeline.h"

namespace collector::test {

class SnapshotFeed {
 public:
  explicit SnapshotFeed(SeriesTable& table, double max_rate = 1e12)
      : pipeline_("boot", Baselines{}, max_rate, std::chrono::hours(1), table) {
    pipeline_.listen(board_);
  }
  void take(const Sample& sample) { pipeline_.take(sample, Duration::zero()); }
  void publish(std::uint64_t tick, Instant now) { board_.publish(tick, now); }
  void forget_idle(BootTime now, Duration idle) { board_.forget_idle(now, idle); }
  std::shared_ptr<const Snapshot> latest() const { return board_.latest(); }

 private:
  SnapshotBoard board_;
  Pipeline pipeline_;
};

}  // namespace collector::test
