// A component's own check, told at the places of the file that it is about.
#pragma once

#include <string>

#include "config/check.h"
#include "config/problems.h"
#include "config/setting.h"
#include "config/settings.h"

namespace collector {

// Whether something is wrong at `path` or below it.
bool has_problem_within(const Problems& problems, std::string_view path);

// Whether the name that was given to a `what` ("sink") is one; `path`: "sinks.cloud".
void check_name(const TreeEntry& entry, const std::string& path, std::string_view what, Problems& problems);

// `entry`: the component's in the file, null when the file does not name it; `path`: "sinks.cloud". Says
// nothing about settings that have a problem already.
void check_component(const ComponentType& type, const Settings& settings, const TreeEntry* entry,
                     const std::string& path, const std::filesystem::path& state,
                     const Environment& environment, std::span<const MeasurementPtr> measurements,
                     Problems& problems);

}  // namespace collector
