// Names of time zones, as far as a configuration is concerned.
#pragma once

#include <filesystem>
#include <optional>
#include <string_view>

#include "collector/core/error.h"

namespace collector {

// Why this is no zone of the database in `directory`, with the name that is likely meant; nothing: it is one.
std::optional<Error> mistake_in_zone(std::string_view name, const std::filesystem::path& directory);

}  // namespace collector
