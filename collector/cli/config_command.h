// `collector config`: the configuration in force with its secrets masked, or the documents generated from the
// tables.
#pragma once

#include <cstdio>

#include "collector/cli/options.h"
#include "config/configuration.h"

namespace collector {

// Exit code 0, or 78 with the problems on `err`; the generated documents need no configuration and always
// come.
int config_command(const Options& options, const Catalog& catalog, const Environment& environment,
                   std::FILE* out = stdout, std::FILE* err = stderr);

}  // namespace collector
