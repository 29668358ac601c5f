// The conservation law, and exactly once in every sink, through each single fault.
#include <gtest/gtest.h>

#include <functional>

#include "tests/faults/chaos.h"

namespace collector::test {
namespace {

class Fault : public ::testing::Test {
 protected:
  // The fault some times over, each time with other details.
  void through(std::string_view step, int times) {
    World world;
    go_through(world, step, times, [] { return true; });
    world.check();
  }
  // The same, of faults that calls of the collector must have met.
  void through_disk_fault(std::string_view step, int times) {
    World world;
    go_through(world, step, times, [&] { return world.controls().calls_met() > 0; });
    EXPECT_GT(world.controls().calls_met(), 0);
    world.check();
  }
  void through_server_fault(std::string_view step, int times) {
    World world;
    go_through(world, step, times, [&] { return world.point_server().requests_met() > 0; });
    EXPECT_GT(world.point_server().requests_met(), 0U);
    world.check();
  }

  // The collector touches a disk once a second: faults are shorter, and may fall in between for a while.
  static void go_through(World& world, std::string_view step, int times, const std::function<bool()>& met) {
    constexpr int most = 60;
    Chaos chaos(world);
    for (int i = 1; i <= times || (i <= most && !met()); ++i)
      chaos.act(Chaos::step(step), static_cast<std::uint64_t>(i));
  }
};

TEST_F(Fault, KillNine) {
  through("kill -9", 5);
}
TEST_F(Fault, Terminate) {
  through("terminate", 4);
}
TEST_F(Fault, StoppedForSeveralWindows) {
  through("pause", 2);
}
TEST_F(Fault, ImpossibleRate) {
  through("burst", 4);
}
TEST_F(Fault, SinkLocked) {
  through("sink locked", 4);
}
TEST_F(Fault, SinkSlow) {
  through_disk_fault("sink slow", 4);
}
TEST_F(Fault, SinkErrors) {
  through_disk_fault("sink errors", 4);
}
TEST_F(Fault, SinkReadOnly) {
  through_disk_fault("sink read-only", 4);
}
TEST_F(Fault, SinkHung) {
  through_disk_fault("sink hung", 4);
}
TEST_F(Fault, SinkDiskFull) {
  through("sink disk full", 4);
}
TEST_F(Fault, MoreRowsRefusedThanAreKept) {
  World world;
  const auto dropped = [&] {
    return world.installation().query("spool.db",
                                      "SELECT count(*) FROM event WHERE kind = 'dead letters dropped'") > 0;
  };
  go_through(world, "rows refused", 6, dropped);
  EXPECT_TRUE(dropped());
  world.check();
}
TEST_F(Fault, ServerSlow) {
  through_server_fault("server slow", 3);
}
TEST_F(Fault, ServerErrors) {
  through_server_fault("server errors", 3);
}
TEST_F(Fault, ServerHung) {
  through_server_fault("server hung", 3);
}
TEST_F(Fault, ServerAnswersLost) {
  through_server_fault("server answers lost", 3);
}
TEST_F(Fault, NetworkDown) {
  through("network down", 3);
}
TEST_F(Fault, RtnetlinkSlow) {
  World world;
  go_through(world, "rtnetlink slow", 6, [&] { return world.controls().rtnetlink_calls_met() > 0; });
  EXPECT_GT(world.controls().rtnetlink_calls_met(), 0);
  world.check();
}
TEST_F(Fault, GoodEdits) {
  through("edit", 8);
}
TEST_F(Fault, BrokenEdits) {
  through("broken edit", 5);
}
TEST_F(Fault, StateDiskFull) {
  through("state full", 4);
}
TEST_F(Fault, StateDiskStalled) {
  through_disk_fault("state stalled", 4);
}
TEST_F(Fault, StateDiskErrors) {
  through_disk_fault("state errors", 4);
}
TEST_F(Fault, StateDirectoryReadOnly) {
  through_disk_fault("state read-only", 4);
}
TEST_F(Fault, StateDirectoryMountedReadOnly) {
  through("state mounted read-only", 3);
}
TEST_F(Fault, SpoolRemoved) {
  World world;
  go_through(world, "spool removed", 4, [] { return true; });
  EXPECT_EQ(world.installation().query("spool.db", "SELECT count(*) FROM event WHERE kind = 'spool removed'"),
            1);
  world.check();
}
TEST_F(Fault, HistoryRestored) {
  World world;
  go_through(world, "history restored", 4, [] { return true; });
  EXPECT_GT(world.installation().query("spool.db", "SELECT count(*) FROM event WHERE kind = 'target'"), 0);
  world.check();
}
TEST_F(Fault, ClockWrongAtStart) {
  through("clock wrong at start", 5);
}
TEST_F(Fault, ClockForward) {
  through("clock forward", 5);
}
TEST_F(Fault, ClockBack) {
  through("clock back", 5);
}
TEST_F(Fault, Suspended) {
  through("suspended", 4);
}
TEST_F(Fault, InterfaceHotPlug) {
  through("hot-plug", 5);
}
TEST_F(Fault, InterfaceRenamed) {
  through("renamed", 4);
}
TEST_F(Fault, InterfaceMadeAgain) {
  through("made again", 4);
}
TEST_F(Fault, TwoHundredShortLivedInterfaces) {
  through("short-lived, two hundred", 1);
}
TEST_F(Fault, SeriesTableFullAcrossRestarts) {
  World world;
  Chaos chaos(world);
  for (std::uint64_t i = 1; i <= 14; ++i)
    chaos.act(Chaos::step("series table full"), i);
  world.check();
  const Delivered delivered = delivered_to_sqlite(world.database_file());
  ASSERT_TRUE(delivered.by_family.contains("")) << "some were counted together";
  EXPECT_GT(delivered.by_family.at("").bytes_sent, 0);
}
// Too short a life for a tick, and none comes after it.
TEST_F(Fault, ShortLivedInterfacesJustBeforeTheEnd) {
  World world;
  for (unsigned i = 0; i < 4; ++i) {
    world.await_listening();
    world.interfaces().plug("fsa", "fsb", true);
    Interfaces::use("fsa", "fsb", i);
    world.interfaces().unplug("fsa", "fsb", true);
    world.terminate();
    world.start();
  }
  world.check();
}
// The same, where another sampler takes the place of the one that was told of them.
TEST_F(Fault, ShortLivedInterfacesJustBeforeAnEdit) {
  World world;
  world.await_listening();
  for (unsigned i = 0; i < 6; ++i) {
    world.interfaces().plug("fsa", "fsb", true);
    Interfaces::use("fsa", "fsb", i);
    world.interfaces().unplug("fsa", "fsb", true);
    World::Edit edit;
    if (i % 2 == 0) edit.limits = ", none: 1Gbit/s";
    world.configure(edit);
    world.hang_up();
    const auto told = [&] {
      const std::string err = world.process().err();
      std::size_t count = 0;
      for (std::size_t at = 0; (at = err.find("sampler net: replace", at)) != std::string::npos; ++at)
        ++count;
      return count > i;
    };
    ASSERT_TRUE(eventually(told)) << world.process().err();
  }
  world.check();
}
TEST_F(Fault, StderrStalled) {
  World world;
  Chaos chaos(world);
  for (std::uint64_t i = 1; i <= 6 || (i <= 60 && world.controls().stderr_writes_met() == 0); ++i)
    chaos.act(Chaos::step("stderr stalled"), i);
  EXPECT_GT(world.controls().stderr_writes_met(), 0);
  chaos.calm();
  world.check();
}
TEST_F(Fault, DescriptorsExhausted) {
  through("descriptors exhausted", 4);
}
TEST_F(Fault, MemoryLimited) {
  through("memory limited", 4);
}
// New threads and connections are what most often finds none.
TEST_F(Fault, MemoryLimitedDuringEdits) {
  World world;
  Chaos chaos(world);
  for (std::uint64_t i = 1; i <= 10; ++i)
    for (const char* step : {"memory limited", "edit", "kill -9"})
      chaos.act(Chaos::step(step), i);
  chaos.calm();
  world.check();
}

}  // namespace
}  // namespace collector::test
