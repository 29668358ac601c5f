// The whole schema as a script, for somebody whose role may create tables: `collector config --sql`.
#pragma once

#include <span>
#include <string>

#include "collector/core/measurement.h"
#include "collector/core/series.h"
#include "collector/formats/row_format.h"
#include "sinks/postgres/options.h"

namespace collector::postgres_store {

// May be run again, also over an older version.
std::string script(const Options& options, const RowFormat& format,
                   std::span<const MeasurementPtr> measurements, std::span<const Tag> labels);

}  // namespace collector::postgres_store
