// Namespaces and small disks of the test's own.
#pragma once

#include <chrono>
#include <cstddef>
#include <filesystem>

namespace collector::test {

// Moves the calling process into fresh namespaces (CLONE_NEW… flags) where it is root: directly when it is
// root already, else through a user namespace. With CLONE_NEWNS, mounts made from then on stay there. Call
// before any thread is started. Throws when the kernel allows neither.
void enter_namespaces(int flags);

// Moves the calling process, which has one thread (a child just forked), into a time namespace whose
// CLOCK_BOOTTIME is ahead of the machine's, as if it had slept for so long. Ends the process when the kernel
// does not allow it.
void enter_time_namespace(std::chrono::seconds slept);

// An empty tmpfs on a directory (made when missing) for as long as the object lives; in a mount namespace of
// one's own.
class SmallDisk {
 public:
  SmallDisk(const std::filesystem::path& directory, std::size_t bytes);
  ~SmallDisk();
  SmallDisk(const SmallDisk&) = delete;
  SmallDisk& operator=(const SmallDisk&) = delete;

  void resize(std::size_t bytes) const;
  void set_read_only(bool read_only) const;  // throws while a file on it is open for writing

 private:
  std::filesystem::path directory_;
};

}  // namespace collector::test
