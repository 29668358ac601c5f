// Batches that were numbered in an epoch which, as it turned out, another collector uses too (its state
// directory is a copy of ours): those that only this process can have appended go out in our new one.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "collector/core/batch.h"

namespace collector {

// `own_after`: see CursorNote; nothing: all batches go as they are. Batches from elsewhere always do. Cleared
// when those begin that were numbered in `epoch`, the present one.
std::vector<BatchPtr> in_own_epoch(std::vector<BatchPtr> batches, std::optional<std::uint64_t>& own_after,
                                   const Uuid& source, const Uuid& epoch);

}  // namespace collector
