// Asks the running collector how it does.
#pragma once

#include "collector/cli/options.h"
#include "config/configuration.h"

namespace collector {

// Exit code 0: healthy, 1: degraded or not answering, 3: not running.
int status_command(const Options& options, const Catalog& catalog, const Environment& environment);

}  // namespace collector
