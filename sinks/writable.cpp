#include "sinks/writable.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace collector {
namespace {

SinkFailure refusal(const std::filesystem::path& path, int error) {
  return {.what = fmt::format("can't write to {}: {}", path.string(), std::strerror(error)),
          .remedy = error == ENOENT ? "create the directory" : "let the collector's user write there",
          .retry_after = std::nullopt,
          .hold = true};
}

}  // namespace

std::expected<void, SinkFailure> can_write(const std::filesystem::path& path) {
  if (eaccess(path.c_str(), W_OK) != 0) return std::unexpected(refusal(path, errno));
  return {};
}

std::expected<void, SinkFailure> can_make_in(const std::filesystem::path& directory,
                                             const std::filesystem::path& state) {
  std::error_code error;
  std::filesystem::path there = directory.lexically_normal();
  // Of the state directory's path the first part that is there decides.
  if (there == state.lexically_normal())
    while (!std::filesystem::exists(there, error) && there.has_relative_path())
      there = there.parent_path();
  return can_write(there);
}

}  // namespace collector
