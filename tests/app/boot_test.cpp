#include "collector/app/boot.h"

#include <gtest/gtest.h>

#include <memory>

#include "collector/app/machine.h"
#include "tests/support/files.h"
#include "tests/support/temporary_directory.h"

namespace collector {
namespace {

using namespace std::chrono_literals;
using enum BootRelation;

constexpr const char* first_id = "11111111-1111-4111-8111-111111111111";
constexpr const char* second_id = "22222222-2222-4222-8222-222222222222";
constexpr WallTime began{1'700'000'000s};

// A moment so long after the kernel began, by a wall clock that was set by `step` since.
Instant up(Duration time, Duration step = 0s) {
  return {began + time + step, BootTime(time)};
}

BootSigns with_id(const char* id, Instant now) {
  return {.id = id, .why_no_id = {}, .btime = unix_seconds(began), .now = now};
}
BootSigns with_btime(std::int64_t btime, Instant now) {
  return {.id = {}, .why_no_id = "not there", .btime = btime, .now = now};
}
BootSigns with_clocks(Instant now) {
  return {.id = {}, .why_no_id = "not there", .btime = {}, .now = now};
}

TEST(BootRelation, TheKernelsIdDecidesWhereThereIsOne) {
  EXPECT_EQ(relation(with_id(first_id, up(2h)), first_id, up(1h)), same);
  EXPECT_EQ(relation(with_id(first_id, up(2h, 10'000h)), first_id, up(1h)), same);
  EXPECT_EQ(relation(with_id(second_id, up(2h)), first_id, up(1h)), other);
}

TEST(BootRelation, WithoutItTheClocksTell) {
  const std::string stored = name_of(with_clocks(up(1h)));
  EXPECT_EQ(relation(with_clocks(up(2h)), stored, up(1h)), same);
  EXPECT_EQ(relation(with_clocks(up(2h, 1s)), stored, up(1h)), same) << "read one after the other";
  EXPECT_EQ(relation(with_clocks(up(30min, 5h)), stored, up(1h)), other) << "the boot clock never goes back";
  EXPECT_EQ(relation(with_clocks(up(2h, 5min)), stored, up(1h)), same) << "the wall clock was corrected";
  EXPECT_EQ(relation(with_clocks(up(2h, -5min)), stored, up(1h)), same);
  EXPECT_EQ(relation(with_clocks(up(2h, 5h)), stored, up(1h)), unknown) << "restarted at 1 h, or set";
  EXPECT_EQ(relation(with_clocks(up(2h, 87'600h)), stored, up(1h)), unknown);
  EXPECT_EQ(relation(with_clocks(up(2h, -87'600h)), stored, up(1h)), unknown);
}

TEST(BootRelation, BtimeTellsOfAnotherKernelThatIsReadThroughRoot) {
  const std::int64_t btime = 1'600'000'000;  // nothing to do with this machine's clocks
  const std::string stored = name_of(with_btime(btime, up(1h)));
  EXPECT_EQ(relation(with_btime(btime, up(2h)), stored, up(1h)), same);
  EXPECT_EQ(relation(with_btime(btime + 1, up(2h)), stored, up(1h)), same) << "it is cut to seconds";
  EXPECT_EQ(relation(with_btime(btime + 86'400, up(2h)), stored, up(1h)), other);
  EXPECT_EQ(relation(with_btime(btime + 18'000, up(2h, 5h)), stored, up(1h)), unknown)
      << "or the clock was set";
}

TEST(BootRelation, AnIdThatComesOrGoesIsNoOtherBoot) {
  EXPECT_EQ(relation(with_clocks(up(2h)), first_id, up(1h)), same);
  EXPECT_EQ(relation(with_id(first_id, up(2h)), name_of(with_clocks(up(1h))), up(1h)), same);
  EXPECT_EQ(relation(with_id(first_id, up(30min, 5h)), name_of(with_clocks(up(1h))), up(1h)), other);
}

class SettleBoot : public ::testing::Test {
 protected:
  // One baseline, stored under that name at that moment.
  void store(const std::string& boot, Instant taken) {
    Baseline baseline;
    baseline.boot_id = boot;
    baseline.taken = taken;
    stored_.series.push_back(baseline);
    stored_.highest.push_back({"net", boot, 0, 7});
  }
  Baselines stored_;
};

TEST_F(SettleBoot, CountsOnUnderTheNewName) {
  store(name_of(with_clocks(up(1h))), up(1h));
  const BootVerdict verdict = settle_boot(with_id(first_id, up(2h)), stored_);
  EXPECT_EQ(verdict.name, first_id);
  EXPECT_EQ(verdict.untellable, "");
  EXPECT_EQ(stored_.series[0].boot_id, first_id);
  EXPECT_EQ(stored_.highest[0].boot_id, first_id);
}

TEST_F(SettleBoot, AnotherBootsValuesStayThatBoots) {
  store(first_id, up(1h));
  const BootVerdict verdict = settle_boot(with_id(second_id, up(2h)), stored_);
  EXPECT_EQ(verdict.untellable, "");
  EXPECT_EQ(stored_.series[0].boot_id, first_id);
  EXPECT_EQ(stored_.highest[0].boot_id, first_id);
}

TEST_F(SettleBoot, WhatCanNotBeToldIsSaidAndCountedFromHereOn) {
  store(name_of(with_clocks(up(1h))), up(1h));
  const BootVerdict verdict = settle_boot(with_clocks(up(2h, 5h)), stored_);
  EXPECT_NE(verdict.untellable.find("there is no boot id (not there)"), std::string::npos)
      << verdict.untellable;
  EXPECT_EQ(stored_.series[0].boot_id, "") << "no raw values";
}

// What an earlier boot left lies there for months; it is not asked about once a later one is known to go on.
TEST_F(SettleBoot, OldBootsAreNoRiddleWhileThePresentOneIsKnown) {
  const Instant long_ago{began - 1000h, BootTime(1h)};
  store("clocks:1", long_ago);
  store(name_of(with_clocks(up(2h))), up(2h));
  const BootVerdict verdict = settle_boot(with_clocks(up(3h)), stored_);
  EXPECT_EQ(verdict.untellable, "");
  EXPECT_EQ(stored_.series[0].boot_id, "clocks:1");
  EXPECT_EQ(stored_.series[1].boot_id, verdict.name);
}

TEST(BootSigns, AreReadFromWhatThereIs) {
  const test::TemporaryDirectory root;
  test::write_file(root / "proc/stat", "cpu  1 2 3\nbtime 1700000000\nprocesses 5\n");
  const BootSigns without = boot_signs(Files(root.path()), up(1h));
  EXPECT_EQ(without.id, "");
  EXPECT_NE(without.why_no_id.find("boot_id: No such file"), std::string::npos) << without.why_no_id;
  EXPECT_EQ(without.btime, 1'700'000'000);
  test::write_file(root / "proc/sys/kernel/random/boot_id", "\n");
  EXPECT_NE(boot_signs(Files(root.path()), up(1h)).why_no_id.find("is empty"), std::string::npos);
  test::write_file(root / "proc/sys/kernel/random/boot_id", std::string(first_id) + "\n");
  EXPECT_EQ(boot_signs(Files(root.path()), up(1h)).id, first_id);
  const BootSigns here = boot_signs(Files(), SystemClock().now());
  EXPECT_FALSE(here.id.empty());
  EXPECT_TRUE(here.btime.has_value());
}

}  // namespace
}  // namespace collector
