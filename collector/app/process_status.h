// What the operating system says of this process: its use of processor, memory, threads and descriptors.
#pragma once

#include "collector/app/status.h"

namespace collector {

// From getrusage and /proc/self; zero where that can't be read. Any thread.
ProcessStatus process_status();

}  // namespace collector
