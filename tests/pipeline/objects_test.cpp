// The rules about kernel objects: which counters a reading continues when interfaces come, go and are
// renamed.
#include <gtest/gtest.h>

#include "collector/pipeline/rates.h"
#include "tests/pipeline/rig.h"

namespace collector::test {
namespace {

TEST(Objects, ProvablyNewObjectStartedAtZero) {
  RatesRig rig;
  rig.read({{"eth0", 2, {100, 100, 1}}});
  const Instant before = rig.clock.now();
  const auto next = rig.read_after(seconds(1), {{"eth0", 2, {101, 100, 1}}, {"usb0", 7, {900, 30, 4}}});
  EXPECT_EQ(next.at("usb0")[0].delta, 900);
  EXPECT_EQ(next.at("usb0")[1].delta, 30);
  EXPECT_EQ(next.at("usb0").flags, 0) << "nothing was there to be reset";
  EXPECT_EQ(next.at("usb0").since, before) << "it came after the sample before";
  EXPECT_EQ(next.at("usb0")[0].elapsed, seconds(1));
}

TEST(Objects, NewNumbersOfOneSampleAreJudgedAgainstTheSampleBefore) {
  RatesRig rig;
  rig.read({{"eth0", 2, {100, 100, 1}}});
  const auto next = rig.read_after(
      seconds(1), {{"usb1", 9, {500, 1, 1}}, {"usb0", 8, {700, 1, 1}}, {"eth0", 2, {100, 100, 1}}});
  EXPECT_EQ(next.at("usb1")[0].delta, 500);
  EXPECT_EQ(next.at("usb0")[0].delta, 700) << "8 is below 9, but both are above 2";
}

TEST(Objects, FirstSampleIsBaselineOnlyWhateverTheNumbers) {
  RatesRig rig;
  const auto first = rig.read({{"eth0", 2, {100}}, {"eth1", 3, {200}}, {"eth2", 4, {300}}});
  for (const auto& [name, outcome] : first)
    EXPECT_FALSE(outcome[0].present) << name;
}

// A kernel that is slow to answer, while interfaces come: what a sample does not show may be there.
TEST(Objects, IncompleteSampleProvesNothingAboutWhatItLacks) {
  RatesRig rig;
  rig.read({{"eth0", 2, {100, 100, 1}}});
  rig.complete = false;
  Interface late{"usb1", 9, {0, 0, 0}};
  late.born = true;
  rig.read_after(seconds(1), {late});
  rig.complete = true;
  const auto next = rig.read_after(seconds(1), {{"eth0", 2, {101, 100, 1}}, {"usb0", 8, {700, 30, 4}}, late});
  EXPECT_EQ(next.at("usb0")[0].delta, 700) << "above 2, the highest of the complete sample before";
  EXPECT_EQ(next.at("usb0")[0].elapsed, seconds(2)) << "since that one";
  EXPECT_EQ(next.at("eth0")[0].delta, 1);
}

TEST(Objects, IncompleteFirstSampleMakesNothingNew) {
  RatesRig rig;
  rig.complete = false;
  rig.read({{"eth0", 2, {100, 100, 1}}});
  rig.complete = true;
  const auto next = rig.read_after(seconds(1), {{"eth0", 2, {101, 100, 1}}, {"usb0", 7, {900, 30, 4}}});
  EXPECT_FALSE(next.at("usb0")[0].present) << "it may have been there for long";
  EXPECT_EQ(
      rig.read_after(seconds(1), {{"usb0", 7, {901, 30, 4}}, {"usb1", 8, {5, 5, 5}}}).at("usb1")[0].delta, 5);
}

// Under another name, which the sample lacks.
TEST(Objects, IncompleteSampleDoesNotEndWhatItLacks) {
  RatesRig rig;
  rig.read({{"eth0", 2, {5000, 10, 1}}, {"eth1", 9, {1, 1, 1}}});
  rig.complete = false;
  EXPECT_FALSE(rig.read_after(seconds(1), {{"eth0", 3, {40, 20, 2}}}).at("eth0")[0].present);
  rig.complete = true;
  const auto next = rig.read_after(seconds(1), {{"eth0", 3, {41, 20, 2}}, {"old0", 2, {5005, 10, 1}}});
  EXPECT_EQ(next.at("eth0")[0].delta, 1);
  EXPECT_EQ(next.at("old0")[0].delta, 5);
}

TEST(Objects, LinkBornAfterASeenDeletionStartedAtZero) {
  RatesRig rig;
  rig.read({{"tun0", 5, {5000, 10, 1}}, {"eth0", 9, {1, 1, 1}}});
  Interface tunnel{"tun0", 5, {6000, 20, 2}};
  tunnel.born = true;
  const auto next = rig.read_after(seconds(1), {tunnel, {"eth0", 9, {1, 1, 1}}}).at("tun0");
  EXPECT_EQ(next[0].delta, 6000) << "although 6000 is more than before";
  EXPECT_EQ(next[0].flags, flag::reset);
}

TEST(Objects, NumberBornAnewUnderAnotherNameEndsTheOldOne) {
  RatesRig rig;
  rig.read({{"tun0", 5, {5000, 10, 1}}, {"eth0", 9, {1, 1, 1}}});
  Interface tunnel{"tun1", 5, {40, 20, 2}};
  tunnel.born = true;
  const auto next = rig.read_after(seconds(1), {tunnel}).at("tun1");
  EXPECT_EQ(next[0].delta, 40);
  EXPECT_EQ(next[0].flags, 0);
  rig.store();
  EXPECT_TRUE(rig.baseline("tun0").objects.empty()) << "totals only";
}

// What waited for the old object of a number to come back waits no longer: it never will.
TEST(Objects, NumberBornAnewLeavesNothingOfTheOldOneToClaim) {
  RatesRig rig;
  rig.read({{"tun0", 5, {5000, 10, 1}}, {"eth0", 9, {1, 1, 1}}});
  rig.read_after(seconds(1), {{"tun0", 9, {1, 1, 1}}});
  EXPECT_EQ(rig.rates->objects(), 2U) << "number 5 has no name at the moment, and may come back";
  Interface tunnel{"tun1", 5, {40, 20, 2}};
  tunnel.born = true;
  EXPECT_EQ(rig.read_after(seconds(1), {{"tun0", 9, {1, 1, 1}}, tunnel}).at("tun1")[0].delta, 40);
  EXPECT_EQ(rig.rates->objects(), 2U);
}

TEST(Objects, AppearsLaterNotProvablyNewIsBaselineOnly) {
  RatesRig rig;
  rig.read({{"eth0", 9, {100, 100, 1}}});
  const auto next = rig.read_after(seconds(1), {{"eth0", 9, {100, 100, 1}}, {"wlan0", 3, {8000, 1, 1}}});
  EXPECT_FALSE(next.at("wlan0")[0].present);
  EXPECT_EQ(rig.read_after(seconds(1), {{"wlan0", 3, {8001, 1, 1}}}).at("wlan0")[0].delta, 1);
}

TEST(Objects, SeriesWithoutObjectAppearingLaterIsBaselineOnly) {
  RatesRig rig;
  rig.read({{"a", 0, {100}}});
  EXPECT_FALSE(rig.read_after(seconds(1), {{"a", 0, {100}}, {"b", 0, {70}}}).at("b")[0].present);
}

TEST(Objects, RenameTakesTheCountersAlong) {
  RatesRig rig;
  rig.read({{"eth0", 2, {1000, 10, 1}}});
  rig.rates->add_to_total(*rig.series("eth0"), 0, 77);
  const auto next = rig.read_after(seconds(1), {{"lan0", 2, {1005, 10, 1}}}).at("lan0");
  EXPECT_EQ(next[0].delta, 5);
  EXPECT_EQ(next.flags, 0);
  EXPECT_EQ(rig.rates->total(*rig.series("eth0"), 0), 77) << "totals stay with their series";
  EXPECT_EQ(rig.rates->total(*rig.series("lan0"), 0), 0);
}

void expect_swap(bool other_order) {
  RatesRig rig;
  rig.read({{"eth0", 2, {1000, 10, 1}}, {"eth1", 3, {50, 5, 1}}});
  std::vector<Interface> swapped{{"eth0", 3, {51, 5, 1}}, {"eth1", 2, {1003, 10, 1}}};
  if (other_order) std::swap(swapped[0], swapped[1]);
  const auto next = rig.read_after(seconds(1), swapped);
  EXPECT_EQ(next.at("eth0")[0].delta, 1);
  EXPECT_EQ(next.at("eth1")[0].delta, 3);
  EXPECT_EQ(next.at("eth0").flags | next.at("eth1").flags, 0);
  const auto after = rig.read_after(seconds(1), {{"eth0", 3, {61, 5, 1}}, {"eth1", 2, {1023, 10, 1}}});
  EXPECT_EQ(after.at("eth0")[0].delta, 10);
  EXPECT_EQ(after.at("eth1")[0].delta, 20);
}

TEST(Objects, TwoInterfacesRenamedIntoEachOther) {
  expect_swap(false);
}
TEST(Objects, TwoInterfacesRenamedIntoEachOtherReadInTheOtherOrder) {
  expect_swap(true);
}

TEST(Objects, ThreeInterfacesRenamedInACircle) {
  RatesRig rig;
  rig.read({{"a", 2, {1000}}, {"b", 3, {2000}}, {"c", 4, {3000}}});
  const auto next = rig.read_after(seconds(1), {{"a", 4, {3003}}, {"b", 2, {1001}}, {"c", 3, {2002}}});
  EXPECT_EQ(next.at("a")[0].delta, 3);
  EXPECT_EQ(next.at("b")[0].delta, 1);
  EXPECT_EQ(next.at("c")[0].delta, 2);
}

TEST(Objects, RenamedAwayAndBackLaterCountsOn) {
  RatesRig rig;
  rig.read({{"eth0", 2, {1000}}, {"eth1", 3, {50}}});
  rig.read_after(seconds(1), {{"eth0", 3, {50}}});  // 2 is out of sight
  const auto next = rig.read_after(seconds(1), {{"old0", 2, {1200}}, {"eth0", 3, {50}}});
  EXPECT_EQ(next.at("old0")[0].delta, 200);
  EXPECT_EQ(next.at("old0")[0].elapsed, seconds(2));
  EXPECT_EQ(rig.rates->objects(), 2U);
}

TEST(Objects, NicRemovedAndAddedAgainWithASmallerCounter) {
  RatesRig rig;
  rig.read({{"eth0", 2, {1000, 500, 1}}, {"usb0", 6, {90'000, 800, 9}}});
  rig.read_after(seconds(1), {{"eth0", 2, {1000, 500, 1}}});
  const auto next = rig.read_after(seconds(1), {{"eth0", 2, {1000, 500, 1}}, {"usb0", 7, {400, 900, 2}}});
  EXPECT_EQ(next.at("usb0")[0].delta, 400);
  EXPECT_EQ(next.at("usb0")[1].delta, 900) << "larger than before, but the object is new: it began at zero";
  EXPECT_EQ(next.at("usb0").flags, flag::reset);
}

TEST(Objects, AnotherObjectOfUnknownAgeInventsNothing) {
  RatesRig rig;
  rig.read({{"eth0", 5, {1000, 500, 1}}, {"eth1", 9, {1, 1, 1}}});
  const auto next = rig.read_after(seconds(1), {{"eth0", 3, {400, 90'000, 1}}}).at("eth0");
  EXPECT_EQ(next[0].delta, 400) << "lower: counted from zero";
  EXPECT_EQ(next[0].flags, flag::reset);
  EXPECT_FALSE(next[1].present) << "higher: it may have come with its count";
  EXPECT_EQ(rig.read_after(seconds(1), {{"eth0", 3, {401, 90'002, 1}}}).at("eth0")[1].delta, 2);
}

TEST(Objects, AnotherObjectIsNoResetOfOneThatLivesOnUnderAnotherName) {
  RatesRig rig;
  rig.read({{"eth0", 5, {1000, 500, 1}}, {"eth1", 9, {1, 1, 1}}});
  const auto next = rig.read_after(seconds(1), {{"eth0", 3, {400, 90, 1}}, {"eth7", 5, {1010, 500, 1}}});
  EXPECT_FALSE(next.at("eth0")[0].present);
  EXPECT_EQ(next.at("eth7")[0].delta, 10);
}

TEST(Objects, ContainerRestartedIntoANewNamespaceWithTheSameIfindex) {
  RatesRig rig;
  rig.read({{"veth", 2, {90'000, 300, 1}, 11}});
  const auto next = rig.read_after(seconds(1), {{"veth", 2, {95'000, 200, 1}, 12}}).at("veth");
  EXPECT_EQ(next[0].delta, 95'000) << "every reset counts from zero, also to a higher value";
  EXPECT_EQ(next[1].delta, 200);
  EXPECT_EQ(next.flags, flag::reset);
  EXPECT_EQ(rig.read_after(seconds(1), {{"veth", 2, {95'001, 200, 1}, 12}}).at("veth")[0].delta, 1);
  EXPECT_EQ(rig.rates->objects(), 1U) << "the namespace before is no more";
  rig.store();
  EXPECT_EQ(rig.baseline("veth").objects.size(), 1U);
}

TEST(Objects, InterfaceThatComesUpLateInventsNothing) {
  RatesRig rig;
  Interface down{"eth1", 3, {0, 0, 0}};
  down.report = Report::when_moving;
  rig.read({{"eth0", 2, {1, 1, 1}}, down});
  rig.read_after(seconds(1), {{"eth0", 2, {1, 1, 1}}, down});
  const auto up = rig.read_after(seconds(1), {{"eth0", 2, {1, 1, 1}}, {"eth1", 3, {640, 0, 1}}}).at("eth1");
  EXPECT_EQ(up[0].delta, 640);
  EXPECT_EQ(up.flags, 0);
}

// Several objects under one name, as `other` stands for what finds no room in the table.
std::vector<Interface> folded(std::initializer_list<std::pair<std::uint64_t, std::uint64_t>> objects) {
  std::vector<Interface> all;
  for (const auto& [object, bytes] : objects)
    all.push_back({"other", object, {bytes}});
  return all;
}

TEST(Objects, InterfacesFoldedIntoOneSeriesKeepTheirBytes) {
  RatesRig rig;
  EXPECT_EQ(rig.sum(folded({{5, 1000}, {6, 50}})), 0);
  EXPECT_EQ(rig.sum(folded({{5, 1001}, {6, 52}})), 3);
  EXPECT_EQ(rig.sum(folded({{6, 72}, {5, 1011}})), 30);
}

TEST(Objects, InterfacesFoldedIntoOneSeriesKeepTheirBytesOverRestarts) {
  RatesRig rig;
  rig.sum(folded({{5, 1000}, {6, 50}, {7, 90}}));
  for (int i = 1; i <= 3; ++i) {
    rig.restart("boot-1");
    const auto more = static_cast<std::uint64_t>(100 * i);
    EXPECT_EQ(rig.sum(folded({{7, 90 + more}, {6, 50 + more}, {5, 1000 + more}})), 300);
  }
}

TEST(Objects, WhatFindsRoomInTheTableTakesItsBytesAlongAndBack) {
  RatesRig rig;
  rig.sum(folded({{5, 1000}, {6, 50}}));
  rig.restart("boot-1");
  EXPECT_EQ(rig.sum({{"eth6", 6, {57}}, {"other", 5, {1001}}}), 8);
  rig.restart("boot-1");
  EXPECT_EQ(rig.sum(folded({{5, 1002}, {6, 60}})), 4);
}

TEST(Objects, OneThatIsNewAmongManyReplacesNone) {
  RatesRig rig;
  rig.sum(folded({{5, 1000}, {6, 5000}, {9, 1}}));
  EXPECT_EQ(rig.sum(folded({{5, 1000}, {6, 5000}, {3, 70}})), 0) << "lower than others, and of unknown age";
  EXPECT_EQ(rig.sum(folded({{5, 1000}, {6, 5000}, {3, 71}, {12, 8}})), 9) << "12 is provably new";
}

TEST(Objects, AllThatOneNameStandsForCountsFromANewBoot) {
  RatesRig rig;
  rig.sum(folded({{5, 1000}, {6, 50}}));
  rig.reboot("boot-2", hours(1), seconds(90));
  EXPECT_EQ(rig.sum(folded({{2, 300}, {3, 40}})), 340);
  EXPECT_EQ(rig.sum(folded({{2, 301}, {3, 40}})), 1);
}

TEST(Objects, WhatIsNotReportedIsFollowedAndNotStored) {
  RatesRig rig;
  Interface docker{"docker0", 5, {1000, 0, 0}};
  docker.report = Report::never;
  rig.read({{"eth0", 2, {1, 1, 1}}, docker});
  EXPECT_EQ(rig.rates->objects(), 2U);
  EXPECT_EQ(rig.rates->series(), 1U);
  rig.store();
  EXPECT_EQ(rig.stored.series.size(), 1U);
  EXPECT_EQ(rig.read_after(seconds(1), {{"docker0", 5, {1004, 0, 0}}}).at("docker0")[0].delta, 4);
}

// An earlier process's last reading of it is none to count from any more.
TEST(Objects, WhatIsNoLongerReportedIsNoLongerStored) {
  RatesRig rig;
  Interface docker{"docker0", 5, {1000, 0, 0}};
  rig.read({docker});
  rig.restart("boot-1");
  docker.report = Report::never;
  docker.counters[0] = 9000;
  rig.read_after(seconds(1), {docker});
  rig.restart("boot-1");
  EXPECT_TRUE(rig.baseline("docker0").objects.empty());
  EXPECT_FALSE(rig.read_after(seconds(1), {{"docker0", 5, {9100, 0, 0}}}).at("docker0")[0].present);
}

TEST(Objects, OfWhatIsGoneTheLastReadingCountsAndNothingIsKept) {
  RatesRig rig;
  rig.read({{"eth0", 2, {1, 1, 1}}, {"tun0", 5, {100, 0, 0}}});
  rig.gone = {5};
  EXPECT_EQ(
      rig.read_after(seconds(1), {{"eth0", 2, {1, 1, 1}}, {"tun0", 5, {130, 0, 0}}}).at("tun0")[0].delta, 30);
  EXPECT_EQ(rig.rates->objects(), 1U);
  rig.store();
  EXPECT_TRUE(rig.baseline("tun0").objects.empty());
  rig.gone = {};
  const auto back = rig.read_after(seconds(1), {{"eth0", 2, {1, 1, 1}}, {"tun0", 5, {90, 0, 0}}}).at("tun0");
  EXPECT_FALSE(back[0].present) << "moved here from another namespace, with what it had counted";
}

TEST(Objects, WhatTakesTheNameOfOneThatIsGoneIsNoResetOfIt) {
  RatesRig rig;
  rig.read({{"eth0", 9, {1, 1, 1}}, {"tun0", 5, {100, 0, 0}}});
  rig.gone = {5};
  rig.gone_first = true;
  const auto next = rig.read_after(seconds(1), {{"eth0", 9, {1, 1, 1}}, {"tun0", 3, {40, 0, 0}}}).at("tun0");
  EXPECT_FALSE(next[0].present) << "moved here from another namespace, with what it had counted";
}

TEST(Objects, OneThatIsGoneUnreadMakesRoomForTheNextOfItsNumber) {
  RatesRig rig;
  rig.read({{"tun0", 5, {100, 0, 0}}});
  rig.gone = {5};
  rig.gone_first = true;
  Interface next{"tun1", 5, {7, 0, 0}};
  next.born = true;
  EXPECT_EQ(rig.read_after(seconds(1), {next}).at("tun1")[0].delta, 7);
  EXPECT_EQ(rig.rates->objects(), 1U) << "the new one";
  rig.gone = {};
  EXPECT_EQ(rig.read_after(seconds(1), {{"tun1", 5, {9, 0, 0}}}).at("tun1")[0].delta, 2);
}

TEST(Objects, ManyThatComeAndGoLeaveNothingBehind) {
  RatesRig rig;
  rig.rates = std::make_unique<Rates>("boot-1", Baselines{}, 100);
  std::uint64_t object = 1;
  for (int tick = 0; tick < 50; ++tick) {
    std::vector<Interface> all;
    rig.gone.clear();
    for (int i = 0; i < 100; ++i) {
      Interface veth{"veth" + std::to_string(++object), object, {10 * object, 0, 0}};
      veth.born = true;
      veth.report = i % 2 == 0 ? Report::always : Report::never;
      all.push_back(veth);
      rig.gone.push_back(object);
    }
    rig.read_after(seconds(1), all);
    rig.store();
    rig.forget_names();
  }
  EXPECT_EQ(rig.rates->objects(), 0U);
  EXPECT_LE(rig.rates->series(), 250U) << "100 that are no more, a quarter above, and two stores of 50";
  EXPECT_LE(rig.stored.series.size(), 250U);
}

}  // namespace
}  // namespace collector::test
