#include "collector/samplers/net/link_counters.h"

#include <linux/if_link.h>
#include <linux/rtnetlink.h>

#include <cerrno>

#include "collector/samplers/net/link_message.h"

namespace collector {

NetlinkSocket::Outcome<NetlinkSocket::Dump> dump_links(NetlinkSocket& socket, bool with_counters,
                                                       const Clock& clock,
                                                       const NetlinkSocket::TakeAnswer& take) {
  struct {
    ifinfomsg header{};
    rtattr mask_header{.rta_len = RTA_LENGTH(sizeof(std::uint32_t)), .rta_type = IFLA_EXT_MASK};
    std::uint32_t mask = 0;
  } request;
  if (!with_counters) request.mask = RTEXT_FILTER_SKIP_STATS;
  return socket.dump(RTM_GETLINK, std::as_bytes(std::span(&request, 1)), clock, take);
}

NetlinkSocket::Outcome<NetlinkSocket::Dump> LinkCounterReader::read(NetlinkSocket& socket, const Clock& clock,
                                                                    std::vector<Counters>& out) {
  using Written = NetlinkSocket::Written;
  out.clear();
  if (source_ == Source::stats) {
    if_stats_msg request{};
    request.filter_mask = IFLA_STATS_FILTER_BIT(IFLA_STATS_LINK_64);
    const auto outcome = socket.dump(RTM_GETSTATS, std::as_bytes(std::span(&request, 1)), clock,
                                     [&out](const NetlinkMessage& message, const Written& written) {
                                       if (const auto stats = parse_stats_message(message))
                                         out.push_back({*stats, written});
                                     });
    if (outcome) return outcome;
    const int number = outcome.error().number;
    if (number != EOPNOTSUPP && number != EINVAL) return std::unexpected(outcome.error());
    source_ = Source::links;
    out.clear();
  }
  return dump_links(socket, true, clock, [&out](const NetlinkMessage& message, const Written& written) {
    const auto link = parse_link_message(message);
    if (link && link->counters) out.push_back({{link->index, *link->counters}, written});
  });
}

}  // namespace collector
