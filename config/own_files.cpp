#include "config/own_files.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <climits>
#include <system_error>

namespace collector {
namespace {

constexpr std::array<std::string_view, 4> own_names{"spool.db", "lock", "status.sock", "configuration"};

std::filesystem::path followed(const std::filesystem::path& path) {
  std::error_code error;
  auto real = std::filesystem::weakly_canonical(path, error);
  return error ? path.lexically_normal() : real;
}

// spool.db-wal, spool.db.damaged-20260131T120000Z and the like, too.
bool is_own(std::string_view name) {
  return std::ranges::any_of(own_names, [&](std::string_view own) {
    return name.starts_with(own) &&
           (name.size() == own.size() || name[own.size()] == '-' || name[own.size()] == '.');
  });
}

}  // namespace

std::optional<Error> mistake_in_place(const std::filesystem::path& path) {
  namespace fs = std::filesystem;
  if (path.native().size() >= PATH_MAX)
    return Error{fmt::format("is a longer path than there can be ({} bytes)", PATH_MAX - 1), "shorten it"};
  for (const fs::path& part : path)
    if (part.native().size() > NAME_MAX)
      return Error{fmt::format("holds a longer name than a file can have ({} bytes)", NAME_MAX),
                   "shorten it"};
  // The first part of the path that is there decides.
  for (fs::path part = path.lexically_normal().parent_path(); part.has_relative_path();
       part = part.parent_path()) {
    std::error_code error;
    const auto status = fs::status(part, error);
    if (fs::is_directory(status)) break;
    if (fs::exists(status))
      return Error{part.string() + " exists, and is not a directory", "name another one"};
  }
  return std::nullopt;
}

std::optional<Error> mistake_in_own_file(const std::filesystem::path& path,
                                         const std::filesystem::path& state) {
  if (state.empty()) return std::nullopt;
  const auto within = followed(path).lexically_relative(followed(state));
  if (within.empty() || within == "." || !is_own(within.begin()->native())) return std::nullopt;
  return Error{fmt::format("{} is the collector's own", within.begin()->native()), "choose another name"};
}

}  // namespace collector
