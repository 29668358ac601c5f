// What is wrong with a JSON sink's settings, as far as the file system tells without being written to.
#pragma once

#include <vector>

#include "config/check.h"
#include "config/settings.h"

namespace collector::json_files {

std::vector<SettingMistake> mistakes_in(const Settings& settings, const CheckContext& context);

}  // namespace collector::json_files
