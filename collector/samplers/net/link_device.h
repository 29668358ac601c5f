// What only sysfs tells about a link: whether a device stands behind it (to kernels before 5.14), and how
// fast it is.
#pragma once

#include <cstdint>

#include "collector/samplers/files.h"
#include "collector/samplers/net/link_table.h"

namespace collector {

// /sys/class/net shows the namespace of whoever mounted it, which may not be the one netlink talks about: an
// entry is believed only if index and hardware address agree. Reads several small files, so: rarely.
bool sysfs_shows(const Files& files, const Link& link);

// Whether sysfs has a device for it. Only of use when sysfs_shows() it.
bool sysfs_has_device(const Files& files, const Link& link);

// Mbit/s as the driver says; 0 when it does not know or the link is down. Only of use when sysfs_shows() it.
std::int64_t sysfs_speed(const Files& files, const Link& link);

}  // namespace collector
