// Batches as bytes, for the spool: versioned, self-checking (CRC-32C), a few bytes per idle cell. Series and
// the definitions of their measurements are referred to by the spool's ids, so that a batch keeps the fields
// it was written with, whatever later versions of a sampler declare.
//
//   version (1 byte) · CRC-32C of the rest (4 bytes) · labels · texts · rows
//
// The marker bytes of rows and cells are in batch_layout.h.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "collector/core/batch.h"
#include "collector/core/error.h"

namespace collector {

// The spool's names for what a row refers to.
struct RowIds {
  std::int64_t series = 0;      // Series::id(), of (measurement name, tags)
  std::int64_t definition = 0;  // of the measurement's table of fields, local to one spool file
};

// Appends the encoding of everything but origin, previous and only_sink (those are columns of the spool).
// `ids`: one per row.
void encode_batch(const Batch& batch, std::span<const RowIds> ids, std::vector<std::byte>& out);

// Finds the series of such a pair; null when unknown.
using SeriesByIds = std::function<SeriesPtr(RowIds)>;

// Reads what encode_batch wrote. Errors name the offset. Never reads outside `bytes`, whatever is in them.
Result<Batch> decode_batch(std::span<const std::byte> bytes, const SeriesByIds& series);

}  // namespace collector
