// What is wrong with a SQLite sink's settings, as far as the file system tells without being written to.
#pragma once

#include <expected>
#include <filesystem>
#include <string>
#include <vector>

#include "config/check.h"
#include "config/settings.h"
#include "sinks/sink.h"

namespace collector::sqlite_store {

// What is in the file, or whether one can be made; changes nothing.
std::expected<std::string, SinkFailure> probe(const std::filesystem::path& file,
                                              const std::filesystem::path& state);

std::vector<SettingMistake> mistakes_in(const Settings& settings, const CheckContext& context);

}  // namespace collector::sqlite_store
