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

bool write_text(const char* file, const std::string& text) {
  const int descriptor = open(file, O_WRONLY | O_CLOEXEC);
  const bool written = descriptor >= 0 && write(descriptor, text.data(), text.size()) > 0;
  if (descriptor >= 0) close(descriptor);
  return written;
}

void map_to_root(const char* file, unsigned id) {
  if (!write_text(file, "0 " + std::to_string(id) + " 1")) fail(file);
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

void enter_time_namespace(std::chrono::seconds slept) {
  const std::string offset = "boottime " + std::to_string(slept.count()) + " 0";
  int space = -1;
  const bool entered = unshare(CLONE_NEWTIME) == 0 && write_text("/proc/self/timens_offsets", offset) &&
                       (space = open("/proc/self/ns/time_for_children", O_RDONLY | O_CLOEXEC)) >= 0 &&
                       setns(space, CLONE_NEWTIME) == 0;
  if (entered) return;
  const std::string why = std::string("entering a time namespace: ") + std::strerror(errno) + "\n";
  _exit(write(STDERR_FILENO, why.data(), why.size()) > 0 ? 126 : 125);
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

void SmallDisk::set_read_only(bool read_only) const {
  const unsigned long flags = read_only ? MS_REMOUNT | MS_RDONLY : MS_REMOUNT;
  if (mount(nullptr, directory_.c_str(), nullptr, flags, nullptr) != 0)
    fail("remounting " + directory_.string());
}

}  // namespace collector::test
