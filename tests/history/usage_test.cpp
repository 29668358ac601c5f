// Questions about random histories are answered to the byte: compared with what was fed, cut and spread by
// the test's own rule, for any range, bucket and zone, before and after finer levels are gone.
#include <algorithm>
#include <random>

#include "collector/history/bucket_edges.h"
#include "tests/history/usage_fixture.h"
#include "tests/history/vectors.h"
#include "tests/support/certain_time.h"
#include "tests/support/random_seed.h"

namespace collector::test {
namespace {

using history::BucketUnit;
using history::Seconds;

constexpr std::int64_t day = 86'400;
constexpr std::int64_t reaches = 4 * day;  // longer than any row

class RandomUsageTest : public UsageTest {
 protected:
  std::int64_t pick(std::int64_t below) {
    return static_cast<std::int64_t>(random_() % static_cast<std::uint64_t>(below));
  }
  bool one_in(std::int64_t n) { return pick(n) == 0; }

  // Weeks of windows around the day in March on which clocks are put forward, sparse, with gaps of days.
  void live() {
    BatchMaker maker;
    std::int64_t clock = first_second + 80 * day + pick(day);
    const std::int64_t until = clock + 14 * day;
    while (clock < until) {
      begin(maker, "laptop");
      for (int window = 0; window < 50; ++window) {
        if (one_in(150)) clock += pick(2 * day);
        const std::int64_t span = one_in(20) ? 1 + pick(3 * 3600) : 30 + pick(300);
        for (const char* interface : {"eth0", "wlan0"}) {
          if (one_in(4)) continue;
          const bool recovered = one_in(60);
          const std::int64_t back = recovered ? pick(reaches - day) : 0;
          feed(maker,
               {"laptop", interface, clock - back, span + back, pick(1LL << (1 + pick(40))), pick(1'000'000)},
               "physical", recovered ? flag::recovered : 0);
        }
        clock += span;
      }
      ASSERT_NO_FATAL_FAILURE(store(maker));
    }
    newest_ = clock;
  }
  std::int64_t some_moment() { return first_second + 78 * day + pick(newest_ - first_second - 76 * day); }

  std::int64_t newest_ = 0;
  std::mt19937_64 random_{random_seed()};
};

const std::vector<std::string> some_zones{"Europe/Berlin", "Asia/Kathmandu", "Australia/Lord_Howe", "UTC",
                                          "America/New_York"};

TEST_F(RandomUsageTest, AnyRangeIsExact) {
  options_.zone = zone_of(some_zones[static_cast<std::size_t>(pick(5))]);
  ASSERT_NO_FATAL_FAILURE(live());
  for (int question = 0; question < 60; ++question) {
    auto from = some_moment(), to = some_moment();
    if (from > to) std::swap(from, to);
    if (one_in(2)) from = history::floor_to(from, 300), to = history::floor_to(to, 300);
    const auto zone = zone_of(some_zones[static_cast<std::size_t>(pick(5))]);
    const auto unit = static_cast<BucketUnit>(pick(8));
    const auto edges = history::bucket_edges(zone, {at(from), at(to)}, {.unit = unit});
    const auto by = static_cast<history::GroupBy>(pick(3));
    const auto answer = ask({.by = by}, edges);
    EXPECT_TRUE(answer.moved.empty());
    EXPECT_EQ(answer.edges, edges);
    ASSERT_NO_FATAL_FAILURE(expect_exact(answer)) << zone.name() << " unit " << static_cast<int>(unit);
  }
}

TEST_F(RandomUsageTest, ColumnsOfAnyPictureAreExact) {
  options_.zone = zone_of(some_zones[static_cast<std::size_t>(pick(5))]);
  ASSERT_NO_FATAL_FAILURE(live());
  for (int question = 0; question < 40; ++question) {
    auto from = some_moment(), to = some_moment();
    if (from > to) std::swap(from, to);
    const auto zone = zone_of(some_zones[static_cast<std::size_t>(pick(5))]);
    const history::Interval range{at(from), at(to)};
    const auto pixels = static_cast<int>(1 + pick(1LL << pick(10)));
    const auto answer =
        ask({.by = static_cast<history::GroupBy>(pick(3))}, history::picture_of(zone, range, pixels).edges);
    EXPECT_TRUE(answer.moved.empty());
    ASSERT_NO_FATAL_FAILURE(expect_exact(answer)) << zone.name() << " pixels " << pixels;
  }
  // Of whole days in their own zone days are read, and nothing else.
  const history::Interval days{
      history::Cycle::daily().around(options_.zone, at(first_second + 81 * day)).start,
      history::Cycle::daily().around(options_.zone, at(first_second + 91 * day)).start};
  const auto answer = ask({}, history::picture_of(options_.zone, days, 5).edges);
  EXPECT_EQ(answer.levels, std::vector<std::string>{"1d"});
  ASSERT_NO_FATAL_FAILURE(expect_exact(answer));
}

// Where the history itself begins, levels are compared; where it began before the question, they are not.
TEST_F(RandomUsageTest, WhatBeginsInTheFirstDaysIsExact) {
  for (const std::string& zone : some_zones) {
    SCOPED_TRACE(zone);
    close();
    std::filesystem::remove(file());
    rows_.clear();
    starts_.clear();
    options_.zone = zone_of(zone);
    BatchMaker maker;
    begin(maker, "laptop");
    const std::int64_t start = first_second + 80 * day + pick(day);
    for (std::int64_t at = start; at < start + 4 * day; at += 300)
      feed(maker, {"laptop", "eth0", at, 300, 1'000'000 + at % 7919, 5}, "physical");
    ASSERT_NO_FATAL_FAILURE(store(maker));
    for (std::int64_t from = start - 7200; from < start + 2 * day; from += 1777) {
      const auto answer = ask({}, {at(from), at(from + day + 1801)});
      EXPECT_TRUE(answer.moved.empty());
      ASSERT_NO_FATAL_FAILURE(expect_exact(answer));
    }
  }
}

TEST_F(RandomUsageTest, WhereFinerLevelsAreGoneTheNearestBoundaryIsTakenAndNamed) {
  for (const char* zone : {"Europe/Berlin", "Asia/Kathmandu"}) {
    SCOPED_TRACE(zone);
    close();
    std::filesystem::remove(file());
    rows_.clear();
    starts_.clear();
    options_.zone = zone_of(zone);
    ASSERT_NO_FATAL_FAILURE(live());
    close();
    // Buckets go at full hours.
    const std::int64_t raw = first_second + 90 * day, fine = raw - 2 * day, hours = fine - 2 * day - 7200;
    change(
        fmt::format("DELETE FROM net_data WHERE time < {}; DELETE FROM net_5m_data WHERE time < {};"
                    "DELETE FROM net_1h_data WHERE time < {}",
                    raw, fine, hours));
    for (int question = 0; question < 40; ++question) {
      auto from = some_moment(), to = some_moment();
      if (from > to) std::swap(from, to);
      // Where hours meet days that begin at a quarter to, an hour can't be told apart.
      if (options_.zone.name() == "Asia/Kathmandu" && from < hours + 2 * day && to > hours) continue;
      const auto answer = ask({.by = history::GroupBy::interface}, {at(from), at(to)});
      ASSERT_NO_FATAL_FAILURE(expect_exact(answer));
      for (const auto& moved : answer.moved) {
        const auto wanted = moved.wanted.time_since_epoch().count();
        const auto until = moved.level == "1d" ? hours + 2 * day : moved.level == "1h" ? fine : raw + reaches;
        EXPECT_LT(wanted, until) << moved.level;
        EXPECT_LE(std::abs(wanted - moved.used.time_since_epoch().count()), moved.level == "1d"   ? 13 * 3600
                                                                            : moved.level == "1h" ? 1800
                                                                                                  : 150);
      }
    }
    // Days of the zone that they were cut in are there for ever.
    const auto days = history::bucket_edges(options_.zone, {at(first_second + 70 * day), at(raw)},
                                            {.unit = BucketUnit::day});
    const std::vector whole(days.begin() + 1, days.end() - 1);
    const auto answer = ask({}, whole);
    EXPECT_TRUE(answer.moved.empty());
    EXPECT_EQ(answer.edges, whole);
    ASSERT_NO_FATAL_FAILURE(expect_exact(answer));
  }
}

// As the program does it: each level by its age, and then rows come for times that are gone there.
TEST_F(RandomUsageTest, WhatWentByAgeAndCameLateIsTold) {
  options_.zone = zone_of(pick(2) == 0 ? "Europe/Berlin" : "America/New_York");
  RetentionClock clock;
  options_.clock = &clock;
  options_.keep.ages = {std::chrono::hours(24 * 4),
                        {std::chrono::hours(24 * 6), std::chrono::hours(24 * 9), {}}};
  ASSERT_NO_FATAL_FAILURE(live());
  Instant now{WallTime(std::chrono::seconds(newest_)), BootTime(std::chrono::hours(100))};
  make_certain(clock, now);
  for (int hour = 0; hour < 40; ++hour, now.boot += std::chrono::hours(1))
    ASSERT_TRUE(store_->remove_old(now, 100));
  const auto gone =
      number("SELECT count(*) FROM net_5m_data WHERE time < " + std::to_string(newest_ - 7 * day));
  EXPECT_EQ(gone, 0);
  BatchMaker maker;
  begin(maker, "laptop");
  for (int late = 0; late < 200; ++late)
    feed(maker,
         {"laptop", late % 2 == 0 ? "eth0" : "wlan0", newest_ - pick(13 * day), 1 + pick(4000),
          pick(1LL << 40), 5},
         "physical", flag::recovered);
  ASSERT_NO_FATAL_FAILURE(store(maker));
  for (int question = 0; question < 60; ++question) {
    auto from = some_moment(), to = some_moment();
    if (from > to) std::swap(from, to);
    const auto unit = static_cast<BucketUnit>(pick(8));
    const auto edges = history::bucket_edges(options_.zone, {at(from), at(to)}, {.unit = unit});
    const auto answer = ask({.by = history::GroupBy::interface}, edges);
    ASSERT_NO_FATAL_FAILURE(expect_exact(answer)) << "unit " << static_cast<int>(unit);
    for (const auto& moved : answer.moved)
      EXPECT_NE(moved.wanted, moved.used);
  }
}

TEST_F(RandomUsageTest, SlotsAndPatternAddUpToTheSame) {
  ASSERT_NO_FATAL_FAILURE(live());
  const history::Interval range{at(first_second + 80 * day), at(first_second + 94 * day)};
  const auto file = history();
  for (const auto length : {std::chrono::seconds(300), std::chrono::seconds(3600)}) {
    const auto slots = file.slots({}, range, length);
    ASSERT_TRUE(slots);
    for (const auto& slot : *slots)
      ASSERT_EQ((Moved{slot.in, slot.out}), fed(slot.start, slot.start + length.count()));
  }
  const auto week = file.pattern({}, range, zone_of("Europe/Berlin"));
  ASSERT_TRUE(week);
  std::int64_t sum = 0;
  for (const auto& hour : *week)
    sum += hour.sum;
  const Moved all = fed(range.start.time_since_epoch().count(), range.end.time_since_epoch().count());
  EXPECT_EQ(sum, all.recv + all.sent);
}

}  // namespace
}  // namespace collector::test
