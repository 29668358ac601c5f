// Where things are when the configuration does not say: from the environment; and which files a configuration
// comes from.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/configuration.h"

namespace collector {

// The first of $STATE_DIRECTORY (of a colon-separated list, as systemd sets it), $XDG_STATE_HOME/collector,
// ~/.local/state/collector and, without a home, /var/lib/collector. Relative values are passed over.
std::filesystem::path default_state_directory(const Environment& environment);

// The first of $RUNTIME_DIRECTORY, as systemd sets it; empty where it sets none.
std::filesystem::path runtime_directory(const Environment& environment);

// What runs without any file.
Checked<Configuration> default_configuration(const Catalog& catalog, const Environment& environment);

// parse_configuration() that also tells which secret files were named, when something is wrong with them too.
// `without_secrets`: as load_without_secrets().
Checked<Configuration> parse_naming_secrets(std::string_view yaml, const std::string& name,
                                            const Catalog& catalog, const Environment& environment,
                                            std::vector<std::filesystem::path>& secret_files,
                                            bool without_secrets = false);

// The files that find_configuration() looks at, in its order, there or not.
std::vector<std::filesystem::path> configuration_places(const std::optional<std::string>& option,
                                                        const Environment& environment);

// What `run` and `--once` take: as find_configuration(), but not the system's file where its state is not
// this user's, who has a state of their own then and the built-in defaults, unless told otherwise.
std::optional<std::filesystem::path> configuration_to_run(const std::optional<std::string>& option,
                                                          const Environment& environment);

// A configuration, found and read anew, and all files whose change could change it: those are to be watched,
// whether they are there or not, and whatever is wrong with the configuration.
struct FoundConfiguration {
  Checked<Configuration> configuration;
  std::vector<std::filesystem::path> files;
};
// It is the one of configuration_to_run().
FoundConfiguration find_and_load_configuration(const std::optional<std::string>& option,
                                               const Catalog& catalog, const Environment& environment);

}  // namespace collector
