// The questions of `collector setup` about sinks: which, where, and as whom.
#pragma once

#include <vector>

#include "collector/cli/dialogue.h"
#include "collector/cli/setup_plan.h"
#include "config/configuration.h"

namespace collector {

// Targets beside those that are kept; each is tried.
std::vector<SetupTarget> ask_for_targets(const Dialogue& dialogue, const Catalog& catalog,
                                         const Environment& environment);

}  // namespace collector
