// Parsing /proc/<pid>/mountinfo. Pure functions of text; a line without its newline was cut off and is not
// looked at.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "collector/core/error.h"

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

  friend bool operator==(const Mount&, const Mount&) = default;
};

// In the file's order. The error names the line.
Result<std::vector<Mount>> parse_mountinfo(std::string_view text);

// Of several mounts at one place only the last is left (the others are hidden under it), of several mounts of
// one filesystem the one that shows most of it: root "/", then the shortest path. In the order of paths.
std::vector<Mount> one_per_filesystem(std::vector<Mount> mounts);

}  // namespace collector
