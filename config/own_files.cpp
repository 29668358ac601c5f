#include "config/own_files.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace collector {
namespace {

constexpr std::array<std::string_view, 3> own_names{"spool.db", "lock", "status.sock"};

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

std::optional<Error> mistake_in_own_file(const std::filesystem::path& path,
                                         const std::filesystem::path& state) {
  if (state.empty()) return std::nullopt;
  const auto within = followed(path).lexically_relative(followed(state));
  if (within.empty() || within == "." || !is_own(within.begin()->native())) return std::nullopt;
  return Error{fmt::format("{} is the collector's own", within.begin()->native()), "choose another name"};
}

}  // namespace collector
