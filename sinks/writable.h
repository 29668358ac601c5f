// Whether this process could write to a file or make one, asked without doing it.
#pragma once

#include <expected>
#include <filesystem>

#include "sinks/sink.h"

namespace collector {

// Of a file or directory that is there.
std::expected<void, SinkFailure> can_write(const std::filesystem::path& path);
// A file in this directory, which has to be there; the state directory is made at the start.
std::expected<void, SinkFailure> can_make_in(const std::filesystem::path& directory,
                                             const std::filesystem::path& state);

}  // namespace collector
