// `collector setup`: asks what to measure, where to send it and what starts it, or takes that as options;
// writes the configuration, starts the collector, shows the first numbers. `--uninstall` undoes it.
#pragma once

#include "collector/cli/options.h"
#include "config/configuration.h"

namespace collector {

int setup_command(const Options& options, const Catalog& catalog, const Environment& environment);

}  // namespace collector
