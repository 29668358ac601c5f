// The file of NAME=value lines that holds a service's secrets, and what else stands in for the process's own
// environment. Blank lines and lines that begin with # or ; are passed over; values may be in quotes, as
// systemd's EnvironmentFile= has them.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/configuration.h"

namespace collector {

using Variables = std::map<std::string, std::string>;

// What the text sets; lines that set nothing are passed over. Of a name given twice the last counts.
Variables parse_environment_file(std::string_view text);

// The files that are looked at for `configuration`, in this order: `environment` beside it, then
// /etc/collector/environment.
std::vector<std::filesystem::path> environment_files(
    const std::optional<std::filesystem::path>& configuration);

// `environment` with what those files set, read now. The process's own variables go first, except in a
// service that was handed its variables (Environment::handed): there what the files and the handed ones say
// is newer. Where a file can't be read, `unset_hint` says so.
Environment with_environment_files(const Environment& environment,
                                   const std::optional<std::filesystem::path>& configuration);

}  // namespace collector
