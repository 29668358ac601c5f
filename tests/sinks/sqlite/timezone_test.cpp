// In which zone days begin: that of `timezone`, or the machine's; never another one in silence.
#include <cstdlib>

#include "tests/sinks/sqlite/sqlite_fixture.h"

namespace collector::test {
namespace {

class SqliteTimezone : public SqliteSinkTest {
 protected:
  // NOLINTBEGIN(concurrency-mt-unsafe): before any thread
  SqliteTimezone() { clock_.advance(std::chrono::hours(72)); }
  ~SqliteTimezone() override { unsetenv("TZ"); }
  static void machine_is_in(const char* zone) { setenv("TZ", zone, 1); }
  // NOLINTEND(concurrency-mt-unsafe)

  // Days of rows that are an hour apart, 48 of them from midnight UTC on.
  std::string days() {
    maker_.begin();
    for (std::int64_t hour = 0; hour < 48; ++hour)
      maker_.net("eth0", hour * 3600, 1);
    if (const std::string failure = write(*make_sink(), maker_, {maker_.take()}); !failure.empty())
      return failure;
    return sql("SELECT day, day_zone, sum(bytes_recv) FROM net_1d GROUP BY 1 ORDER BY 1");
  }
  std::vector<SinkNote> advice() {
    return sqlite_sink().advice({.name = "local",
                                 .state = directory_.path(),
                                 .settings = settings_,
                                 .format = format_,
                                 .clock = clock_,
                                 .timezone = timezone_});
  }
  BatchMaker maker_;
};

TEST_F(SqliteTimezone, DaysBeginWhereItSays) {
  machine_is_in("America/New_York");
  timezone_ = "Asia/Tokyo";
  EXPECT_EQ(days(), "2026-01-01|Asia/Tokyo|15\n2026-01-02|Asia/Tokyo|24\n2026-01-03|Asia/Tokyo|8");
  EXPECT_TRUE(advice().empty());
}

TEST_F(SqliteTimezone, DaysAreThoseOfTheMachineUnlessItIsSet) {
  machine_is_in("America/New_York");
  timezone_ = "";
  EXPECT_EQ(days(),
            "2025-12-31|America/New_York|5\n2026-01-01|America/New_York|24\n2026-01-02|America/New_York|18");
  EXPECT_TRUE(advice().empty());
}

// A laptop that travels is not restarted.
TEST_F(SqliteTimezone, DaysFollowTheMachineWhileItRuns) {
  machine_is_in("America/New_York");
  timezone_ = "";
  const auto sink = make_sink();
  maker_.begin();
  for (std::int64_t hour = 0; hour < 24; ++hour)
    maker_.net("eth0", hour * 3600, 1);
  ASSERT_EQ(write(*sink, maker_, {maker_.take()}), "");
  machine_is_in("Asia/Tokyo");
  maker_.begin();
  for (std::int64_t hour = 24; hour < 48; ++hour)
    maker_.net("eth0", hour * 3600, 1);
  const auto written = sink->write(std::vector<BatchPtr>{maker_.take()});
  ASSERT_TRUE(written) << written.error().what;
  EXPECT_EQ(sql("SELECT day, day_zone, sum(bytes_recv) FROM net_1d GROUP BY 1 ORDER BY 1"),
            "2026-01-01|Asia/Tokyo|15\n2026-01-02|Asia/Tokyo|24\n2026-01-03|Asia/Tokyo|8");
}

TEST_F(SqliteTimezone, WhereDaysCanNotBeCutAnewTheyAreTriedAgain) {
  machine_is_in("America/New_York");
  timezone_ = "";
  const auto sink = make_sink();
  maker_.begin();
  for (std::int64_t hour = 0; hour < 48; ++hour)
    maker_.net("eth0", hour * 3600, 1);
  ASSERT_EQ(write(*sink, maker_, {maker_.take()}), "");
  change("CREATE TRIGGER no BEFORE INSERT ON day_zone BEGIN SELECT RAISE(ABORT, 'not now'); END");
  machine_is_in("Asia/Tokyo");
  maker_.begin();
  maker_.net("eth0", 48 * 3600, 1);
  const std::vector<BatchPtr> next{maker_.take()};
  const auto refused = sink->write(next);
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().what.find("not now"), std::string::npos) << refused.error().what;
  change("DROP TRIGGER no");
  const auto written = sink->write(next);
  ASSERT_TRUE(written) << written.error().what;
  EXPECT_EQ(sql("SELECT day, day_zone, sum(bytes_recv) FROM net_1d GROUP BY 1 ORDER BY 1"),
            "2026-01-01|Asia/Tokyo|15\n2026-01-02|Asia/Tokyo|24\n2026-01-03|Asia/Tokyo|9");
}

TEST_F(SqliteTimezone, OneThatIsGoneStoresNothingUntilItIsBack) {
  timezone_ = "Mars/Olympus_Mons";
  EXPECT_EQ(days(),
            "there is no time zone 'Mars/Olympus_Mons' in /usr/share/zoneinfo; write it as Europe/Berlin; "
            "`timedatectl list-timezones` lists them");
}

TEST_F(SqliteTimezone, WhatTheMachineDoesNotKnowIsUtcAndSaysSo) {
  machine_is_in("Mars/Olympus_Mons");
  timezone_ = "";
  EXPECT_EQ(days(), "2026-01-01|UTC|24\n2026-01-02|UTC|23");
  ASSERT_EQ(advice().size(), 1U);
  EXPECT_EQ(advice().front().text,
            "the machine's time zone is not known, so days begin at midnight in UTC: there is no time zone "
            "'Mars/Olympus_Mons' in /usr/share/zoneinfo; mend it, or write timezone: and a name");
  EXPECT_TRUE(advice().front().warning);
}

}  // namespace
}  // namespace collector::test
