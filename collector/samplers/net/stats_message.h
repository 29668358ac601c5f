// The counters of one link, from RTM_NEWSTATS and from the statistics inside RTM_NEWLINK.
#pragma once

#include <cstdint>
#include <optional>

#include "collector/samplers/net/netlink_message.h"

namespace collector {

// As the kernel has counted since the link was made. Drops are those of /proc/net/dev: what the kernel
// dropped plus what the device had no buffer for.
struct LinkCounters {
  std::uint64_t bytes_recv = 0;
  std::uint64_t bytes_sent = 0;
  std::uint64_t packets_recv = 0;
  std::uint64_t packets_sent = 0;
  std::uint64_t err_in = 0;
  std::uint64_t err_out = 0;
  std::uint64_t drop_in = 0;
  std::uint64_t drop_out = 0;

  friend bool operator==(const LinkCounters&, const LinkCounters&) = default;
};

struct StatsMessage {
  std::uint32_t index = 0;  // ifindex
  LinkCounters counters;
};

// From the payload of a struct rtnl_link_stats64, of whatever length this kernel gives it; nothing when it is
// too short for the counters above.
std::optional<LinkCounters> parse_link_counters(Bytes payload);

// Nothing when it is another message, or one without the 64-bit link counters.
std::optional<StatsMessage> parse_stats_message(const NetlinkMessage& message);

}  // namespace collector
