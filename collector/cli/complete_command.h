// `collector complete sinks` and `complete plans`: what the shells' completions can't know by themselves, one
// name a line. For them only, no help mentions it.
#pragma once

#include "collector/cli/options.h"
#include "config/configuration.h"

namespace collector {

// Says nothing about what is wrong: at the tab key nobody wants to read that.
int complete_command(const Options& options, const Catalog& catalog, const Environment& environment);

}  // namespace collector
