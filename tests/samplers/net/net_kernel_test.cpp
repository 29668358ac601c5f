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
#include "tests/samplers/net/own_network.h"
#include "tests/samplers/sampler_run.h"

namespace collector::test {
namespace {

const std::map<std::string, std::string> everything{{"interfaces.include", "['*']"}};
const std::map<std::string, std::string> defaults;

class NetRun : public SamplerRun {
 public:
  explicit NetRun(const std::map<std::string, std::string>& settings = everything)
      : SamplerRun(sampler_type("net"), "/", settings) {}

  void read() {
    const auto result = sample();
    if (!result) throw std::runtime_error(result.error().what);
    clock.advance(std::chrono::seconds(1));
  }
  // The kernel works operstate out in its own time.
  void read_until(const std::string& name, const std::string& operstate) {
    do
      read();
    while (value(name, "operstate").as_text() != operstate);
  }
  const Reading* find(const std::string& name) const {
    for (const Reading& reading : last().readings())
      if (reading.series->tag("interface") == name) return &reading;
    return nullptr;
  }
  const Reading& of(const std::string& name) const {
    if (const Reading* reading = find(name)) return *reading;
    throw std::runtime_error("no reading of " + name);
  }
  Value value(const std::string& name, const std::string& field) const {
    const Reading& reading = of(name);
    return last().values(reading)[reading.series->measurement().field(field).value()];
  }
  std::uint64_t counter(const std::string& name, const std::string& field) const {
    return value(name, field).as_counter();
  }
};

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
    std::vector<StatsMessage> stats;
    std::vector<StatsMessage> links;
    std::vector<StatsMessage> stats_again;
    const auto same = [](const std::vector<StatsMessage>& a, const std::vector<StatsMessage>& b) {
      return std::ranges::equal(a, b, [](const StatsMessage& x, const StatsMessage& y) {
        return x.index == y.index && x.counters == y.counters;
      });
    };
    do {
      ASSERT_TRUE(by_stats.read(*socket, stats));
      ASSERT_TRUE(by_links.read(*socket, links));
      ASSERT_TRUE(by_stats.read(*socket, stats_again));
    } while (!same(stats, stats_again));
    EXPECT_EQ(links.size(), 3U);  // loopback and the pair
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

TEST(NetKernel, SpaceNamesTheNamespace) {
  const std::uint64_t outside = network_namespace_id();
  EXPECT_NE(outside, 0U);
  in_own_network([&](OwnNetwork&) {
    NetRun run;
    run.read();
    EXPECT_NE(run.of("lo").space, outside);
    EXPECT_EQ(run.of("lo").space, network_namespace_id());
    EXPECT_EQ(run.of("lo").object, if_nametoindex("lo"));
  });
}

TEST(NetKernel, LinkThatAppearsBeganAtZero) {
  in_own_network([](OwnNetwork& network) {
    NetRun run;
    run.read();
    EXPECT_FALSE(run.of("lo").born);
    network.add_running_veth("left", "right");
    network.send("left", 5, 600);
    run.read();
    EXPECT_TRUE(run.of("left").born);
    EXPECT_GE(run.counter("left", "bytes_sent"), 3000U);
    run.read();
    EXPECT_FALSE(run.of("left").born);
  });
}

TEST(NetKernel, DeletedLinkLeavesItsLastBytes) {
  in_own_network([](OwnNetwork& network) {
    network.add_running_veth("left", "right");
    NetRun run;
    run.read();
    const std::uint64_t object = run.of("left").object;
    const std::uint64_t before = run.counter("left", "bytes_sent");
    network.send("left", 5, 600);
    network.remove("left");
    run.read();
    EXPECT_EQ(run.of("left").object, object);
    EXPECT_GE(run.counter("left", "bytes_sent"), before + 3000);
    run.read();
    EXPECT_EQ(run.find("left"), nullptr);
    EXPECT_EQ(run.find("right"), nullptr);
  });
}

TEST(NetKernel, LinkThatCameAndWentBetweenTwoTicksIsCounted) {
  in_own_network([](OwnNetwork& network) {
    NetRun run;
    run.read();
    network.add_running_veth("left", "right");
    network.send("left", 5, 600);
    network.remove("left");
    run.read();
    EXPECT_TRUE(run.of("left").born);
    EXPECT_GE(run.counter("left", "bytes_sent"), 3000U);
  });
}

TEST(NetKernel, MadeAnewUnderTheSameNameItIsAnotherObject) {
  in_own_network([](OwnNetwork& network) {
    network.add_running_veth("left", "right");
    NetRun run;
    run.read();
    const Reading first = run.of("left");
    network.send("left", 5, 600);
    network.remove("left");
    network.add_running_veth("left", "right");
    run.read();  // the last bytes of the first one; a series has one reading per tick
    EXPECT_EQ(run.of("left").object, first.object);
    EXPECT_GE(run.counter("left", "bytes_sent"), 3000U);
    run.read();
    EXPECT_GT(run.of("left").object, first.object);
    EXPECT_EQ(run.of("left").series, first.series);
    EXPECT_TRUE(run.of("left").born);
    EXPECT_LT(run.counter("left", "bytes_sent"), 3000U);
  });
}

TEST(NetKernel, MadeAnewWithTheSameIndexItIsBorn) {
  in_own_network([](OwnNetwork& network) {
    network.add_veth("left", "right", 100);
    const std::map<std::string, std::string> other{{"interfaces.include", "[other]"}};
    NetRun run(other);  // the last bytes of what is not reported are not read
    run.read();
    EXPECT_EQ(run.of("left").object, 100U);
    network.remove("left");
    network.add_veth("left", "right", 100);
    run.read();
    EXPECT_EQ(run.of("left").object, 100U);
    EXPECT_TRUE(run.of("left").born);
  });
}

TEST(NetKernel, LinkMovedInWithItsCountersIsNotBorn) {
  in_own_network([](OwnNetwork& network) {
    const int inside = ::open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);
    NetRun run;
    run.read();
    // Another namespace, where the link has counted before it comes here.
    ASSERT_EQ(::unshare(CLONE_NEWNET), 0);
    network.add_running_veth("left", "right");
    network.send("left", 5, 600);
    network.move_out("left", inside);
    ASSERT_EQ(::setns(inside, CLONE_NEWNET), 0);
    ::close(inside);
    run.read();
    EXPECT_GE(run.counter("left", "bytes_sent"), 3000U);
    EXPECT_FALSE(run.of("left").born);
  });
}

TEST(NetKernel, RenamedLinksKeepTheirObjects) {
  in_own_network([](OwnNetwork& network) {
    network.add_veth("left", "right");
    NetRun run;
    run.read();
    const std::uint64_t left = run.of("left").object;
    const std::uint64_t right = run.of("right").object;
    network.rename("left", "between");
    network.rename("right", "left");
    network.rename("between", "right");
    run.read();
    EXPECT_EQ(run.of("right").object, left);
    EXPECT_EQ(run.of("left").object, right);
    EXPECT_FALSE(run.of("left").born);
    EXPECT_EQ(run.find("between"), nullptr);
  });
}

TEST(NetKernel, DownIsReportedOnlyWhenItMovedAndOperstateIsTold) {
  in_own_network([](OwnNetwork& network) {
    network.add_running_veth("left", "right");
    NetRun run;
    run.read();
    EXPECT_EQ(run.of("left").report, Report::always);
    run.read_until("left", "up");
    network.set_up("left", false);
    run.read();
    EXPECT_EQ(run.of("left").report, Report::when_moving);
    EXPECT_EQ(run.value("left", "operstate").as_text(), "down");
    run.read_until("right", "lowerlayerdown");
    network.set_up("left");
    run.read();
    EXPECT_EQ(run.of("left").report, Report::always);
  });
}

TEST(NetKernel, MemberOfABridgeNamesItAsParent) {
  in_own_network([](OwnNetwork& network) {
    network.add_veth("left", "right");
    network.add_bridge("lan");
    NetRun run;
    run.read();
    EXPECT_EQ(run.of("left").series->tag("parent"), "");
    network.set_master("left", "lan");
    run.read();
    EXPECT_EQ(run.of("left").series->tag("parent"), "lan");
    EXPECT_EQ(run.of("lan").series->tag("kind"), "bridge");
    network.rename("lan", "home");
    run.read();
    EXPECT_EQ(run.of("left").series->tag("parent"), "home");
  });
}

TEST(NetKernel, LostEventsAreMadeUpForByAskingAnew) {
  in_own_network([](OwnNetwork& network) {
    network.add_veth("left", "right");
    network.add_veth("stays", "stays_too");
    NetRun run;
    run.read();
    std::string name = "left";
    for (int i = 0; i < 1000; ++i) {  // more than the socket holds
      const std::string next = "name" + std::to_string(i);
      network.rename(name, next);
      name = next;
    }
    network.remove("stays");
    network.add_veth("fresh", "fresh_too");
    run.read();
    run.read();
    EXPECT_NE(run.find(name), nullptr);
    EXPECT_NE(run.find("fresh"), nullptr);
    EXPECT_EQ(run.find("left"), nullptr);
    EXPECT_EQ(run.find("stays"), nullptr);
    EXPECT_FALSE(run.of("fresh").born);  // when it came was not seen
  });
}

}  // namespace
}  // namespace collector::test
