#include "tests/support/namespaces.h"

#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <string>

namespace collector::test {
namespace {

[[noreturn]] void fail(const std::string& what) {
  throw std::runtime_error(what + ": " + std::strerror(errno));
}

void map_to_root(const char* file, unsigned id) {
  const int descriptor = open(file, O_WRONLY);
  const std::string line = "0 " + std::to_string(id) + " 1";
  const bool written = descriptor >= 0 && write(descriptor, line.data(), line.size()) > 0;
  if (descriptor >= 0) close(descriptor);
  if (!written) fail(file);
}

void unshare_as_user(int flags) {
  const unsigned uid = geteuid();
  const unsigned gid = getegid();
  if (unshare(CLONE_NEWUSER | flags) != 0) fail("unshare with a user namespace");
  const int deny = open("/proc/self/setgroups", O_WRONLY);
  if (deny >= 0 && write(deny, "deny", 4) != 4) fail("/proc/self/setgroups");
  if (deny >= 0) close(deny);
  map_to_root("/proc/self/uid_map", uid);
  map_to_root("/proc/self/gid_map", gid);
}

std::string size_option(std::size_t bytes) {
  return "size=" + std::to_string(bytes);
}

}  // namespace

void enter_namespaces(int flags) {
  if (geteuid() != 0)
    unshare_as_user(flags);
  else if (unshare(flags) != 0)
    fail("unshare");
  // The root of a plain chroot is no mount point and can't be made private (EINVAL): then what is mounted may
  // show outside as well, until SmallDisk takes it away.
  if ((flags & CLONE_NEWNS) != 0 && mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0 &&
      errno != EINVAL)
    fail("making mounts private");
}

SmallDisk::SmallDisk(const std::filesystem::path& directory, std::size_t bytes) : directory_(directory) {
  std::filesystem::create_directories(directory);
  if (mount("tmpfs", directory.c_str(), "tmpfs", 0, size_option(bytes).c_str()) != 0)
    fail("tmpfs on " + directory.string());
}

SmallDisk::~SmallDisk() {
  umount2(directory_.c_str(), MNT_DETACH);
}

void SmallDisk::resize(std::size_t bytes) const {
  if (mount(nullptr, directory_.c_str(), nullptr, MS_REMOUNT, size_option(bytes).c_str()) != 0)
    fail("resizing " + directory_.string());
}

}  // namespace collector::test
