// The section `web:`: where the page and the API are served, to whom, and how much.
#pragma once

#include <filesystem>
#include <optional>
#include <span>

#include "config/configuration.h"
#include "config/problems.h"
#include "config/setting.h"
#include "config/settings.h"
#include "config/tree.h"

namespace collector {

std::span<const Setting> web_settings();

// `table`: the values of `web`, which are checked here; nothing where no address is named: nothing listens.
// `state`: the state directory, whose tokens and users count where other machines reach it; empty: not known.
std::optional<WebConfiguration> read_web(const Settings& table, const TreeNode& root,
                                         const std::filesystem::path& state, const Catalog& catalog,
                                         const Environment& environment, Problems& problems);

// The same as its table would have read it.
Settings settings_of(const WebConfiguration& web);

}  // namespace collector
