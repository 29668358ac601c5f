#include "config/own_files.h"

#include <fmt/format.h>
#include <linux/magic.h>
#include <sys/vfs.h>

#include <algorithm>
#include <array>
#include <climits>
#include <cstdint>
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

// File systems that the kernel makes up: what is written there does something, is refused, or is gone.
constexpr std::
    array<std::uint64_t, 14>
        made_up{PROC_SUPER_MAGIC, SYSFS_MAGIC,        CGROUP_SUPER_MAGIC, CGROUP2_SUPER_MAGIC,
                DEBUGFS_MAGIC,    TRACEFS_MAGIC,      SECURITYFS_MAGIC,   SELINUX_MAGIC,
                BPF_FS_MAGIC,     DEVPTS_SUPER_MAGIC, EFIVARFS_MAGIC,     PSTOREFS_MAGIC,
                BINFMTFS_MAGIC,   0x62656570 /* configfs, which has no name for it */};

bool is_below(const std::filesystem::path& path, const std::filesystem::path& directory) {
  const auto [in_directory, in_path] =
      std::mismatch(directory.begin(), directory.end(), path.begin(), path.end());
  return in_directory == directory.end();
}

// `there`: the nearest directory above the path that is there. /dev is told by its name: its file system is
// an ordinary one in memory.
bool is_made_up(const std::filesystem::path& path, const std::filesystem::path& there) {
  struct statfs status{};
  if (statfs(there.c_str(), &status) == 0 &&
      std::ranges::find(made_up, static_cast<std::uint64_t>(status.f_type)) != made_up.end())
    return true;
  const auto real = followed(path);
  return is_below(real, "/dev") && !is_below(real, "/dev/shm");
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
    if (fs::is_directory(status) && is_made_up(path, part))
      return Error{fmt::format("is in {}, where the kernel keeps no files", part.string()),
                   "name a place on a disk, such as /var/lib/collector"};
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
