// The section `web:`: where the page and the API are served, to whom, and how much.
#pragma once

#include <optional>
#include <span>

#include "config/configuration.h"
#include "config/problems.h"
#include "config/setting.h"
#include "config/settings.h"
#include "config/tree.h"

namespace collector {

std::span<const Setting> web_settings();

// `table`: the checked values of `web`; nothing where no address is named: nothing listens.
std::optional<WebConfiguration> read_web(const Settings& table, const TreeNode& root, Problems& problems);

// The same as its table would have read it.
Settings settings_of(const WebConfiguration& web);

}  // namespace collector
