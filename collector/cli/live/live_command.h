// `live`: what moves through this machine's interfaces, reading by reading, as the running collector counts
// it.
#pragma once

#include "collector/cli/options.h"
#include "config/configuration.h"

namespace collector {

int live_command(const Options& options, const Environment& environment);

}  // namespace collector
