// Whether rows carry more tags than a server takes: VictoriaMetrics keeps 30 of a series and drops the others
// without a word (-maxLabelsPerTimeseries).
#pragma once

#include <span>
#include <vector>

#include "collector/core/measurement.h"
#include "collector/core/series.h"
#include "sinks/influx/filter.h"
#include "sinks/sink.h"

namespace collector::influx {

// `labels`: host and the configured tags; `produced`: what the configured samplers deliver. A note on the
// measurement with the most tags of those that `filter` takes; empty: they all fit.
std::vector<SinkNote> notes_on_labels(std::span<const Tag> labels, std::span<const MeasurementPtr> produced,
                                      const Filter& filter);

}  // namespace collector::influx
