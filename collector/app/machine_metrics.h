// The machine's latest readings as Prometheus text: under node_exporter's names where the meaning is the same
// (node_names.h), else as collector_<measurement>_<field>, counters with _total behind it, with the series'
// tags as labels. Counters are the kernel's running totals. Pure; any thread.
//
// Everybody who reaches the port may read it, so only what its measurement calls about_machine is there.
#pragma once

#include <string>

#include "collector/app/snapshot.h"

namespace collector {

// Left out, too: what was not in its sampler's last sample any more.
std::string machine_metrics(const Snapshot& snapshot);

}  // namespace collector
