// Which network namespace this process is in: where interface numbers and protocol counters belong to.
#pragma once

#include <cstdint>
#include <expected>
#include <string>

namespace collector {

// The namespace's cookie, never used twice in a boot (kernel 5.14), else its inode in /proc; 0 when neither
// is to be had. Of the calling thread. Costs a socket: ask once. An error where no descriptor was left for
// it: by another number than before every counter would seem to begin anew.
std::expected<std::uint64_t, std::string> network_namespace_id();

}  // namespace collector
