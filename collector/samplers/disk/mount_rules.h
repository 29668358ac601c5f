// Which mounts are reported: the sampler's settings, applied. Pure.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "collector/samplers/disk/mounts.h"
#include "collector/samplers/selection.h"
#include "config/setting.h"
#include "config/settings.h"

namespace collector {

class MountRules {
 public:
  explicit MountRules(const Settings& settings);  // of mount_settings()

  // The root, which everything is in, is reported whatever holds it (a container's overlay), unless nothing
  // can be written to it (a live system's squashfs is always full).
  bool reported(const Mount& mount) const;
  // Whether an `include` names it: also a single file that is mounted by itself is reported then.
  bool named(const Mount& mount) const;
  // What is wrong when none of these is reported; globs that meet none of them. In words.
  std::string none_reported(const std::vector<Mount>& mounts) const;
  std::string unmet_globs(const std::vector<Mount>& mounts) const;

 private:
  Selection fstypes_;
  Selection paths_;
  std::vector<std::string> pseudo_;
};

std::span<const Setting> mount_settings();

}  // namespace collector
