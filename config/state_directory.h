// The state directory that a configuration names, for asking the collector that runs there: found also where
// the rest of the file is wrong, which is when people ask.
#pragma once

#include <filesystem>
#include <optional>

#include "config/configuration.h"

namespace collector {

// Never fails: what can't be read is taken as not there, and then the directory is the one without a file.
std::filesystem::path state_directory_of(const std::optional<std::filesystem::path>& file,
                                         const Environment& environment);

}  // namespace collector
