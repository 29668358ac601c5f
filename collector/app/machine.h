// What identifies this machine and this boot.
#pragma once

#include <string>

#include "collector/samplers/files.h"

namespace collector {

// /proc/sys/kernel/random/boot_id: changes with every boot, and only then. Empty when it can't be read.
std::string boot_id(const Files& files);

// /etc/machine-id (or D-Bus's copy) of the running system; empty when the machine has none.
std::string machine_id();

}  // namespace collector
