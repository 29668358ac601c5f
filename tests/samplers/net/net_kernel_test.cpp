// The sampler against the running kernel: real links in a network namespace of the test's own, real frames,
// and the kernel's other word about them, /proc/net/dev.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <net/if.h>
#include <sched.h>
#include <unistd.h>

#include <algorithm>
#include <map>

#include "collector/samplers/net/link_counters.h"
#include "collector/samplers/network_namespace.h"
#include "tests/samplers/net/net_run.h"
#include "tests/samplers/net/own_network.h"
#include "tests/samplers/sampler_run.h"
#include "tests/support/no_descriptors.h"

namespace collector::test {
namespace {

const std::map<std::string, std::string> defaults;

using DeviceCounters = std::map<std::string, LinkCounters>;

DeviceCounters read_proc_net_dev() {
  DeviceCounters devices;
  for (const auto& [name, n] : read_device_counters())
    devices[name] = {n[0], n[8], n[1], n[9], n[2], n[10], n[3], n[11]};
  return devices;
}

DeviceCounters counters_of(const NetRun& run) {
  DeviceCounters devices;
  for (const Reading& reading : run.last().readings()) {
    const auto v = run.last().values(reading);
    devices[std::string(reading.series->tag("interface"))] = {
        v[0].as_counter(), v[1].as_counter(), v[2].as_counter(), v[3].as_counter(),
        v[4].as_counter(), v[5].as_counter(), v[6].as_counter(), v[7].as_counter()};
  }
  return devices;
}

TEST(NetKernel, CountsWhatProcNetDevCounts) {
  in_own_network([](OwnNetwork& network) {
    network.add_running_veth("left", "right");
    NetRun run;
    network.send("left", 100, 1000);
    // The kernel greets its neighbours on new links: read until nothing moved meanwhile.
    DeviceCounters before;
    DeviceCounters after;
    do {
      before = read_proc_net_dev();
      run.read();
      after = read_proc_net_dev();
    } while (before != after);
    EXPECT_EQ(counters_of(run), after);
    EXPECT_GE(run.counter("left", "packets_sent"), 100U);
    EXPECT_GE(run.counter("left", "bytes_sent"), 100'000U);
    EXPECT_GE(run.counter("right", "bytes_recv"), 98'000U);
    EXPECT_EQ(run.counter("right", "bytes_recv"), after.at("right").bytes_recv);
  });
}

TEST(NetKernel, WithoutGetStatsTheLinkDumpTellsTheSame) {
  in_own_network([](OwnNetwork& network) {
    network.add_running_veth("left", "right");
    network.send("left", 10, 500);
    auto socket = NetlinkSocket::open(0);
    ASSERT_TRUE(socket);
    LinkCounterReader by_stats;
    LinkCounterReader by_links(LinkCounterReader::Source::links);
    using Counters = std::vector<LinkCounterReader::Counters>;
    Counters stats;
    Counters links;
    Counters stats_again;
    const auto same = [](const Counters& a, const Counters& b) {
      return std::ranges::equal(a, b, [](const auto& x, const auto& y) {
        return x.stats.index == y.stats.index && x.stats.counters == y.stats.counters;
      });
    };
    const SystemClock clock;
    const BootTime begin = clock.now().boot;
    do {
      ASSERT_TRUE(by_stats.read(*socket, clock, stats));
      ASSERT_TRUE(by_links.read(*socket, clock, links));
      ASSERT_TRUE(by_stats.read(*socket, clock, stats_again));
    } while (!same(stats, stats_again));
    EXPECT_EQ(links.size(), 3U);  // loopback and the pair
    for (const auto& [message, written] : links) {
      EXPECT_GE(written.after.boot, begin);
      EXPECT_LE(written.after.boot, written.before.boot);
      EXPECT_LE(written.before.boot, clock.now().boot);
    }
    EXPECT_TRUE(same(stats, links));
  });
}

TEST(NetKernel, EverythingIsBaselinedAndOnlyWhatIsWantedReported) {
  in_own_network([](OwnNetwork& network) {
    network.add_running_veth("left", "right");
    network.add_bridge("lan");
    NetRun run(defaults);
    run.read();
    EXPECT_EQ(run.of("lo").report, Report::never);
    EXPECT_EQ(run.of("left").report, Report::never);
    EXPECT_EQ(run.of("lan").report, Report::when_moving);
    EXPECT_EQ(run.of("left").series->tag("kind"), "veth");
    EXPECT_EQ(run.of("lo").series->tag("kind"), "loopback");
    EXPECT_EQ(run.of("left").byte_limit, 0);
    EXPECT_FALSE(run.value("left", "speed").present());  // a veth says 10 Gbit/s, which is not believed
    NetRun limited({{"interfaces.include", "[left]"}, {"max_rate", "{left: 8Mbit/s}"}});
    limited.read();
    EXPECT_EQ(limited.of("left").report, Report::always);
    EXPECT_EQ(limited.of("right").report, Report::never);
    EXPECT_DOUBLE_EQ(limited.of("left").byte_limit, 1e6);
  });
}

TEST(NetKernel, SpaceIsNotGuessed) {
  in_own_network([](OwnNetwork&) {
    NetRun run;
    {
      const NoDescriptors none;
      EXPECT_FALSE(network_namespace_id());
      EXPECT_FALSE(run.sample());
    }
    run.read();
    EXPECT_EQ(run.of("lo").space, network_namespace_id().value());
  });
}

TEST(NetKernel, SpaceNamesTheNamespace) {
  const std::uint64_t outside = network_namespace_id().value();
  EXPECT_NE(outside, 0U);
  in_own_network([&](OwnNetwork&) {
    NetRun run;
    run.read();
    EXPECT_NE(run.of("lo").space, outside);
    EXPECT_EQ(run.of("lo").space, network_namespace_id().value());
    EXPECT_EQ(run.of("lo").object, if_nametoindex("lo"));
  });
}

// A container's namespace has no card: its veth's other end is the host's.
TEST(NetKernel, TheVethThatLeadsOutOfAContainerIsReported) {
  in_own_network([](OwnNetwork& network) {
    const int inside = ::open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);
    ASSERT_EQ(::unshare(CLONE_NEWNET), 0);
    const int outside = ::open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);
    network.add_veth("eth0", "left");
    network.move_out("eth0", inside);
    NetRun host(defaults);
    host.read();
    EXPECT_EQ(host.of("left").report, Report::when_moving) << "down, but the only one that leads anywhere";
    network.add_bridge("bridge0");
    network.set_master("left", "bridge0");
    network.set_up("bridge0");
    host.read();
    EXPECT_EQ(host.of("left").report, Report::never) << "its bridge counts its bytes";

    ASSERT_EQ(::setns(inside, CLONE_NEWNET), 0);
    NetRun run(defaults);
    run.read();
    EXPECT_EQ(run.last().remarks.warning(),
              "nothing is reported: eth0 is down: no rows until it is up or its counters move");
    network.set_up("eth0");
    run.read();
    EXPECT_EQ(run.of("eth0").report, Report::always);
    EXPECT_EQ(run.of("eth0").series->tag("kind"), "veth");
    EXPECT_EQ(run.of("lo").report, Report::never);
    EXPECT_EQ(run.last().remarks.warning(), "");
    ::close(inside);
    ::close(outside);
  });
}

TEST(NetKernel, SaysWhenNothingIsReported) {
  in_own_network([](OwnNetwork& network) {
    network.add_running_veth("left", "right");
    NetRun by_default(defaults);
    by_default.read();
    EXPECT_EQ(
        by_default.last().remarks.warning(),
        "nothing is reported: all interfaces are left out by the settings; there are: lo, right, left; name "
        "in interfaces.include what you want");
    const std::map<std::string, std::string> meets_nothing{{"interfaces.include", "[enp9s0]"}};
    NetRun other(meets_nothing);
    other.read();
    EXPECT_EQ(other.last().remarks.warning(),
              "nothing is reported: interfaces.include meets no interface; there are: lo, right, left");
  });
}

}  // namespace
}  // namespace collector::test
