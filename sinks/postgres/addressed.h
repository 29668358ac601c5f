// Batches that are addressed to one sink (rows fed back, `dropped`, gaps) are followed by themselves. Two
// sinks may lead to one database without knowing it, by two names of a host: what all sinks get is then
// stored once, by whichever comes first, and the other one finds it there. What only one of them gets lies
// between those numbers, and must not be taken for stored because the other one has gone further.
#pragma once

#include <string_view>

#include "collector/core/batch.h"

namespace collector::postgres_store {

// The epoch that stands in table `position` for the batches of `epoch` that are addressed to `sink`.
Uuid addressed_epoch(const Uuid& epoch, std::string_view sink);

// The epoch under which the batch's position is kept, by the sink of this name.
inline Uuid position_epoch(const Batch& batch, std::string_view sink) {
  return batch.only_sink.empty() ? batch.origin.epoch : addressed_epoch(batch.origin.epoch, sink);
}

}  // namespace collector::postgres_store
