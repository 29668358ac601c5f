// The data of a collector that is no longer wanted.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "collector/core/error.h"

namespace collector {

// Deletes what a collector keeps in its state directory, also under the names that the configuration gives to
// histories in there, and the directory when nothing else is in it. What was deleted or left, for people. An
// error: something could not be; it can be tried again.
Result<std::vector<std::string>> delete_state(const std::filesystem::path& state,
                                              const std::filesystem::path& configuration);

}  // namespace collector
