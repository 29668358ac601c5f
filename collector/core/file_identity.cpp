#include "collector/core/file_identity.h"

#include <sys/stat.h>

#include <cerrno>

namespace collector {

std::optional<FileIdentity> identity_of(const std::filesystem::path& path) {
  struct stat status{};
  if (stat(path.c_str(), &status) != 0) return std::nullopt;
  return FileIdentity{status.st_dev, status.st_ino};
}

std::optional<FileIdentity> identity_of(int descriptor) {
  struct stat status{};
  if (fstat(descriptor, &status) != 0) return std::nullopt;
  return FileIdentity{status.st_dev, status.st_ino};
}

InPlace look_for(const std::filesystem::path& path, const std::optional<FileIdentity>& identity) {
  if (!identity) return InPlace::yes;
  struct stat status{};
  if (stat(path.c_str(), &status) != 0)
    return errno == ENOENT || errno == ENOTDIR ? InPlace::removed : InPlace::yes;
  return FileIdentity{status.st_dev, status.st_ino} == *identity ? InPlace::yes : InPlace::replaced;
}

std::filesystem::path log_beside(const std::filesystem::path& database) {
  return database.native() + "-wal";
}

}  // namespace collector
