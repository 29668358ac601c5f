// A history that is opened to be read: whether it is one, and what stands in the way.
#pragma once

#include <chrono>
#include <filesystem>

#include "collector/core/error.h"
#include "collector/sqlite/database.h"

namespace collector::history {

// Why reading has failed, and what whoever asks can do about it.
Error not_readable(const sqlite::SqliteError& error);

// Also on a read-only disk and in somebody else's directory. `patience`: with who locks it.
sqlite::SqliteResult<sqlite::Database> open_to_read(const std::filesystem::path& file,
                                                    std::chrono::milliseconds patience);

// Fails for what is no history, or not one of this version.
Result<> check_readable(const sqlite::Database& database);

}  // namespace collector::history
