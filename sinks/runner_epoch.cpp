#include "sinks/runner_epoch.h"

#include <memory>
#include <utility>

namespace collector {

std::vector<BatchPtr> in_own_epoch(std::vector<BatchPtr> batches, std::optional<std::uint64_t>& own_after,
                                   const Uuid& source, const Uuid& epoch) {
  if (!batches.empty() && batches.front()->origin.epoch == epoch) own_after.reset();
  if (!own_after) return batches;
  for (BatchPtr& batch : batches) {
    const Origin& origin = batch->origin;
    if (origin.sequence <= *own_after || origin.source != source || origin.epoch == epoch) continue;
    Batch renamed = *batch;
    renamed.origin.epoch = epoch;
    batch = std::make_shared<const Batch>(std::move(renamed));
  }
  return batches;
}

}  // namespace collector
