// The files of the state directory that are the program's own: no sink may write to them.
#pragma once

#include <filesystem>
#include <optional>

#include "config/check.h"

namespace collector {

// Why a sink can't write to `path`: it is, or leads to, a file that the program keeps in the state directory.
// Links are followed. Nothing: it can. `state` empty: it is not known yet.
std::optional<Error> mistake_in_own_file(const std::filesystem::path& path,
                                         const std::filesystem::path& state);

}  // namespace collector
