// What tells one block device from another that comes after it under the same name.
#pragma once

#include <cstdint>
#include <string_view>

#include "collector/samplers/files.h"

namespace collector {

// The inode of the device's folder in sysfs, made when the kernel made the device and its counters: a later
// device has a higher one. (The disk sequence number in sysfs won't do: it also moves on when a medium is
// changed, which the counters survive.) Where /sys is not the kernel's: the device's numbers.
std::uint64_t device_identity(const Files& files, std::string_view name, std::uint32_t major,
                              std::uint32_t minor);

}  // namespace collector
