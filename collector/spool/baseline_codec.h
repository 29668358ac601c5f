// One baseline as bytes: versioned, with a checksum, since a wrong number here would become a wrong delta.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "collector/core/baseline.h"
#include "collector/core/error.h"

namespace collector {

// Replaces `out`. The boot id is given as the spool's number of it.
void encode_baseline(const Baseline& baseline, std::int64_t boot, std::vector<std::byte>& out);

struct StoredBaseline {
  Baseline baseline;  // without series and boot_id; values of the fields it was written with
  std::int64_t boot = 0;
};
Result<StoredBaseline> decode_baseline(std::span<const std::byte> bytes);

}  // namespace collector
