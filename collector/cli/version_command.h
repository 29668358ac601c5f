// `collector version --check FILE|URL`: whether a newer version is there. The only place that ever looks for
// one, and only when asked; installing it is the package manager's.
#pragma once

#include <compare>
#include <optional>
#include <string>
#include <string_view>

#include "collector/cli/options.h"

namespace collector {

// Prints the answer. exit_code::done: none; newer: there is one; not_reached: it can't be told.
int version_command(const Options& options);

// By the numbers between the dots, "0.10.0" above "0.9.1"; what is missing counts as 0, and a leading v for
// nothing. Nothing when one of the two is not made of 1 to 4 such numbers.
std::optional<std::strong_ordering> compare_versions(std::string_view left, std::string_view right);

}  // namespace collector
