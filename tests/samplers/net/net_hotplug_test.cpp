// Links that come, go, change their names and their state while they are watched: on the running kernel, in a
// network namespace of the test's own.
#include <fcntl.h>
#include <gtest/gtest.h>

#include <sched.h>
#include <unistd.h>
#include <set>

#include "tests/samplers/net/net_run.h"
#include "tests/samplers/net/own_network.h"

namespace collector::test {
namespace {

TEST(NetHotplug, LinkThatAppearsBeganAtZero) {
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

TEST(NetHotplug, DeletedLinkLeavesItsLastBytes) {
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

// The pipeline is told, whether anybody asked for them or not: it keeps nothing of what is gone.
TEST(NetHotplug, WhatIsGoneIsTold) {
  in_own_network([](OwnNetwork& network) {
    network.add_running_veth("left", "right");
    NetRun run(std::map<std::string, std::string>{{"interfaces.include", "[left]"}});
    run.read();
    const std::uint64_t left = run.of("left").object;
    const std::uint64_t right = run.of("right").object;
    EXPECT_TRUE(run.last().gone().empty());
    network.remove("left");
    run.read();
    ASSERT_EQ(run.last().gone().size(), 2U);
    std::set<std::uint64_t> gone;
    for (const GoneObject& one : run.last().gone()) {
      EXPECT_EQ(one.space, run.of("left").space);
      gone.insert(one.object);
    }
    EXPECT_EQ(gone, (std::set{left, right}));
    EXPECT_EQ(run.find("right"), nullptr) << "its last bytes were never asked for";
    run.read();
    EXPECT_TRUE(run.last().gone().empty());
  });
}

TEST(NetHotplug, OnlyWhatIsReportedTakesAPlaceAmongTheSeries) {
  in_own_network([](OwnNetwork& network) {
    network.add_running_veth("left", "right");
    NetRun run(std::map<std::string, std::string>{{"interfaces.include", "[left]"}});
    run.read();
    EXPECT_EQ(run.series.size(), 1U);
    EXPECT_EQ(run.of("right").report, Report::never);
  });
}

TEST(NetHotplug, LinkThatCameAndWentBetweenTwoTicksIsCounted) {
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

TEST(NetHotplug, ManyThatComeAndGoBetweenTwoTicksAreCounted) {
  // Each pair is ten events; the superuser's socket holds more of them.
  const int pairs = geteuid() == 0 ? 30 : 15;
  in_own_network([pairs](OwnNetwork& network) {
    NetRun run;
    run.read();
    for (int i = 0; i < pairs; ++i) {
      const std::string name = "left" + std::to_string(i);
      network.add_running_veth(name, "right" + std::to_string(i));
      network.send(name, 1, 600);
      network.remove(name);
    }
    run.read();
    for (int i = 0; i < pairs; ++i)
      EXPECT_GE(run.counter("left" + std::to_string(i), "bytes_sent"), 600U);
  });
}

TEST(NetHotplug, AtTheEndOnlyWhatWouldBeForgottenIsRead) {
  in_own_network([](OwnNetwork& network) {
    network.add_running_veth("left", "right");
    NetRun run;
    ASSERT_TRUE(run.finish());
    EXPECT_TRUE(run.last().readings().empty()) << "never begun";
    run.read();
    const std::uint64_t object = run.of("left").object;
    network.send("left", 5, 600);
    network.remove("left");
    network.add_running_veth("left", "right");
    network.send("left", 2, 600);
    ASSERT_TRUE(run.finish());
    EXPECT_EQ(run.of("left").object, object);
    EXPECT_GE(run.counter("left", "bytes_sent"), 3000U);
    EXPECT_EQ(run.find("lo"), nullptr);
    ASSERT_TRUE(run.finish());
    EXPECT_GT(run.of("left").object, object);
    EXPECT_TRUE(run.of("left").born);
    EXPECT_GE(run.counter("left", "bytes_sent"), 1200U);
    ASSERT_TRUE(run.finish());
    EXPECT_TRUE(run.last().readings().empty());
  });
}

TEST(NetHotplug, MadeAnewUnderTheSameNameItIsAnotherObject) {
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
    EXPECT_FALSE(run.last().complete) << "the second one waits";
    EXPECT_GE(run.counter("left", "bytes_sent"), 3000U);
    run.read();
    EXPECT_GT(run.of("left").object, first.object);
    EXPECT_EQ(run.of("left").series, first.series);
    EXPECT_TRUE(run.of("left").born);
    EXPECT_LT(run.counter("left", "bytes_sent"), 3000U);
    EXPECT_TRUE(run.last().complete);
  });
}

// A full table counts many links in one series: none of them waits for another.
TEST(NetHotplug, OneThatGoesDoesNotHideOthersOfItsSeries) {
  in_own_network([](OwnNetwork& network) {
    NetRun run;
    run.series.set_capacity(1);
    run.read();
    network.add_running_veth("left", "right");
    network.add_running_veth("up", "down");
    run.read();
    EXPECT_EQ(run.last().readings().size(), 5U);
    network.remove("left");
    run.read();
    EXPECT_EQ(run.last().readings().size(), 5U) << "two for the last time";
    EXPECT_TRUE(run.last().complete);
  });
}

TEST(NetHotplug, MadeAnewWithTheSameIndexItIsBorn) {
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

TEST(NetHotplug, LinkMovedInWithItsCountersIsNotBorn) {
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

TEST(NetHotplug, RenamedLinksKeepTheirObjects) {
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

TEST(NetHotplug, DownIsReportedOnlyWhenItMovedAndOperstateIsTold) {
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

TEST(NetHotplug, MemberOfABridgeNamesItAsParent) {
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

TEST(NetHotplug, LostEventsAreMadeUpForByAskingAnew) {
  in_own_network([](OwnNetwork& network) {
    network.add_veth("left", "right");
    network.add_veth("stays", "stays_too");
    NetRun run;
    run.read();
    std::string name = "left";
    for (int i = 0; i < 5000; ++i) {  // more than the socket holds
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
