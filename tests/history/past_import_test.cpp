// Another program's history is brought into the levels: once, never where something is already, and so that
// questions about it are answered right.
#include "collector/history/past_import.h"

#include "collector/history/figures.h"
#include "tests/history/past_import_fixture.h"

namespace collector::test {
namespace {

using history::Interval;
using history::LeftOut;
using history::PastPiece;
using history::Seconds;

// Edges are those of all that is added up: an import makes coarse what it is in, and nothing else.
TEST_F(PastImportTest, OneInterfaceIsAskedAsFinelyAsItIsKept) {
  measure(start, start + 4 * day, "eth0");
  measure(start + 3 * day, start + 4 * day, "wlan0");
  ASSERT_EQ(import(past(0, 3, start + 3 * day, "wlan0")).days, 3U);
  const std::vector<Seconds> edges{at(start + day + 600), at(start + day + 4200)};
  const auto one = ask({.filters = {{"interface", {"eth0"}}}, .scope = history::Scope::all}, edges);
  EXPECT_TRUE(one.moved.empty());
  EXPECT_EQ(one.groups.front().total.fields.at(0).sum, 600);
  const auto both = ask({}, edges);
  ASSERT_EQ(both.moved.size(), 2U);
  EXPECT_EQ(both.moved.front().level, "1d");
  EXPECT_EQ(received(start + 3 * day + 600, start + 3 * day + 4200), 1'200) << "after it all is fine again";
}

// Days 0 to 9 by vnStat, the hours of the last three; ours begins on day 9 at 14:20.
TEST_F(PastImportTest, ItEndsWhereOurOwnHistoryBegins) {
  measure(start + 9 * day + 14 * hour + 1200, start + 10 * day);
  const auto plan = import(past(0, 10, start + 7 * day));
  EXPECT_EQ(plan.days, 10);
  EXPECT_EQ(plan.hours, 2 * 24 + 14);
  EXPECT_EQ(plan.received, 9 * 24'000 + 14'000);
  EXPECT_EQ(plan.sent, 2 * plan.received);
  EXPECT_EQ(plan.left_out.at(LeftOut::measured).received, 10'000) << "from 14:00 on";
  EXPECT_EQ(plan.time, (Interval{at(start), at(start + 9 * day + 14 * hour)}));

  const std::int64_t ours = 58 * 100;  // ten minutes each from 14:20
  EXPECT_EQ(received(start, start + 31 * day), 9 * 24'000 + 14'000 + ours) << "the month";
  EXPECT_EQ(received(start, start + 365 * day), 9 * 24'000 + 14'000 + ours) << "the year";
  EXPECT_EQ(received(start + 3 * day, start + 5 * day), 2 * 24'000);
  EXPECT_EQ(received(start + 8 * day + 5 * hour, start + 8 * day + 7 * hour), 2'000) << "hours that are kept";
  EXPECT_EQ(received(start + 9 * day, start + 10 * day), 14'000 + ours) << "the day that both have";
  EXPECT_EQ(received(start + 9 * day + 15 * hour, start + 9 * day + 16 * hour), 600)
      << "ours is as fine as ever";
}

TEST_F(PastImportTest, AnHourOfADayThatIsKeptAsADayIsAnsweredAtItsBoundary) {
  measure(start + 9 * day, start + 10 * day);
  import(past(0, 9, start + 7 * day));
  const auto answer = asked(start + 3 * day + 5 * hour, start + 3 * day + 7 * hour);
  ASSERT_FALSE(answer.moved.empty());
  EXPECT_EQ(answer.moved.front().level, "1d");
  EXPECT_EQ(answer.moved.front().used, at(start + 3 * day));
  const auto wide = asked(start + 3 * day - hour, start + 5 * day + hour);
  EXPECT_EQ(wide.groups.front().total.fields.at(0).sum, 2 * 24'000);
}

// The hours of such days: one remark, not one for each edge.
TEST_F(PastImportTest, HoursOfDaysAreRemarkedOnOnce) {
  measure(start + 9 * day, start + 10 * day);
  import(past(0, 9, start + 9 * day));
  std::vector<Seconds> edges;
  for (std::int64_t second = start + 3 * day; second <= start + 4 * day; second += hour)
    edges.push_back(at(second));
  const auto remarks = remarks_on(ask({}, edges), zone_of("UTC"), at(start + 9 * day));
  EXPECT_EQ(std::ranges::count_if(remarks, [](const std::string& one) { return one.contains("is kept"); }),
            1);
  EXPECT_EQ(
      remarks.back(),
      "Sun 4 Jan 2026, 01:00 to Sun 4 Jan 2026, 23:00: only 1d is kept from then; cut where one of those "
      "begins");
}

TEST_F(PastImportTest, TheSecondTimeNothingIsAdded) {
  measure(start + 9 * day + 14 * hour + 1200, start + 10 * day);
  const auto first = import(past(0, 10, start + 7 * day));
  const std::string before = sql("SELECT * FROM net_1d_data UNION ALL SELECT *,0,0,0 FROM net_1h_data");
  const auto second = import(past(0, 10, start + 7 * day));
  EXPECT_EQ(second.buckets.size(), 0U);
  EXPECT_EQ(second.left_out.at(LeftOut::imported).received, first.received);
  EXPECT_EQ(sql("SELECT * FROM net_1d_data UNION ALL SELECT *,0,0,0 FROM net_1h_data"), before);
}

TEST_F(PastImportTest, TwoProgramsDoNotAddUp) {
  measure(start + 9 * day, start + 10 * day);
  import(past(3, 4, start + 5 * day));
  const auto other = import(past(0, 9, start), "UTC", history::PastProgram::netmon);
  EXPECT_EQ(other.received, 5 * 24'000);
  EXPECT_EQ(other.left_out.at(LeftOut::imported).received, 4 * 24'000);
  EXPECT_EQ(received(start, start + 9 * day), 9 * 24'000);
}

TEST_F(PastImportTest, WhatADryRunSaysIsWhatIsAddedAndItAddsNothing) {
  measure(start + 9 * day + 14 * hour + 1200, start + 10 * day);
  const std::string before = sql("SELECT (SELECT count(*) FROM series), (SELECT count(*) FROM source)");
  const auto said = import(past(0, 10, start + 7 * day), "UTC", history::PastProgram::vnstat, true);
  EXPECT_EQ(sql("SELECT (SELECT count(*) FROM series), (SELECT count(*) FROM source)"), before);
  const auto done = import(past(0, 10, start + 7 * day));
  EXPECT_EQ(said.received, done.received);
  EXPECT_EQ(said.days, done.days);
  EXPECT_EQ(said.hours, done.hours);
}

// What is there is left out to the byte, and nothing else: ours with holes, days gone to days alone.
TEST_F(PastImportTest, WhatItTakesAndWhatItLeavesIsAllThereIs) {
  measure(start + 2 * day + 5 * hour, start + 2 * day + 6 * hour);
  measure(start + 4 * day, start + 5 * day);
  measure(start + 7 * day + 20 * hour, start + 8 * day);
  change(
      "DELETE FROM net_5m_data WHERE time < 1767225600 + 4*86400; DELETE FROM net_1h_data WHERE time < "
      "1767225600 + 4*86400");
  const auto plan =
      import(past(0, 9, start), "UTC", history::PastProgram::vnstat, false, at(start + 8 * day));
  std::int64_t left = 0;
  for (const auto& [why, amount] : plan.left_out)
    left += amount.received;
  EXPECT_EQ(plan.received + left, 9 * 24'000);
  // Day 2 has no hours any more, and counts as measured throughout.
  EXPECT_EQ(plan.left_out.at(LeftOut::measured).received, 24'000 + 24'000 + 4'000);
  EXPECT_EQ(plan.left_out.at(LeftOut::awaited).received, 24'000) << "ours may still come";
  EXPECT_EQ(number("SELECT sum(bytes_recv) FROM net_1d"), plan.received + 600 + 14'400 + 2'400 - 600)
      << "all but the hour of ours that is still open";
}

TEST_F(PastImportTest, WhatIsNotOverWaitsForALaterImport) {
  measure(start, start + day, "eth1");
  auto unfinished = past(0, 5, start);
  unfinished.until = at(start + 4 * day + 10 * hour + 60);
  const auto plan = import(unfinished);
  EXPECT_EQ(plan.received, 4 * 24'000);
  EXPECT_EQ(plan.left_out.at(LeftOut::not_over).received, 24'000);
  // Next week the program has no hours of that day any more.
  auto later = past(0, 5, start + 5 * day);
  EXPECT_EQ(import(later).received, 24'000);
  EXPECT_EQ(received(start, start + 31 * day), 5 * 24'000 + 14'400);
}

// Whoever tells hours alone has them next week as well: those that are over come at once, the others later,
// whether ours has a part of that day or nothing at all.
TEST_F(PastImportTest, HoursThatAreOverComeBeforeTheirDayIs) {
  measure(start + 4 * day + 10 * hour, start + 4 * day + 11 * hour);
  for (const char* interface : {"eth0", "wlan0"}) {
    auto hours = past(0, 5, start, interface);
    hours.days.clear();
    std::erase_if(hours.hours,
                  [](const PastPiece& one) { return one.time.end > at(start + 4 * day + 10 * hour); });
    const auto now = at(start + 4 * day + 10 * hour + 60);
    const auto plan = import(hours, "UTC", history::PastProgram::csv, false, now);
    EXPECT_EQ(plan.received, 106'000) << interface;
    EXPECT_EQ(plan.hours, 106U) << interface;
    EXPECT_TRUE(plan.left_out.empty()) << interface << ": nothing is left, of which nothing is said";
  }
  auto hours = past(0, 5, start, "wlan0");
  hours.days.clear();
  const auto early =
      import(hours, "UTC", history::PastProgram::csv, true, at(start + 4 * day + 12 * hour + 60));
  EXPECT_EQ(early.received, 2'000);
  EXPECT_EQ(early.left_out.at(LeftOut::not_over).received, 12'000);
  EXPECT_EQ(early.left_out.at(LeftOut::not_over).days, 1U);
  EXPECT_EQ(import(hours, "UTC", history::PastProgram::csv).received, 14'000);
  const auto all = ask({.filters = {{"interface", {"wlan0"}}}}, {at(start + 4 * day), at(start + 5 * day)});
  EXPECT_EQ(all.groups.front().total.fields.at(0).sum, 24'000);
  EXPECT_EQ(all.groups.front().total.observed, day * 1000);
}

// How fast another program's bytes went is not known: a little of our own does not stand for them.
TEST_F(PastImportTest, ABusiestSecondIsNotThatOfWhatWasImported) {
  measure(start + 9 * day, start + 10 * day);
  import(past(0, 9, start));
  const auto ours = asked(start + 9 * day, start + 10 * day);
  EXPECT_TRUE(busiest_of(ours.groups.front().total));
  EXPECT_EQ(ours.groups.front().total.fields.at(0).imported, 0);
  const auto both = asked(start, start + 10 * day);
  EXPECT_EQ(both.groups.front().total.fields.at(0).imported, 9 * 24'000);
  EXPECT_FALSE(busiest_of(both.groups.front().total));
  EXPECT_TRUE(busiest_of(asked(start + 9 * day - 14 * hour, start + 10 * day).groups.front().total))
      << "most is ours";
}

TEST_F(PastImportTest, DaysOfAnotherZoneStayWholeAndClocksMayChange) {
  measure(start + 200 * day, start + 201 * day);
  // Berlin, the days around the two changes of 2026: 29 March has 23 hours, 25 October 25.
  const auto berlin = zone_of("Europe/Berlin");
  history::PastInterface past{"laptop", "eth0", {}, {}, far_away};
  for (const std::int64_t second : {start + 87 * day, start + 88 * day})
    past.days.push_back({history::Cycle::daily().around(berlin, at(second)), 1000, 10});
  const auto plan = import(past, "Europe/Berlin");
  EXPECT_EQ(plan.days, 2U);
  EXPECT_EQ(sql("SELECT day, (day_ends - time) / 3600, day_zone FROM net_1d WHERE bytes_recv = 1000"),
            "2026-03-29|23|Europe/Berlin\n2026-03-30|24|Europe/Berlin");
  EXPECT_EQ(sql("SELECT name FROM day_zone WHERE id > 0"), "UTC") << "days are cut on as before";
  EXPECT_EQ(history().content().value().day_zone, "UTC");
  EXPECT_EQ(received(past.days[0].time.start.time_since_epoch().count(),
                     past.days[1].time.end.time_since_epoch().count()),
            2000);
}

// It is the zone that the file has: nobody looks for days of two zones where there is one.
TEST_F(PastImportTest, DaysOfTheSameZoneAreOfThatZone) {
  measure(start + 9 * day, start + 10 * day);
  EXPECT_EQ(import(past(0, 3, start)).days, 3U);
  EXPECT_EQ(sql("SELECT id, name FROM day_zone"), "1|UTC");
}

TEST_F(PastImportTest, AnHourThatClocksShowTwiceIsTwoHours) {
  measure(start, start + hour, "eth1");
  const auto berlin = zone_of("Europe/Berlin");
  const Interval autumn = history::Cycle::daily().around(berlin, at(1793000000 - 1793000000 % day + 4 * day));
  history::PastInterface past{"laptop", "eth0", {}, {}, far_away};
  past.hours.push_back({{autumn.start + std::chrono::hours(2), autumn.start + std::chrono::hours(4)}, 7, 1});
  EXPECT_EQ(import(past, "Europe/Berlin").hours, 2U);
  EXPECT_EQ(sql("SELECT bytes_recv, bytes_sent FROM net_1h WHERE interface='eth0' ORDER BY time"),
            "3|0\n4|1");
}

// Hours that begin at half past fit into no hour of ours: the day is taken alone.
TEST_F(PastImportTest, HoursOfAZoneAtHalfPastAreTakenAsDays) {
  measure(start, start + hour, "eth1");
  const Interval local = history::Cycle::daily().around(zone_of("Asia/Kolkata"), at(start + 3 * day));
  history::PastInterface past{"laptop", "eth0", {}, {}, far_away};
  for (Seconds begin = local.start; begin < local.end; begin += std::chrono::hours(1))
    past.hours.push_back({{begin, begin + std::chrono::hours(1)}, 10, 20});
  const auto plan = import(past, "Asia/Kolkata");
  EXPECT_EQ(plan.hours, 0U);
  EXPECT_EQ(plan.days, 1U);
  EXPECT_EQ(plan.received, 240);
}

// Some hours of a day whose own hours begin at half past: the day alone, and it is known when it was.
TEST_F(PastImportTest, ADayOfSomeHoursAtHalfPastHasItsTime) {
  measure(start + 40 * day, start + 40 * day + hour);
  const std::int64_t midnight = start - 5 * hour - hour / 2;
  history::PastInterface past{"laptop", "eth0", {}, {}, far_away};
  past.hours = {piece(midnight, hour, 1'000), piece(midnight + hour, hour, 1'000)};
  const auto plan = import(past, "Asia/Kolkata");
  EXPECT_EQ(plan.days, 1U);
  EXPECT_EQ(plan.hours, 0U);
  ASSERT_TRUE(plan.time);
  EXPECT_EQ(*plan.time, (Interval{at(midnight), at(midnight + day)}));
  EXPECT_EQ(
      sql("SELECT max(last_time) FROM series WHERE id IN (SELECT series_id FROM net_1d_data WHERE time=" +
          std::to_string(midnight) + ")"),
      std::to_string(midnight + day - 1));
}

// The zone changes: our days are cut anew, imported ones stay, and no byte goes or comes.
TEST_F(PastImportTest, AChangeOfZoneLeavesImportedDays) {
  measure(start + 9 * day + 14 * hour + 1200, start + 12 * day);
  import(past(0, 10, start + 7 * day));
  import(past(0, 12, start, "wlan0"));
  const std::int64_t total = received(start - day, start + 31 * day);
  const std::string imported =
      sql("SELECT * FROM net_1d_data WHERE series_id > 1 AND day_zone = 1 AND day < 20462 ORDER BY 1, 2");
  for (const char* zone : {"Asia/Kathmandu", "America/New_York", "UTC"}) {
    options_.zone = zone_of(zone);
    open();
    measure(start + 12 * day, start + 12 * day + 600);
    measure(start + 12 * day, start + 12 * day + 600);
    EXPECT_EQ(number("SELECT recut IS NULL FROM level_state"), 1);
    EXPECT_EQ(received(start - day, start + 31 * day), total + 100) << zone;
    EXPECT_EQ(
        sql("SELECT * FROM net_1d_data WHERE series_id > 1 AND day_zone = 1 AND day < 20462 ORDER BY 1, 2"),
        imported)
        << zone;
  }
}

// Ages and the size treat imported buckets as all others; what is left adds up.
TEST_F(PastImportTest, AgesTakeFinerLevelsAndLeaveDays) {
  measure(start + 40 * day, start + 42 * day);
  import(past(0, 40, start));
  change("DELETE FROM net_1h_data WHERE time < 1767225600 + 20*86400");
  EXPECT_EQ(received(start, start + 40 * day), 40 * 24'000);
  EXPECT_EQ(received(start + 30 * day + hour, start + 30 * day + 2 * hour), 1'000);
  EXPECT_FALSE(asked(start + 3 * day + hour, start + 4 * day).moved.empty());
}

// Where the size is a bound, series that are gone make room before what was imported does.
TEST_F(PastImportTest, ImportedDaysOutliveSeriesThatAreGone) {
  measure(start, start + 2 * hour, "gone0");
  measure(start + 40 * day, start + 41 * day);
  import(past(0, 40, start + 40 * day));
  history::FileTables tables(store_->database());
  history::LevelWriter levels(store_->database(), tables);
  history::LevelRetention retention(store_->database(), levels, {}, nullptr);
  const auto count = [&](const char* interface) {
    return number(std::string("SELECT count(*) FROM net_1d WHERE interface='") + interface + "'");
  };
  change("DELETE FROM net_data WHERE time < 1767225600 + 30*86400");
  EXPECT_GT(retention.evict_gone(0).value(), 0U);
  EXPECT_EQ(count("gone0"), 0);
  EXPECT_EQ(count("eth0"), 41);
  EXPECT_GT(retention.evict_gone(0).value(), 0U) << "the size is held all the same";
  EXPECT_EQ(count("eth0"), 1);
  EXPECT_EQ(retention.evict_gone(0).value(), 0U);
}

// A second import of the same program, months later: what lies between its hours are days alone.
TEST_F(PastImportTest, HoursBeforeDaysThatHaveNoneGo) {
  measure(start, start + hour, "eth1");
  EXPECT_EQ(import(past(3, 5, start + 6 * day)).hours, 48U);
  import(past(8, 30, start + 36 * day));
  EXPECT_EQ(number("SELECT count(*) FROM net_1h WHERE interface='eth0'"), 48);
  EXPECT_EQ(received(start + 3 * day, start + 38 * day), 35 * 24'000);
  EXPECT_EQ(received(start + 37 * day + 3 * hour, start + 37 * day + 5 * hour), 2'000);
  // In between an hour is answered by its day, and not by nothing.
  EXPECT_FALSE(asked(start + 20 * day + 3 * hour, start + 21 * day).moved.empty());
  EXPECT_EQ(asked(start + 20 * day + 3 * hour, start + 21 * day).groups.front().total.fields.at(0).sum,
            24'000);
  // And older hours that come later than those days.
  EXPECT_EQ(import(past(0, 3, start)).days, 3U);
  EXPECT_EQ(received(start, start + 38 * day), 38 * 24'000 + 600);
  EXPECT_FALSE(asked(start + day + 3 * hour, start + 2 * day).moved.empty());
}

// Whether the interface is inside another one may only be known later.
TEST_F(PastImportTest, WhatIsMeasuredLaterTellsTheKindOfWhatWasImported) {
  measure(start + 40 * day, start + 41 * day);
  import(past(0, 5, start, "eth9"));
  EXPECT_EQ(received(start, start + 5 * day), 5 * 24'000);
  measure(start + 41 * day, start + 41 * day + 600, "eth9", "bridge");
  EXPECT_EQ(received(start, start + 5 * day), 0) << "a bridge's bytes are counted by its ports";
  const auto by = ask({.scope = history::Scope::all, .by = history::GroupBy::interface},
                      {at(start), at(start + 5 * day)});
  EXPECT_EQ(by.groups.back().interface, "eth9");
  EXPECT_EQ(by.groups.back().kind, "bridge");
  EXPECT_EQ(by.groups.back().total.observed, 5 * day * 1000);
}

TEST_F(PastImportTest, SecondsObservedAddUpWhereOneFollowsTheOther) {
  measure(start + 9 * day + 12 * hour, start + 11 * day);
  import(past(0, 10, start + 7 * day));
  EXPECT_EQ(asked(start, start + 31 * day).groups.front().total.observed, 11 * day * 1000);
}

TEST_F(PastImportTest, AFileThatIsNoHistoryIsNotTouched) {
  const auto error_of = [](const std::filesystem::path& path) {
    auto added = history::import_past(path, {});
    return added ? std::string("imported") : added.error().text();
  };
  EXPECT_NE(error_of(directory_ / "none.db").find("none.db"), std::string::npos);
  EXPECT_FALSE(std::filesystem::exists(directory_ / "none.db"));
  open();
  close();
  EXPECT_NE(error_of(file()).find("nothing was measured of the network yet; let this collector run"),
            std::string::npos)
      << error_of(file());
  change("PRAGMA user_version=3");
  EXPECT_NE(error_of(file()).find("older collector"), std::string::npos);
  change("PRAGMA application_id=1");
  EXPECT_NE(error_of(file()).find("another program"), std::string::npos);
}

// The writer goes on with all that it remembers, also of series that an import has brought.
TEST_F(PastImportTest, AnOpenStoreGoesOn) {
  measure(start + 9 * day + 14 * hour, start + 9 * day + 15 * hour);
  import(past(0, 10, start + 7 * day));
  import(past(0, 9, start, "wlan0"));
  measure(start + 9 * day + 15 * hour, start + 10 * day + 2 * hour);
  measure(start + 10 * day + 2 * hour, start + 10 * day + 3 * hour, "wlan0");
  measure(start + 10 * day + 3 * hour, start + 10 * day + 5 * hour, "wwan0");
  EXPECT_EQ(received(start, start + 31 * day), 9 * 24'000 + 14'000 + 12 * 600 + 9 * 24'000 + 600 + 1200);
  EXPECT_EQ(number("SELECT count(DISTINCT id) FROM series"), number("SELECT count(*) FROM series"));
}

}  // namespace
}  // namespace collector::test
