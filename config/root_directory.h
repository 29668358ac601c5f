// Whether what `root:` names is the root of a system.
#pragma once

#include <filesystem>
#include <optional>

#include "collector/core/error.h"

namespace collector {

// What is wrong with it, by looking at it: every sampler would find nothing there, which is no error to any
// of them.
std::optional<Error> problem_with_root(const std::filesystem::path& root);

}  // namespace collector
