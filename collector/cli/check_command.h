// `collector check`: reads the configuration and says what it means, or everything that is wrong with it.
// Reads the file and those that it names, and touches nothing; with --connect it asks the sinks' targets.
#pragma once

#include <cstdio>

#include "collector/cli/options.h"
#include "config/configuration.h"

namespace collector {

// The verdict goes to `out`, problems to `err`. Exit code 0 or 78;
// with --connect 75 where a target would not take rows.
int check_command(const Options& options, const Catalog& catalog, const Environment& environment,
                  std::FILE* out = stdout, std::FILE* err = stderr);

}  // namespace collector
