// The newest batches, kept in memory so that sinks that keep up never read the disk. Used under the board's
// lock.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>

#include "collector/core/batch.h"

namespace collector {

class RecentBatches {
 public:
  void add(BatchPtr batch);  // follows the one added before
  void forget_through(std::uint64_t sequence);
  void clear();

  // Every batch after this sequence, if any, is in here.
  bool covers(std::uint64_t sequence) const {
    return !batches_.empty() && batches_.front()->previous <= sequence;
  }
  const std::deque<BatchPtr>& batches() const { return batches_; }

 private:
  void forget_first();

  static constexpr std::size_t at_most = 4;
  static constexpr std::size_t bytes_at_most = 1024 * 1024;
  std::deque<BatchPtr> batches_;
  std::size_t bytes_ = 0;
};

}  // namespace collector
