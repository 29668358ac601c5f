// What a block device is: by what sysfs says of it, not by its name.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "collector/samplers/files.h"

namespace collector {

struct DeviceKind {
  // "disk", "partition", "path", "stacked" or "virtual"; only the sum over "disk" counts no byte twice.
  std::string_view kind;
  std::string parent;  // of a partition its disk, of a path the disk it leads to; empty: not known, or none
};

// Where sysfs does not show this device (by name and numbers), its name has to do. `disk_before`: the disk
// whose partition it is by the kernel's rule for names; empty: it is none.
DeviceKind device_kind(const Files& files, std::string_view name, std::uint32_t major, std::uint32_t minor,
                       std::string_view disk_before);

}  // namespace collector
