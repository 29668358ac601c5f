// From the positioned tree to typed settings, by the component's own table.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "config/problems.h"
#include "config/setting.h"
#include "config/settings.h"
#include "config/tree.h"

namespace collector {

// Reads `node` (a map, or null for an empty one) by `table`: every row gets its value, its default or,
// without one, nothing; a value with a problem gets the default, so that the result is complete. Keys in
// `also_known` are somebody else's. `at` is the place of the whole, for what is missing.
Settings read_table(std::span<const Setting> table, const TreeNode& node, Position at,
                    const std::string& path, std::span<const std::string_view> also_known,
                    Problems& problems);

// One value by its row; nothing when a problem was reported.
std::optional<SettingValue> read_value(const Setting& setting, const TreeNode& node, Position at,
                                       const std::string& path, Problems& problems);

// "a duration such as 30s": what a row wants, for messages and documentation.
std::string wanted(const Setting& setting);

}  // namespace collector
