// Which network namespace this process is in: where interface numbers and protocol counters belong to.
#pragma once

#include <cstdint>

namespace collector {

// The namespace's cookie, never used twice in a boot (kernel 5.14), else its inode in /proc; 0 when neither
// is to be had. Of the calling thread. Costs a socket: ask once.
std::uint64_t network_namespace_id();

}  // namespace collector
