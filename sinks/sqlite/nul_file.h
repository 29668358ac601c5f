// A database file that holds nothing but NUL bytes, as a power cut leaves one: nobody's data, which must not
// keep the machine from being measured.
#pragma once

#include <expected>
#include <filesystem>
#include <string>
#include <vector>

#include "collector/core/time.h"
#include "sinks/sink.h"

namespace collector::sqlite_store {

// A warning that this is one, and what will become of it; empty: it is not. Changes nothing.
std::vector<SinkNote> notes_on_file(const std::filesystem::path& file);

// Renames one to "<file>.damaged-<UTC time>" and logs it as sink `name`: returns what was logged; empty:
// there was nothing to do. Nobody may have the file open.
std::expected<std::string, SinkFailure> set_aside_nul(const std::filesystem::path& file, WallTime now,
                                                      const std::string& name);

}  // namespace collector::sqlite_store
