// What identifies this machine and this boot.
#pragma once

#include <string>

#include "collector/app/boot.h"
#include "collector/samplers/files.h"

namespace collector {

// /proc/sys/kernel/random/boot_id, the line btime of /proc/stat, and `now`. Throws std::system_error where
// there is no descriptor or memory to read them: without them counters would seem to begin anew.
BootSigns boot_signs(const Files& files, Instant now);

// /etc/machine-id (or D-Bus's copy) of the running system; empty when the machine has none.
std::string machine_id();

}  // namespace collector
