// Parsing /proc/<pid>/mountinfo. Pure functions of text; a line without its newline was cut off and is not
// looked at.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "collector/core/error.h"
#include "collector/core/remarks.h"

namespace collector {

struct Mount {
  std::string number;  // of the filesystem's device: "254:0"; all mounts of one filesystem share it
  std::string
      root;  // the part of the filesystem that is mounted; "/" unless it is a bind mount or a subvolume
  std::string path;  // where it is mounted
  std::string fstype;
  std::string device;  // "vda", "server:/export", …: as the kernel names the source, without "/dev/"
  // The filesystem is, and not just this mount of it: a sandbox such as systemd's mounts everything read-only
  // once more, which says nothing about the disk.
  bool read_only = false;
  std::uint64_t id = 0;      // of this mount, among those that there are; given again once it is gone
  std::uint64_t parent = 0;  // the mount that it is mounted on; need not be in the list

  friend bool operator==(const Mount&, const Mount&) = default;
};

// In the file's order. A line that is no mount is rejected; an error when no line is left of a text that has
// some.
Result<std::vector<Mount>> parse_mountinfo(std::string_view text, Remarks& remarks);

// Those that their own path leads to, in their order: what something is mounted over, at its own place or
// further up, is hidden. Pure, by ids and parents, as the kernel looks a path up.
std::vector<Mount> reachable(const std::vector<Mount>& mounts);

// The mounts of each filesystem (by number), the one first that shows most of it: root "/", then the shortest
// path. The filesystems in the order of those paths.
std::vector<std::vector<Mount>> by_filesystem(std::vector<Mount> mounts);

}  // namespace collector
