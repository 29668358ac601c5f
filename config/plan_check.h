// What can't be right in a billing plan although each value has its form.
#pragma once

#include <vector>

#include "config/check.h"
#include "config/settings.h"

namespace collector {

// `settings`: as read by plan_settings(). For ComponentType::check.
std::vector<SettingMistake> mistakes_of_plan(const Settings& settings, const CheckContext& context);

}  // namespace collector
