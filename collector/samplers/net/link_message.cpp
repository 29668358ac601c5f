#include "collector/samplers/net/link_message.h"

#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>

#include <array>

namespace collector {
namespace {

std::string_view kind_of(Bytes link_info) {
  while (const auto attribute = next_attribute(link_info))
    if (attribute->type == IFLA_INFO_KIND) return read_text(attribute->payload);
  return {};
}

}  // namespace

std::optional<LinkMessage> parse_link_message(const NetlinkMessage& message) {
  if (message.type != RTM_NEWLINK && message.type != RTM_DELLINK) return std::nullopt;
  const auto header = read_value<ifinfomsg>(message.payload);
  if (!header || header->ifi_family != AF_UNSPEC || header->ifi_index <= 0) return std::nullopt;

  LinkMessage link;
  link.removed = message.type == RTM_DELLINK;
  // Of a change the kernel says which flags changed; "all" only when it registers a link.
  link.created = !link.removed && header->ifi_change == ~0U;
  link.index = static_cast<std::uint32_t>(header->ifi_index);
  link.flags = header->ifi_flags;
  link.type = header->ifi_type;
  Bytes attributes = message.payload.subspan(sizeof(ifinfomsg));
  while (const auto attribute = next_attribute(attributes)) {
    const Bytes payload = attribute->payload;
    switch (attribute->type) {
      case IFLA_IFNAME:
        link.name = read_text(payload);
        break;
      case IFLA_LINKINFO:
        link.kind = kind_of(payload);
        break;
      case IFLA_MASTER:
        link.master = read_value<std::uint32_t>(payload).value_or(0);
        break;
      case IFLA_LINK:
        link.lower = read_value<std::uint32_t>(payload).value_or(0);
        break;
      case IFLA_LINK_NETNSID:
        link.peer_elsewhere = true;
        break;
      case IFLA_OPERSTATE:
        link.operstate = read_value<std::uint8_t>(payload).value_or(0);
        break;
      case IFLA_ADDRESS:
        link.address = payload;
        break;
      case IFLA_STATS64:
        link.counters = parse_link_counters(payload);
        break;
      case IFLA_PARENT_DEV_NAME:
        link.has_device = true;
        break;
      case IFLA_WIRELESS:
        return std::nullopt;
      default:
        break;
    }
  }
  // A veth names its other end, which it is not built upon.
  if (link.peer_elsewhere || link.kind == "veth" || link.lower == link.index) link.lower = 0;
  if (link.name.empty() && !link.removed) return std::nullopt;
  return link;
}

std::string_view operstate_text(std::uint8_t operstate) {
  static constexpr std::array<std::string_view, 7> texts = {"unknown", "notpresent", "down", "lowerlayerdown",
                                                            "testing", "dormant",    "up"};
  return operstate < texts.size() ? texts[operstate] : texts[0];
}

}  // namespace collector
