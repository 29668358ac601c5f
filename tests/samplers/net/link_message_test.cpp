// Netlink bytes made by hand: what the kernel's messages mean, and that broken ones are never read beyond
// their end.
#include "collector/samplers/net/link_message.h"

#include <gtest/gtest.h>
#include <net/if.h>
#include <sys/socket.h>

#include <array>
#include <memory>
#include <stdexcept>
#include <vector>

#include "collector/samplers/net/stats_message.h"
#include "tests/samplers/net/message_builder.h"

namespace collector::test {
namespace {

NetlinkMessage first_message(Bytes bytes) {
  const auto message = next_message(bytes);
  if (!message) throw std::runtime_error("no message");
  return *message;
}

ifinfomsg link_header(int index, unsigned char family = AF_UNSPEC) {
  ifinfomsg header{};
  header.ifi_family = family;
  header.ifi_index = index;
  header.ifi_flags = IFF_UP;
  return header;
}

if_stats_msg stats_header() {
  if_stats_msg header{};
  header.ifindex = 12;
  return header;
}

rtnl_link_stats64 some_stats() {
  rtnl_link_stats64 stats{};
  stats.rx_bytes = 18'446'744'073'709'551'615U;
  stats.tx_bytes = 2;
  stats.rx_packets = 3;
  stats.tx_packets = 4;
  stats.rx_errors = 5;
  stats.tx_errors = 6;
  stats.rx_dropped = 7;
  stats.rx_missed_errors = 100;
  stats.tx_dropped = 8;
  return stats;
}

constexpr LinkCounters some_counters{.bytes_recv = 18'446'744'073'709'551'615U,
                                     .bytes_sent = 2,
                                     .packets_recv = 3,
                                     .packets_sent = 4,
                                     .err_in = 5,
                                     .err_out = 6,
                                     .drop_in = 107,
                                     .drop_out = 8};

MessageBuilder vlan_message() {
  MessageBuilder message(RTM_NEWLINK, NLM_F_MULTI, 1, link_header(7));
  message.attribute(IFLA_IFNAME, "eth0.5")
      .number(IFLA_LINK, std::uint32_t{2})
      .number(IFLA_MASTER, std::uint32_t{9});
  message.number(IFLA_OPERSTATE, std::uint8_t{6}).number(IFLA_STATS64, some_stats());
  message.begin(IFLA_LINKINFO).attribute(IFLA_INFO_KIND, "vlan").end();
  return message;
}

TEST(LinkMessage, SaysWhatTheLinkIs) {
  auto built = vlan_message();
  const auto link = parse_link_message(first_message(built.bytes()));
  ASSERT_TRUE(link);
  EXPECT_FALSE(link->removed);
  EXPECT_EQ(link->index, 7U);
  EXPECT_EQ(link->name, "eth0.5");
  EXPECT_EQ(link->kind, "vlan");
  EXPECT_EQ(link->lower, 2U);
  EXPECT_EQ(link->master, 9U);
  EXPECT_EQ(operstate_text(link->operstate), "up");
  EXPECT_EQ(link->counters, some_counters);
  EXPECT_FALSE(link->has_device);
}

TEST(LinkMessage, OtherEndOfVethIsNotBelowIt) {
  MessageBuilder message(RTM_NEWLINK, 0, 0, link_header(7));
  message.attribute(IFLA_IFNAME, "v").number(IFLA_LINK, std::uint32_t{2});
  message.begin(IFLA_LINKINFO).attribute(IFLA_INFO_KIND, "veth").end();
  const auto link = parse_link_message(first_message(message.bytes()));
  ASSERT_TRUE(link);
  EXPECT_EQ(link->lower, 0U);
}

TEST(LinkMessage, LowerLinkInAnotherNamespaceIsNotNamed) {
  MessageBuilder message(RTM_NEWLINK, 0, 0, link_header(7));
  message.attribute(IFLA_IFNAME, "mv")
      .number(IFLA_LINK, std::uint32_t{2})
      .number(IFLA_LINK_NETNSID, std::int32_t{0});
  const auto link = parse_link_message(first_message(message.bytes()));
  ASSERT_TRUE(link);
  EXPECT_EQ(link->lower, 0U);
}

TEST(LinkMessage, ParentDeviceMeansHardware) {
  MessageBuilder message(RTM_NEWLINK, 0, 0, link_header(2));
  message.attribute(IFLA_IFNAME, "eth0").attribute(IFLA_PARENT_DEV_NAME, "0000:00:03.0");
  const auto link = parse_link_message(first_message(message.bytes()));
  ASSERT_TRUE(link);
  EXPECT_TRUE(link->has_device);
}

TEST(LinkMessage, PortThatLeavesABridgeIsNotADeletedLink) {
  MessageBuilder message(RTM_DELLINK, 0, 0, link_header(7, AF_BRIDGE));
  message.attribute(IFLA_IFNAME, "eth0");
  EXPECT_FALSE(parse_link_message(first_message(message.bytes())));
}

TEST(LinkMessage, WirelessEventDoesNotDescribeTheLink) {
  MessageBuilder message(RTM_NEWLINK, 0, 0, link_header(7));
  message.attribute(IFLA_IFNAME, "wlan0").number(IFLA_WIRELESS, std::uint64_t{1});
  EXPECT_FALSE(parse_link_message(first_message(message.bytes())));
}

TEST(LinkMessage, OtherMessagesAndNonsenseAreNothing) {
  MessageBuilder route(RTM_NEWROUTE, 0, 0, link_header(7));
  EXPECT_FALSE(parse_link_message(first_message(route.bytes())));
  MessageBuilder no_index(RTM_NEWLINK, 0, 0, link_header(0));
  EXPECT_FALSE(parse_link_message(first_message(no_index.attribute(IFLA_IFNAME, "x").bytes())));
  MessageBuilder no_name(RTM_NEWLINK, 0, 0, link_header(3));
  EXPECT_FALSE(parse_link_message(first_message(no_name.bytes())));
  EXPECT_EQ(operstate_text(200), "unknown");
}

TEST(StatsMessage, HasTheCounters) {
  MessageBuilder message(RTM_NEWSTATS, NLM_F_MULTI, 1, stats_header());
  const auto stats =
      parse_stats_message(first_message(message.number(IFLA_STATS_LINK_64, some_stats()).bytes()));
  ASSERT_TRUE(stats);
  EXPECT_EQ(stats->index, 12U);
  EXPECT_EQ(stats->counters, some_counters);
}

TEST(StatsMessage, ShorterStructureOfAnOlderKernelWillDo) {
  std::array<std::uint64_t, 23> older{};  // without what came after rx_compressed and tx_compressed
  older[2] = 77;
  MessageBuilder message(RTM_NEWSTATS, 0, 1, stats_header());
  const auto stats = parse_stats_message(first_message(message.number(IFLA_STATS_LINK_64, older).bytes()));
  ASSERT_TRUE(stats);
  EXPECT_EQ(stats->counters.bytes_recv, 77U);
}

TEST(StatsMessage, TooShortOrWithoutCountersIsNothing) {
  MessageBuilder too_short(RTM_NEWSTATS, 0, 1, stats_header());
  too_short.number(IFLA_STATS_LINK_64, std::array<std::uint64_t, 10>{});
  EXPECT_FALSE(parse_stats_message(first_message(too_short.bytes())));
  MessageBuilder none(RTM_NEWSTATS, 0, 1, stats_header());
  EXPECT_FALSE(parse_stats_message(first_message(none.bytes())));
  MessageBuilder cut_header(RTM_NEWSTATS, 0, 1, std::uint32_t{0});
  EXPECT_FALSE(parse_stats_message(first_message(cut_header.bytes())));
}

// Everything that is in `bytes`, in a block of exactly that size: the address sanitizer sees any read beyond
// it.
std::size_t parse_all(Bytes bytes) {
  const auto copy = std::make_unique<std::byte[]>(bytes.size());
  std::memcpy(copy.get(), bytes.data(), bytes.size());
  Bytes rest(copy.get(), bytes.size());
  std::size_t parsed = 0;
  while (const auto message = next_message(rest)) {
    if (parse_link_message(*message)) ++parsed;
    if (parse_stats_message(*message)) ++parsed;
  }
  EXPECT_TRUE(rest.empty());
  return parsed;
}

TEST(NetlinkBytes, CutAnywhereLeavesTheWholeMessagesBefore) {
  auto first = vlan_message();
  std::vector<std::byte> both = first.bytes();
  const std::size_t first_size = both.size();
  MessageBuilder second(RTM_NEWSTATS, 0, 1, stats_header());
  second.number(IFLA_STATS_LINK_64, some_stats());
  both.insert(both.end(), second.bytes().begin(), second.bytes().end());
  for (std::size_t size = 0; size < both.size(); ++size)
    EXPECT_EQ(parse_all(Bytes(both).first(size)), size < first_size ? 0U : 1U) << size;
  EXPECT_EQ(parse_all(both), 2U);
}

TEST(NetlinkBytes, AnyByteMayBeWrong) {
  auto built = vlan_message();
  const std::vector<std::byte> good = built.bytes();
  for (std::size_t at = 0; at < good.size(); ++at)
    for (const unsigned value : {0x00U, 0x01U, 0x7fU, 0x80U, 0xffU}) {
      std::vector<std::byte> bad = good;
      bad[at] = static_cast<std::byte>(value);
      EXPECT_LE(parse_all(bad), 2U);
    }
}

TEST(NetlinkBytes, TextWithoutNulIsTakenWhole) {
  const std::array<std::byte, 3> letters{std::byte{'a'}, std::byte{'b'}, std::byte{'c'}};
  EXPECT_EQ(read_text(letters), "abc");
  EXPECT_EQ(read_text({}), "");
}

}  // namespace
}  // namespace collector::test
