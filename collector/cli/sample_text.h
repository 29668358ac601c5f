// One sample as text: a table for people, or one line per series for programs.
#pragma once

#include <string>

#include "collector/app/snapshot.h"
#include "collector/core/terminal.h"
#include "config/configuration.h"

namespace collector {

// A heading per series and its fields; counters with their rate, values in human units. On a terminal as
// many fields side by side as it is wide, else one a line.
std::string sample_as_table(const Snapshot& snapshot, const Terminal& terminal);

// Whether that table has totals of counters.
bool has_counters(const Snapshot& snapshot);

// NDJSON, counters as the kernel's raw values:
// {"time":…,"measurement":…,"host":…,"tags":{…},"<field>":value,…}.
std::string sample_as_json(const Snapshot& snapshot, const Configuration& configuration);

// Influx line protocol, counters as the kernel's raw values, time in nanoseconds.
std::string sample_as_line_protocol(const Snapshot& snapshot, const Configuration& configuration);

}  // namespace collector
