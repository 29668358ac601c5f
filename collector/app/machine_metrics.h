// The machine's latest readings as Prometheus text: under node_exporter's names where the meaning is the same
// (node_names.h), else as collector_<measurement>_<field>, with the series' tags as labels. Counters are the
// kernel's running totals. Pure; any thread.
#pragma once

#include <string>
#include <string_view>

#include "collector/app/snapshot.h"

namespace collector {

// Whether anybody who can reach the port may read it: only what is known to be about the machine as a whole.
// What is not listed is not told, so that what tells of programs, people or other machines never is by
// mistake.
bool is_about_the_machine(std::string_view measurement);

// Left out: what was not in its sampler's last sample any more.
std::string machine_metrics(const Snapshot& snapshot);

}  // namespace collector
