// What a runner has done so far, written by its thread and read by any.
#pragma once

#include <mutex>
#include <utility>

#include "sinks/runner.h"

namespace collector {

class RunnerRecord {
 public:
  template <typename Change>
  void update(Change&& change) {
    const std::lock_guard lock(mutex_);
    std::forward<Change>(change)(figures_);
  }
  void set_state(RunnerState state) {
    update([state](RunnerFigures& figures) { figures.state = state; });
  }
  RunnerFigures copy() const {
    const std::lock_guard lock(mutex_);
    return figures_;
  }

 private:
  mutable std::mutex mutex_;
  RunnerFigures figures_;
};

}  // namespace collector
