// The rules about what an earlier process left: restarts, reboots, and what may be stored when.
#include <gtest/gtest.h>

#include "collector/pipeline/rates.h"
#include "tests/pipeline/rig.h"

namespace collector::test {
namespace {

TEST(Stored, RestartInTheSameBootCountsFromTheStoredBaseline) {
  RatesRig rig;
  rig.read({{"eth0", 2, {1000, 500, 1}}});
  const Instant before = rig.clock.now();
  rig.restart("boot-1");
  const auto first = rig.read_after(hours(2), {{"eth0", 2, {1700, 500, 3}}}).at("eth0");
  EXPECT_EQ(first[0].delta, 700);
  EXPECT_EQ(first[2].delta, 2);
  EXPECT_EQ(first.flags, flag::recovered) << "no gap: nobody ticked";
  EXPECT_EQ(first.since, before);
  EXPECT_EQ(first[0].elapsed, hours(2));
}

TEST(Stored, RecoveredIsOnlyTheFirstReadingAfterTheStart) {
  RatesRig rig;
  rig.read({{"eth0", 2, {1000, 500, 1}}});
  rig.restart("boot-1");
  rig.read_after(seconds(5), {{"eth0", 2, {1700, 500, 3}}});
  const auto second = rig.read_after(seconds(1), {{"eth0", 2, {1701, 500, 3}}}).at("eth0");
  EXPECT_EQ(second[0].delta, 1);
  EXPECT_EQ(second.flags, 0);
}

TEST(Stored, ResetWhileNobodyRanIsFlaggedAsBoth) {
  RatesRig rig;
  rig.read({{"eth0", 2, {1000, 500, 1}}});
  rig.restart("boot-1");
  const auto first = rig.read_after(seconds(5), {{"eth0", 2, {30, 600, 2}}}).at("eth0");
  EXPECT_EQ(first[0].delta, 30);
  EXPECT_EQ(first[0].flags, flag::reset | flag::recovered);
  EXPECT_EQ(first[1].delta, 100);
  EXPECT_EQ(first[1].flags, flag::recovered);
}

TEST(Stored, NewBootCountsFromZeroSinceTheBoot) {
  RatesRig rig;
  rig.read({{"eth0", 2, {1000, 500, 1}}});
  rig.reboot("boot-2", hours(1), seconds(90));
  const auto first = rig.read({{"eth0", 2, {1200, 4, 2}}}).at("eth0");
  EXPECT_EQ(first[0].delta, 1200) << "although 1200 is more than before";
  EXPECT_EQ(first[1].delta, 4);
  EXPECT_EQ(first.flags, flag::reset);
  EXPECT_EQ(first.since.wall, rig.clock.now().wall - seconds(90));
  EXPECT_EQ(first.since.boot, BootTime{});
  EXPECT_EQ(first[0].elapsed, seconds(90));
}

TEST(Stored, NewBootThatSeemsOlderThanTheStoredReadingStartsThere) {
  RatesRig rig;
  rig.read({{"eth0", 2, {1000, 500, 1}}});
  const Instant stored = rig.clock.now();
  rig.reboot("boot-2", seconds(10), seconds(90));
  const auto first = rig.read({{"eth0", 2, {1200, 4, 2}}}).at("eth0");
  EXPECT_EQ(first.since.wall, stored.wall);
  EXPECT_EQ(first[0].elapsed, seconds(90)) << "the limit is still held against the time since the boot";
}

TEST(Stored, SeriesUnknownInANewBootIsFirstSight) {
  RatesRig rig;
  rig.read({{"eth0", 2, {1000, 500, 1}}});
  rig.restart("boot-2");
  EXPECT_FALSE(rig.read({{"eth1", 3, {1200, 4, 2}}}).at("eth1")[0].present);
}

TEST(Stored, RenamedWhileNobodyRan) {
  RatesRig rig;
  rig.read({{"eth0", 2, {1000, 500, 1}}});
  rig.rates->add_to_total(*rig.series("eth0"), 0, 123);
  rig.restart("boot-1");
  const auto first = rig.read_after(seconds(60), {{"lan0", 2, {1010, 500, 1}}}).at("lan0");
  EXPECT_EQ(first[0].delta, 10);
  EXPECT_EQ(first.flags, flag::recovered);
  rig.store();
  EXPECT_TRUE(rig.baseline("eth0").objects.empty()) << "its object belongs to lan0 now";
  EXPECT_EQ(rig.baseline("eth0").totals[0], 123) << "its total does not";
  EXPECT_EQ(rig.baseline("lan0").objects.at(0).object, 2);
}

TEST(Stored, HighestObjectCountsAcrossARestart) {
  RatesRig rig;
  rig.read({{"eth0", 2, {1000, 500, 1}}, {"eth1", 4, {10, 10, 1}}});
  const Instant before = rig.clock.now();
  rig.restart("boot-1");
  const auto first = rig.read_after(seconds(9), {{"usb0", 5, {77, 5, 1}}, {"eth9", 3, {88, 5, 1}}});
  EXPECT_EQ(first.at("usb0")[0].delta, 77) << "5 is above 4: it came while nobody ran";
  EXPECT_EQ(first.at("usb0").flags, flag::recovered);
  EXPECT_EQ(first.at("usb0").since, before);
  EXPECT_FALSE(first.at("eth9")[0].present) << "3 is not";
}

TEST(Stored, HighestObjectOfAnotherBootProvesNothing) {
  RatesRig rig;
  rig.read({{"eth0", 2, {1000, 500, 1}}});
  rig.restart("boot-2");
  EXPECT_FALSE(rig.read({{"usb0", 5, {77, 5, 1}}}).at("usb0")[0].present);
}

TEST(Stored, TotalsGoOnAcrossRestartsAndBoots) {
  RatesRig rig;
  rig.read({{"eth0", 2, {1000, 500, 1}}});
  EXPECT_EQ(rig.rates->add_to_total(*rig.series("eth0"), 0, 40), 40);
  rig.restart("boot-1");
  EXPECT_EQ(rig.rates->add_to_total(*rig.series("eth0"), 0, 2), 42);
  rig.restart("boot-2");
  EXPECT_EQ(rig.rates->total(*rig.series("eth0"), 0), 42);
}

TEST(Stored, BaselinesOfAnotherVersionOfTheTableAreMatchedByFieldName) {
  RatesRig rig;
  const auto older = std::make_shared<const Measurement>(
      Measurement{"net",
                  "An older table",
                  {},
                  {{"gone", FieldKind::counter, FieldType::integer, "1", "No more", 64},
                   {"bytes_sent", FieldKind::counter, FieldType::integer, "bytes", "Sent", 64}}});
  Baseline baseline;
  baseline.series = rig.table.intern(older, {{"interface", "eth0"}});
  baseline.boot_id = "boot-1";
  baseline.taken = rig.clock.now();
  baseline.totals = {5, 70};
  baseline.objects = {{1, 2, baseline.taken, {999, 500}}};
  rig.rates = std::make_unique<Rates>("boot-1", Baselines{{baseline}, {}, 0});
  const auto first = rig.read_after(seconds(1), {{"eth0", 2, {1000, 503, 1}}}).at("eth0");
  EXPECT_FALSE(first[0].present) << "a field that is new is first sight";
  EXPECT_EQ(first[1].delta, 3);
  EXPECT_EQ(rig.rates->total(*rig.series("eth0"), 1), 70);
}

TEST(Stored, OnlyBaselinesThatNoRowDependsOnMayBeStoredEarly) {
  RatesRig rig;
  rig.read({{"eth0", 2, {1000, 500, 1}}});
  rig.restart("boot-1");
  rig.read_after(seconds(9), {{"eth0", 2, {1001, 500, 1}}, {"eth1", 1, {7, 7, 7}}, {"usb0", 8, {9, 9, 9}}});
  Baselines early;
  rig.rates->new_baselines(early);
  ASSERT_EQ(early.series.size(), 1) << "eth0 and usb0 have counted what is in no durable row yet";
  EXPECT_EQ(early.series[0].series, rig.series("eth1"));
  EXPECT_TRUE(early.highest.empty()) << "with 8 stored and the row of usb0 lost, usb0 would never be counted";
  rig.keep(early);
  rig.store();
  EXPECT_EQ(rig.stored.series.size(), 3);
  EXPECT_EQ(rig.stored.highest.at(0).object, 8);
}

TEST(Stored, FirstSampleOfAllMayBeStoredEarly) {
  RatesRig rig;
  rig.read({{"eth0", 2, {1000, 500, 1}}});
  Baselines early;
  rig.rates->new_baselines(early);
  ASSERT_EQ(early.series.size(), 1);
  EXPECT_EQ(early.series[0].objects.at(0).raw[1], 500);
  ASSERT_EQ(early.highest.size(), 1);
  EXPECT_EQ(early.highest[0].object, 2);
}

TEST(Stored, SeriesNotReadSinceTheLastCallAreNotGivenAgain) {
  RatesRig rig;
  rig.read({{"eth0", 2, {1, 1, 1}}, {"eth1", 3, {1, 1, 1}}});
  rig.store();
  rig.read_after(seconds(1), {{"eth1", 3, {1, 1, 1}}});
  Baselines changed;
  rig.rates->changed_baselines(changed);
  ASSERT_EQ(changed.series.size(), 1);
  EXPECT_EQ(changed.series[0].series, rig.series("eth1"));
  EXPECT_EQ(changed.series[0].taken, rig.clock.now());
  Baselines none;
  rig.rates->changed_baselines(none);
  EXPECT_TRUE(none.series.empty());
  EXPECT_TRUE(none.highest.empty());
}

TEST(Stored, ASpoolBegunAnewIsToldAllThatTellsNewObjects) {
  RatesRig rig;
  rig.read({{"eth0", 2, {1000, 500, 1}}});
  rig.store();
  rig.stored = {};  // its file was removed
  rig.read_after(seconds(1), {{"eth0", 2, {1001, 500, 1}}});
  rig.restart("boot-1");
  const auto outcomes = rig.read_after(seconds(1), {{"eth0", 2, {1003, 500, 1}}, {"usb0", 3, {77, 5, 1}}});
  EXPECT_EQ(outcomes.at("eth0")[0].delta, 2);
  EXPECT_TRUE(outcomes.at("usb0")[0].present);
  EXPECT_EQ(outcomes.at("usb0")[0].delta, 77) << "it came while no process ran";
}

TEST(Stored, IdleSeriesAreLetGoAndGoOnWhereTheyWere) {
  RatesRig rig;
  rig.read({{"eth0", 2, {1000, 500, 1}}, {"eth1", 3, {1, 1, 1}}});
  rig.rates->add_to_total(*rig.series("eth0"), 0, 9);
  rig.store();
  rig.read_after(hours(2), {{"eth1", 3, {1, 1, 1}}});
  EXPECT_EQ(rig.rates->forget_idle(rig.clock.now().boot, hours(1)), 1);
  const auto back = rig.read_after(hours(1), {{"eth0", 2, {1030, 500, 1}}}).at("eth0");
  EXPECT_EQ(back[0].delta, 30);
  EXPECT_EQ(back[0].elapsed, hours(3));
  EXPECT_EQ(back.flags, flag::gap);
  EXPECT_EQ(rig.rates->total(*rig.series("eth0"), 0), 9);
}

// Of the objects only those are kept that a series shows, or that the last sample had without a name.
TEST(Stored, IdleObjectsWithoutANameAreForgotten) {
  RatesRig rig;
  Interface docker{"docker0", 3, {7, 0, 0}};
  docker.report = Report::never;
  rig.read({{"tun0", 5, {5000, 10, 1}}, {"eth0", 9, {1, 1, 1}}, {"eth1", 4, {1, 1, 1}}, docker});
  rig.read_after(seconds(1), {{"tun0", 9, {1, 1, 1}}, {"eth1", 4, {1, 1, 1}}, docker});  // 5 has no name now
  rig.read_after(hours(2), {{"tun0", 9, {2, 1, 1}}, docker});
  EXPECT_EQ(rig.rates->objects(), 4U);
  rig.rates->forget_idle(rig.clock.now().boot, hours(3));
  EXPECT_EQ(rig.rates->objects(), 4U) << "not idle for so long";
  rig.rates->forget_idle(rig.clock.now().boot, hours(1));
  EXPECT_EQ(rig.rates->objects(), 3U) << "eth1 is still shown, docker0 was in the last sample";
}

TEST(Stored, BeyondTheDormantCapacityTheLongestUnseenAreForgotten) {
  RatesRig rig;
  rig.rates = std::make_unique<Rates>("boot-1", Baselines{}, 1);
  rig.read({{"old", 2, {10}}, {"eth0", 9, {1}}});
  rig.read_after(seconds(1), {{"young", 3, {20}}});
  rig.store();
  rig.read_after(hours(2), {{"eth0", 9, {1}}});
  EXPECT_EQ(rig.rates->forget_idle(rig.clock.now().boot, hours(1)), 2);
  const auto back = rig.read_after(seconds(1), {{"old", 2, {15}}, {"young", 3, {25}}});
  EXPECT_FALSE(back.at("old")[0].present);
  EXPECT_EQ(back.at("young")[0].delta, 5);
}

}  // namespace
}  // namespace collector::test
