// The times of the top level: how often is read and written, on mains and on battery.
#pragma once

#include <optional>

#include "config/configuration.h"
#include "config/problems.h"
#include "config/tree.h"

namespace collector {

// interval, window and flush: those that are not given follow from the others. The interval, if it is known.
std::optional<Duration> read_times(const Settings& top, const TreeNode& root, Configuration& configuration,
                                   Problems& problems);

// `table`: the setting `battery`; checked against the times of `configuration`.
BatteryConfiguration read_battery(const Settings& table, const TreeNode& root,
                                  const Configuration& configuration, Problems& problems);

}  // namespace collector
