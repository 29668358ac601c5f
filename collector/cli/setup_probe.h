// Whether a sink's target can be reached, found out by opening it.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "collector/cli/setup_plan.h"
#include "config/configuration.h"

namespace collector {

// Nothing when it could; else what fails, and what to do. Waits as long as the sink does (about 15 s).
std::optional<std::string> why_unreachable(const SetupTarget& target, const Catalog& catalog,
                                           const Environment& environment);

}  // namespace collector
