// What a file system has to be able to do for this program: lock files (flock, and fcntl's locks for SQLite),
// and map them in memory that processes share (SQLite's log). Some network, FUSE and pass-through file
// systems can't; what then fails says so in ways of its own, or lets one believe that somebody else holds a
// lock.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "collector/core/error.h"

namespace collector {

// Errnos of flock() and fcntl(F_SETLK) that say that there are no locks, not that somebody has them.
bool means_no_locks(int number);

// "the file system has no locks (No locks available)", and where to go instead.
Error no_locks(int number);

// Tries both in a file of its own, which it removes at once. Nothing: all is well, or it could not be tried.
std::optional<Error> what_file_system_lacks(const std::filesystem::path& directory);

// Of stat's st_mode: "named pipe", "socket", "device", "directory"; empty: an ordinary file.
std::string_view kind_of_special_file(unsigned mode);

}  // namespace collector
