// The configured zone changes: days are cut anew where finer levels allow it, and nothing is counted twice.
#include "tests/history/store_fixture.h"
#include "tests/history/vectors.h"
#include "tests/support/certain_time.h"

namespace collector::test {
namespace {

constexpr std::int64_t day = 86'400;

class RecutTest : public StoreTest {
 protected:
  // An hour's rows each hour, 1 byte a window, for `days` days; and one more row, which closes the last hour.
  void live(std::int64_t days) {
    for (std::int64_t i = 0; i < days; ++i) {
      maker_.begin();
      for (std::int64_t second = 0; second < day; second += 600)
        maker_.net("eth0", at_ + second, 1).net("eth1", at_ + second, 2);
      ASSERT_EQ(write({maker_.take()}), "");
      at_ += day;
    }
    ASSERT_EQ(write({maker_.begin().mem(at_, 1).take()}), "");
  }
  void change_zone(const std::string& name) {
    options_.zone = zone_of(name);
    open();
    ASSERT_EQ(write({maker_.begin().mem(at_, 1).take()}), "");
    ASSERT_EQ(write({maker_.begin().mem(at_, 1).take()}), "");
    EXPECT_EQ(number("SELECT recut IS NULL FROM level_state"), 1);
  }
  std::string days(const std::string& interface = "eth0") const {
    return sql(
        "SELECT day, day_zone, (time - 1767225600) / 3600.0, (day_ends - time) / 3600.0, bytes_recv FROM "
        "net_1d"
        " WHERE interface='" +
        interface + "' ORDER BY time");
  }
  BatchMaker maker_;
  std::int64_t at_ = 0;
};

TEST_F(RecutTest, AllDaysAreCutAnewWhereAllIsHeld) {
  live(2);
  EXPECT_EQ(days(), "2026-01-01|UTC|0.0|24.0|144\n2026-01-02|UTC|24.0|24.0|144");
  change_zone("Asia/Kathmandu");
  EXPECT_EQ(days(),
            "2026-01-01|Asia/Kathmandu|-5.75|24.0|110\n2026-01-02|Asia/Kathmandu|18.25|24.0|144\n"
            "2026-01-03|Asia/Kathmandu|42.25|24.0|34");
  EXPECT_EQ(number("SELECT sum(bytes_recv) FROM net_1d"), number("SELECT sum(bytes_recv) FROM net_5m"));
  live(1);
  EXPECT_EQ(number("SELECT sum(bytes_recv) FROM net_1d"), 3 * 144 * 3);
}

// 5-minute buckets of the first day are gone; 45 minutes can't be cut from hours.
TEST_F(RecutTest, OlderDaysKeepTheirsAndTheJointCountsNothingTwice) {
  live(3);
  change("DELETE FROM net_5m_data WHERE time < 1767225600 + 90000");
  change_zone("Asia/Kathmandu");
  EXPECT_EQ(days(),
            "2026-01-01|UTC|0.0|24.0|144\n2026-01-02|UTC|24.0|24.0|144\n"
            "2026-01-03|Asia/Kathmandu|48.0|18.25|110\n2026-01-04|Asia/Kathmandu|66.25|24.0|34");
  EXPECT_EQ(number("SELECT sum(bytes_recv) FROM net_1d"), 3 * 144 * 3);
  // A late row goes into the day of its time, in the zone that this was cut in.
  ASSERT_EQ(write({maker_.begin().net("eth0", 47 * 3600, 5).net("eth0", 49 * 3600, 6).take()}), "");
  EXPECT_EQ(days().substr(0, 87),
            "2026-01-01|UTC|0.0|24.0|144\n2026-01-02|UTC|24.0|24.0|149\n2026-01-03|Asia/Kathmandu|48.0");
}

// Series go by age one after the other: days can be cut anew from where all of them are.
TEST_F(RecutTest, DaysAreCutFromWhatEverySeriesHas) {
  live(3);
  const auto id = sql("SELECT id FROM net_series WHERE interface='eth0'");
  change("DELETE FROM net_5m_data WHERE series_id = " + id +
         " AND time < 1767225600 + 90000; UPDATE series SET gone_5m = "
         "1767225600 + 90000 WHERE id = " +
         id);
  change_zone("Asia/Kathmandu");
  EXPECT_EQ(days("eth0"),
            "2026-01-01|UTC|0.0|24.0|144\n2026-01-02|UTC|24.0|24.0|144\n"
            "2026-01-03|Asia/Kathmandu|48.0|18.25|110\n2026-01-04|Asia/Kathmandu|66.25|24.0|34");
  EXPECT_EQ(number("SELECT sum(bytes_recv) FROM net_1d"), 3 * 144 * 3);
}

// What days are cut from stays until all are, however old it is.
TEST_F(RecutTest, NothingGoesByAgeMeanwhile) {
  constexpr int series = 250;  // more than one step cuts
  maker_.begin();
  for (int i = 0; i < series; ++i)
    for (std::int64_t hour = 0; hour < 30; hour += 3)
      maker_.net("if" + std::to_string(i), hour * 3600, 1);
  ASSERT_EQ(write({maker_.take(), maker_.begin().mem(40 * 3600, 1).take()}), "");
  RetentionClock clock;
  Instant now{WallTime(std::chrono::seconds(first_second + 20 * day)), BootTime(std::chrono::hours(100))};
  make_certain(clock, now);
  options_.clock = &clock;
  options_.keep.ages.levels = {std::chrono::hours(24), {}, {}};
  options_.zone = zone_of("Asia/Kathmandu");
  open();
  for (int i = 0; i < 6; ++i) {
    ASSERT_EQ(write({maker_.begin().mem(41 * 3600 + 60 * i, 1).take()}), "");
    now.boot += std::chrono::hours(1);
    ASSERT_TRUE(store_->remove_old(now, 1000));
    ASSERT_EQ(number("SELECT sum(bytes_recv) FROM net_1d"), 10 * series) << i;
  }
  EXPECT_EQ(number("SELECT recut IS NULL FROM level_state"), 1);
  EXPECT_LT(number("SELECT count(*) FROM net_5m"), 10 * series) << "afterwards they go";
}

TEST_F(RecutTest, HoursDoForZonesOfFullHours) {
  live(3);
  change("DELETE FROM net_5m_data WHERE time < 1767225600 + 90000");
  change_zone("Europe/Berlin");
  EXPECT_EQ(days("eth1"),
            "2026-01-01|Europe/Berlin|-1.0|24.0|276\n2026-01-02|Europe/Berlin|23.0|24.0|288\n"
            "2026-01-03|Europe/Berlin|47.0|24.0|288\n2026-01-04|Europe/Berlin|71.0|24.0|12");
}

TEST_F(RecutTest, ChangingBackAndForthEndsWhereItBegan) {
  live(2);
  const auto before = days();
  change_zone("Pacific/Apia");
  EXPECT_NE(days(), before);
  change_zone("UTC");
  EXPECT_EQ(days(), before);
}

// The process ends when some series are cut anew and others are not.
TEST_F(RecutTest, GoesOnAfterARestart) {
  live(2);
  options_.zone = zone_of("Asia/Kathmandu");
  open();
  change("UPDATE level_state SET recut = 2");  // as if series 1 had been cut: it is not, and stays
  open();
  ASSERT_EQ(write({maker_.begin().mem(at_, 1).take(), maker_.begin().net("eth1", 0, 7).take()}), "");
  EXPECT_EQ(days("eth0").substr(0, 18), "2026-01-01|UTC|0.0");
  EXPECT_EQ(days("eth1").substr(0, 32), "2026-01-01|Asia/Kathmandu|-5.75|");
  EXPECT_EQ(number("SELECT sum(bytes_recv) FROM net_1d WHERE interface='eth1'"), 2 * 2 * 144 + 7);
}

}  // namespace
}  // namespace collector::test
