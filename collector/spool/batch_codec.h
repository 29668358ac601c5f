// Batches as bytes, for the spool: versioned, self-checking (CRC-32C), about 2–4 bytes per idle cell. Series and
// measurements are referred to by the spool's ids.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "collector/core/batch.h"
#include "collector/core/error.h"

namespace collector {

// Appends the encoding of everything but origin, previous and only_sink (those are columns of the spool).
// Every row's series has an id.
void encode_batch(const Batch& batch, std::vector<std::byte>& out);

// Finds the series of an id; null when unknown.
using SeriesById = std::function<SeriesPtr(std::int64_t)>;

// Reads what encode_batch wrote. Errors name the offset. Never reads outside `bytes`, whatever is in them.
Result<Batch> decode_batch(std::span<const std::byte> bytes, const SeriesById& series);

}  // namespace collector
