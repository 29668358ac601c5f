// What identifies this machine and this boot.
#pragma once

#include <string>

#include "collector/samplers/files.h"

namespace collector {

// /proc/sys/kernel/random/boot_id: changes with every boot, and only then. Empty when there is none.
// Throws std::system_error where there is no descriptor or memory to read it: without it every counter would
// seem to begin anew.
std::string boot_id(const Files& files);

// /etc/machine-id (or D-Bus's copy) of the running system; empty when the machine has none.
std::string machine_id();

}  // namespace collector
