// What RTM_NEWLINK and RTM_DELLINK say about one link: in the answer to RTM_GETLINK, and as events.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "collector/samplers/net/netlink_message.h"
#include "collector/samplers/net/stats_message.h"

namespace collector {

// Texts and bytes point into the message.
struct LinkMessage {
  bool created = false;         // an event of a link that has just come to this namespace
  bool removed = false;         // RTM_DELLINK: deleted, or moved to another namespace
  std::uint32_t index = 0;      // ifindex, above 0
  std::uint32_t flags = 0;      // IFF_...
  std::uint16_t type = 0;       // ARPHRD_...
  std::string_view name;        // may be empty when `removed`
  std::string_view kind;        // "bridge", "vlan", "veth", …; empty for plain devices
  std::uint32_t master = 0;     // ifindex of the bridge, bond or team that it is a member of; 0: of none
  std::uint32_t lower = 0;      // ifindex of the link in this namespace that it is built upon; 0: upon none
  bool peer_elsewhere = false;  // its other end, or what it is built upon, is in another namespace
  std::uint8_t operstate = 0;   // RFC 2863, as the kernel numbers it
  Bytes address;                // of the hardware; may be empty
  bool has_device = false;      // hardware, or a virtual machine's, stands behind it (told since kernel 5.14)
  std::optional<LinkCounters> counters;
};

// Nothing when it is another message, a broken one, or one that does not describe the whole link: those of
// the bridge family (its RTM_DELLINK only says that a port left a bridge), and the wireless driver's own
// events.
std::optional<LinkMessage> parse_link_message(const NetlinkMessage& message);

// "up", "down", "lowerlayerdown", …, as /sys/class/net/<interface>/operstate says it.
std::string_view operstate_text(std::uint8_t operstate);

}  // namespace collector
