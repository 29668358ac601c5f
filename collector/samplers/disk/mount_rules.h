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

  bool reported(const Mount& mount) const;

 private:
  Selection fstypes_;
  Selection paths_;
  std::vector<std::string> pseudo_;
};

std::span<const Setting> mount_settings();

}  // namespace collector
