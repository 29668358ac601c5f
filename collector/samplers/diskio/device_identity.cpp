#include "collector/samplers/diskio/device_identity.h"

#include <linux/magic.h>
#include <sys/stat.h>
#include <sys/vfs.h>

#include <algorithm>
#include <string>

namespace collector {

std::uint64_t device_identity(const Files& files, std::string_view name, std::uint32_t major,
                              std::uint32_t minor) {
  std::string path = "/sys/class/block/";
  const std::size_t name_starts = path.size();
  path += name;
  // cciss/c0d0 is cciss!c0d0 in sysfs.
  std::replace(path.begin() + static_cast<std::ptrdiff_t>(name_starts), path.end(), '/', '!');
  const std::string resolved = files.resolve(path).string();
  struct stat status{};
  struct statfs filesystem{};
  if (::statfs(resolved.c_str(), &filesystem) == 0 && filesystem.f_type == SYSFS_MAGIC &&
      ::stat(resolved.c_str(), &status) == 0)
    return status.st_ino;
  constexpr unsigned minor_bits = 20;
  return (std::uint64_t{major} << minor_bits) | minor;
}

}  // namespace collector
