// What sampler `mem` makes of /proc/meminfo.
#pragma once

#include <span>
#include <string_view>

#include "collector/core/error.h"
#include "collector/core/measurement.h"
#include "collector/core/remarks.h"
#include "collector/core/value.h"

namespace collector {

const MeasurementPtr& mem_measurement();

// Fills `values`, one per field of mem_measurement(). What the text lacks stays absent, and what can't be
// true (no number, more than a machine can have, more free than there is) is rejected; an error when it is
// not the text of a meminfo (none of its lines).
Result<> parse_meminfo(std::string_view text, std::span<Value> values, Remarks& remarks);

}  // namespace collector
