// The questions of `collector setup`, where the options do not answer them.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "collector/cli/dialogue.h"
#include "collector/cli/options.h"
#include "collector/cli/setup_plan.h"
#include "config/configuration.h"

namespace collector {

// Changes nothing; targets are tried. What is there already is the default of every question. No plan:
// `wrong` says which option is.
std::optional<SetupPlan> plan_of(const Options& options, const Dialogue& dialogue, const Catalog& catalog,
                                 const Environment& environment,
                                 const std::filesystem::path& configuration_home, std::string& wrong);

// What the plan will do, for people: also which files it replaces.
void summarise(const SetupPlan& plan, const std::vector<std::string>& files, const Dialogue& dialogue);

}  // namespace collector
