#include "collector/core/file_system.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <system_error>

#include "collector/core/resources.h"

namespace collector {
namespace {

Error lacking(const std::string& what, int number) {
  return {
      fmt::format("the file system {} ({})", what, std::generic_category().message(number)),
      "put it on a local disk, or mount that file system with locks and shared memory (NFS: with its lock "
      "service, or `local_lock=all`)"};
}

// Without a name where the file system can do that.
int make_file(const std::filesystem::path& directory) {
  const int unnamed = open(directory.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
  if (unnamed >= 0) return unnamed;
  std::string name = (directory / ".collector-XXXXXX").string();
  const int named = mkostemp(name.data(), O_CLOEXEC);
  if (named >= 0) unlink(name.c_str());
  return named;
}

std::optional<Error> try_lock(int file) {
  struct flock lock{};
  lock.l_type = F_WRLCK;
  lock.l_whence = SEEK_SET;
  lock.l_len = 1;
  while (fcntl(file, F_SETLK, &lock) != 0)
    if (errno != EINTR) return means_no_locks(errno) ? std::optional(no_locks(errno)) : std::nullopt;
  return std::nullopt;
}

std::optional<Error> try_map(int file) {
  constexpr std::size_t size = 4096;
  if (ftruncate(file, size) != 0) return std::nullopt;
  void* const mapped = mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  if (mapped == MAP_FAILED)
    return lacks_resources(errno) || errno == EAGAIN
               ? std::nullopt
               : std::optional(lacking("can't map files in shared memory, which SQLite's log needs", errno));
  munmap(mapped, size);
  return std::nullopt;
}

}  // namespace

bool means_no_locks(int number) {
  switch (number) {
    case ENOLCK:
    case EOPNOTSUPP:
    case ENOSYS:
    case EINVAL:
    case EPROTONOSUPPORT:
    case ENOTTY:
      return true;
    default:
      return false;
  }
}

Error no_locks(int number) {
  return lacking("has no locks", number);
}

std::optional<Error> what_file_system_lacks(const std::filesystem::path& directory) {
  if (directory.empty()) return std::nullopt;
  const int file = make_file(directory);
  if (file < 0) return std::nullopt;
  std::optional<Error> lacks = try_lock(file);
  if (!lacks) lacks = try_map(file);
  close(file);
  return lacks;
}

std::string_view kind_of_special_file(unsigned mode) {
  if (S_ISREG(mode)) return {};
  if (S_ISDIR(mode)) return "directory";
  return S_ISFIFO(mode) ? "named pipe" : S_ISSOCK(mode) ? "socket" : "device";
}

}  // namespace collector
