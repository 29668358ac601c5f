// Where files can't be: the program's own of the state directory, to which no sink may write, and paths that
// lead nowhere.
#pragma once

#include <filesystem>
#include <optional>

#include "config/check.h"

namespace collector {

// Why a sink can't write to `path`: it is, or leads to, a file that the program keeps in the state directory.
// Links are followed. Nothing: it can. `state` empty: it is not known yet.
std::optional<Error> mistake_in_own_file(const std::filesystem::path& path,
                                         const std::filesystem::path& state);

// Why nothing can ever be made at `path`, absolute: it or a name in it is too long, or something on the way
// to it is no directory, or it lies in a file system that holds no files, such as /proc, /sys and /dev.
// Nothing: it can, as far as this process sees.
std::optional<Error> mistake_in_place(const std::filesystem::path& path);

}  // namespace collector
