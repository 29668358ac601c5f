// How full a filesystem is, and which one answered: a path may lead to another one than was meant.
#pragma once

#include <sys/statvfs.h>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

namespace collector {

struct FilesystemStatus {
  struct statvfs space{};
  std::optional<std::uint64_t>
      mount_id;             // as in mountinfo of this process; nothing: the kernel does not tell
  std::uint32_t major = 0;  // of the device: what mountinfo calls the number, but for btrfs, whose
  std::uint32_t minor = 0;  // subvolumes have numbers of their own
  bool directory = true;    // or a file that is mounted by itself
};

// 0, or errno. Called in a helper thread, several at once; may block in the kernel.
using StatFunction = std::function<int(const std::string& path, FilesystemStatus& out)>;

// Opens the path once (without rights to read it), so that all of the answer is of one thing.
int system_stat(const std::string& path, FilesystemStatus& out);

}  // namespace collector
