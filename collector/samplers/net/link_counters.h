// Reads the counters of all links: with RTM_GETSTATS (kernel 4.7), which costs a fifth of anything else, or
// where that is missing with RTM_GETLINK. Owned and used by the sampler.
#pragma once

#include <cstdint>
#include <vector>

#include "collector/samplers/net/netlink_socket.h"
#include "collector/samplers/net/stats_message.h"

namespace collector {

class LinkCounterReader {
 public:
  enum class Source : std::uint8_t { stats, links };
  explicit LinkCounterReader(Source source = Source::stats) : source_(source) {}

  // Replaces what `out` holds. Finds out by itself that the kernel has no RTM_GETSTATS.
  struct Counters {
    StatsMessage stats;
    NetlinkSocket::Written written;  // when the kernel read them out
  };
  NetlinkSocket::Outcome<NetlinkSocket::Dump> read(NetlinkSocket& socket, const Clock& clock,
                                                   std::vector<Counters>& out);

 private:
  Source source_;
};

// Asks for all links, with or without their counters.
NetlinkSocket::Outcome<NetlinkSocket::Dump> dump_links(NetlinkSocket& socket, bool with_counters,
                                                       const Clock& clock,
                                                       const NetlinkSocket::TakeAnswer& take);

}  // namespace collector
