// What is wrong with a SQLite sink's settings, as far as the file system tells without being written to.
#pragma once

#include <array>
#include <expected>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "config/check.h"
#include "config/settings.h"
#include "sinks/sink.h"

namespace collector::sqlite_store {

// Endings of SQLite's own files beside a database.
inline constexpr std::array<std::string_view, 3> companions{"-wal", "-shm", "-journal"};

// What is in the file, or whether one can be made; changes nothing.
std::expected<std::string, SinkFailure> probe(const std::filesystem::path& file,
                                              const std::filesystem::path& state);

std::vector<SettingMistake> mistakes_in(const Settings& settings, const CheckContext& context);

}  // namespace collector::sqlite_store
