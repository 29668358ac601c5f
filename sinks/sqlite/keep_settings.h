// `keep:` of a SQLite sink: how long each level of the history stays, and how large the file may become.
#pragma once

#include <span>
#include <vector>

#include "collector/history/keep.h"
#include "config/check.h"
#include "config/setting.h"
#include "config/settings.h"

namespace collector::sqlite_store {

// The rows of the table.
std::span<const Setting> keep_settings();

// Of settings without mistakes. `settings`: the sink's.
history::Keep keep_of(const Settings& settings);

// All that is wrong in it; paths are of the sink's table.
std::vector<SettingMistake> mistakes_in_keep(const Settings& settings, const CheckContext& context);

}  // namespace collector::sqlite_store
