// What a shell offers at the tab key, as scripts for it.
#pragma once

#include <string>
#include <vector>

#include "collector/cli/command_line.h"

namespace collector {

// `samplers` are offered where a sampler's name goes.
std::string bash_completion(const std::vector<CommandDescription>& commands,
                            const std::vector<std::string>& samplers);
std::string zsh_completion(const std::vector<CommandDescription>& commands,
                           const std::vector<std::string>& samplers);

}  // namespace collector
