// collector import: another program's history into ours.
#pragma once

#include "collector/cli/options.h"
#include "config/configuration.h"

namespace collector {

int import_command(const Options& options, const Catalog& catalog, const Environment& environment);

}  // namespace collector
