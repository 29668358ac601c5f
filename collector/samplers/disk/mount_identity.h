// Whether what answered under a path is the mount that the list means.
#pragma once

#include <optional>
#include <vector>

#include "collector/samplers/disk/filesystem_status.h"
#include "collector/samplers/disk/mounts.h"
#include "collector/samplers/files.h"

namespace collector {

class MountIdentity {
 public:
  // `own_list`: the mounts asked about are listed with the ids of this process's own namespace.
  explicit MountIdentity(bool own_list)
      : own_list_(own_list), own_mountinfo_(Files(), "/proc/self/mountinfo") {}

  // Before the answers of a sample.
  void begin() { own_mounts_.reset(); }
  // The same filesystem: by the mount's id, or by the device's number; where the list is another system's and
  // the number is a subvolume's, by the number that this process's own list has for the mount that answered.
  bool is(const Mount& mount, const FilesystemStatus& status);

 private:
  bool own_list_;
  KeptFile own_mountinfo_;
  std::optional<std::vector<Mount>> own_mounts_;  // of this sample, once it was needed
};

}  // namespace collector
