// `collector setup --uninstall`: stops what setup has started, deletes the data where that is asked for, and
// brings back what was there before; in an order in which it can be done again from any point.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "collector/cli/dialogue.h"
#include "collector/cli/options.h"
#include "config/configuration.h"

namespace collector {

int undo_setup(const Options& options, const Dialogue& dialogue, const Environment& environment,
               const std::filesystem::path& configuration_home);

// Who holds the state directory: "pid 123", "pid 123, the service", or nothing.
struct StateHolder {
  std::string pid;
  bool is_service = false;  // systemd has started it
};
std::optional<StateHolder> holder_of(const std::filesystem::path& state);

}  // namespace collector
