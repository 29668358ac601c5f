#include "collector/spool/recent_batches.h"

#include <utility>

namespace collector {
namespace {

std::size_t memory_of(const Batch& batch) {
  return batch.rows.capacity() * sizeof(Row) + batch.cells.capacity() * sizeof(Cell);
}

}  // namespace

void RecentBatches::add(BatchPtr batch) {
  bytes_ += memory_of(*batch);
  batches_.push_back(std::move(batch));
  while (batches_.size() > at_most || (bytes_ > bytes_at_most && !batches_.empty()))
    forget_first();
}

void RecentBatches::forget_first() {
  bytes_ -= memory_of(*batches_.front());
  batches_.pop_front();
}

void RecentBatches::forget_through(std::uint64_t sequence) {
  while (!batches_.empty() && batches_.front()->origin.sequence <= sequence)
    forget_first();
}

void RecentBatches::clear() {
  batches_.clear();
  bytes_ = 0;
}

}  // namespace collector
