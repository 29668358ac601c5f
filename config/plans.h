// `plans:`: what a line costs, and how much of it may be used, by name.
#pragma once

#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "config/configuration.h"
#include "config/problems.h"
#include "config/setting.h"
#include "config/tree.h"

namespace collector {

inline constexpr std::string_view plans_key = "plans";
inline constexpr std::string_view plans_sentence =
    "What lines cost and how much of them may be used: plans by name. There are none by default.";
inline constexpr std::string_view plan_example = "{home: {cycle: {day: 14}, quota: 1TB}}";

// The settings of a plan, in the order in which they are documented.
std::span<const Setting> plan_settings();

// The plans in the file's order. `entry` null: there are none.
std::vector<PlanConfiguration> read_plans(const TreeEntry* entry, const Environment& environment,
                                          Problems& problems);

}  // namespace collector
