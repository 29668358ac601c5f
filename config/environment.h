// Where things are when the configuration does not say: from the environment.
#pragma once

#include <filesystem>

#include "config/configuration.h"

namespace collector {

// The first of $STATE_DIRECTORY (of a colon-separated list, as systemd sets it), $XDG_STATE_HOME/collector,
// ~/.local/state/collector and, without a home, /var/lib/collector. Relative values are passed over.
std::filesystem::path default_state_directory(const Environment& environment);

// What runs without any file.
Checked<Configuration> default_configuration(const Catalog& catalog, const Environment& environment);

}  // namespace collector
