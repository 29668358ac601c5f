#include "collector/samplers/net/stats_message.h"

#include <linux/if_link.h>
#include <linux/rtnetlink.h>

#include <cstddef>

namespace collector {
namespace {

std::uint64_t number_at(Bytes payload, std::size_t offset) {
  std::uint64_t value = 0;
  std::memcpy(&value, payload.data() + offset, sizeof value);
  return value;
}

}  // namespace

std::optional<LinkCounters> parse_link_counters(Bytes payload) {
  // The structure has only ever grown at its end: what is needed from it is all in its first part.
  constexpr std::size_t needed = offsetof(rtnl_link_stats64, rx_missed_errors) + sizeof(std::uint64_t);
  if (payload.size() < needed) return std::nullopt;
  return LinkCounters{
      .bytes_recv = number_at(payload, offsetof(rtnl_link_stats64, rx_bytes)),
      .bytes_sent = number_at(payload, offsetof(rtnl_link_stats64, tx_bytes)),
      .packets_recv = number_at(payload, offsetof(rtnl_link_stats64, rx_packets)),
      .packets_sent = number_at(payload, offsetof(rtnl_link_stats64, tx_packets)),
      .err_in = number_at(payload, offsetof(rtnl_link_stats64, rx_errors)),
      .err_out = number_at(payload, offsetof(rtnl_link_stats64, tx_errors)),
      .drop_in = number_at(payload, offsetof(rtnl_link_stats64, rx_dropped)) +
                 number_at(payload, offsetof(rtnl_link_stats64, rx_missed_errors)),
      .drop_out = number_at(payload, offsetof(rtnl_link_stats64, tx_dropped)),
  };
}

std::optional<StatsMessage> parse_stats_message(const NetlinkMessage& message) {
  if (message.type != RTM_NEWSTATS) return std::nullopt;
  const auto header = read_value<if_stats_msg>(message.payload);
  if (!header) return std::nullopt;
  Bytes attributes = message.payload.subspan(sizeof(if_stats_msg));
  while (const auto attribute = next_attribute(attributes)) {
    if (attribute->type != IFLA_STATS_LINK_64) continue;
    const auto counters = parse_link_counters(attribute->payload);
    if (!counters) return std::nullopt;
    return StatsMessage{header->ifindex, *counters};
  }
  return std::nullopt;
}

}  // namespace collector
