// From YAML text to the positioned tree. The one place that knows yaml-cpp.
#pragma once

#include <optional>
#include <string_view>

#include "config/problems.h"
#include "config/tree.h"

namespace collector {

// Bounds on what one file may blow up to, aliases and merge keys included.
inline constexpr int deepest_nesting = 32;
inline constexpr std::size_t most_nodes = 20'000;

// Reads one document. Duplicate keys, keys that are no texts and unknown tags are reported and left out; of
// what isn't YAML at all, is nested too deeply or grows too large, only that is reported and nothing is
// returned. An empty text is a null node of line 0. Never throws.
std::optional<TreeNode> read_yaml(std::string_view text, Problems& problems);

}  // namespace collector
