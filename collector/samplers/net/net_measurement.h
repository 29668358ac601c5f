// What the sampler `net` delivers.
#pragma once

#include "collector/core/measurement.h"

namespace collector {

// Its fields, in the table's order: eight counters as in LinkCounters, then speed and operstate.
const MeasurementPtr& net_measurement();

}  // namespace collector
