// Texts of billing plans, and what a plan means. What is said about wrong ones is in cases/plans-*.
#include "config/plan.h"

#include <gtest/gtest.h>

#include "config/plan_values.h"
#include "config/time_zones.h"
#include "tests/config/fake_catalog.h"
#include "tests/support/files.h"

namespace collector::test {
namespace {

using std::chrono::minutes;

BillingPlan plan_of(std::string_view yaml) {
  const auto parsed = parse_fake("plans: {home: " + std::string(yaml) + "}");
  EXPECT_TRUE(parsed) << problems_text(parsed);
  return parsed ? billing_plan(parsed->plans.at(0)) : BillingPlan{};
}

TEST(BillingPlan, WithoutSettingsIsACalendarMonthWithoutALimit) {
  BillingPlan expected;
  expected.name = "home";
  expected.cycle.every = MonthlyCycle{1};
  EXPECT_EQ(plan_of("{}"), expected);
}

TEST(BillingPlan, HasItsCycle) {
  EXPECT_EQ(plan_of("{cycle: {day: -3, start: 06:00}}").cycle, (PlanCycle{MonthlyCycle{-3}, minutes(360)}));
  EXPECT_EQ(plan_of("{cycle: {weekday: sunday}}").cycle, (PlanCycle{WeeklyCycle{std::chrono::Sunday}, {}}));
  EXPECT_EQ(plan_of("{cycle: {weekday: monday}}").cycle, (PlanCycle{WeeklyCycle{std::chrono::Monday}, {}}));
  const std::chrono::year_month_day from(std::chrono::year(2024), std::chrono::February,
                                         std::chrono::day(29));
  EXPECT_EQ(plan_of("{cycle: {days: 28, from: 2024-02-29}}").cycle, (PlanCycle{DaysCycle{28, from}, {}}));
}

TEST(BillingPlan, AGBIsNoGiB) {
  EXPECT_EQ(plan_of("{quota: 200GB}").quota, 200'000'000'000U);
  EXPECT_EQ(plan_of("{quota: 200GiB}").quota, 214'748'364'800U);
  EXPECT_EQ(plan_of("{price: {currency: EUR, rate: 1/GB}}").price->unit, 1'000'000'000U);
  EXPECT_EQ(plan_of("{price: {currency: EUR, rate: 1/GiB}}").price->unit, 1'073'741'824U);
}

TEST(BillingPlan, FreeHoursAreInOrderAndApart) {
  const auto free = plan_of("{free_hours: [12:00-13:00, 22:00-06:00, 06:00-07:30]}").free_hours;
  EXPECT_EQ(free,
            (std::vector<DailyHours>{
                {minutes(0), minutes(450)}, {minutes(720), minutes(780)}, {minutes(1320), minutes(1440)}}));
}

TEST(BillingPlan, TiersRiseFromZero) {
  const auto price =
      plan_of("{price: {currency: EUR, flat: 5, rate: 0.10/GB, tiers: {2TB: 0.05/GB, 500GB: 0.08/GB}}}")
          .price;
  ASSERT_TRUE(price);
  EXPECT_EQ(*price, (Price{"EUR",
                           5'000'000,
                           1'000'000'000,
                           {{0, 100'000}, {500'000'000'000, 80'000}, {2'000'000'000'000, 50'000}}}));
  const auto included = plan_of("{price: {currency: EUR, tiers: {10GiB: 2/GiB}}}").price;
  EXPECT_EQ(included->tiers, (std::vector<PriceTier>{{0, 0}, {10'737'418'240, 2'000'000}}));
  const auto from_zero = plan_of("{price: {currency: EUR, tiers: {0GB: 2/GB}}}").price;
  EXPECT_EQ(from_zero->tiers, (std::vector<PriceTier>{{0, 2'000'000}}));
}

TEST(BillingPlan, IsRefusedWhereItWasNotChecked) {
  EXPECT_THROW(billing_plan({"home", {}}), std::logic_error);
}

TEST(PlanValues, MoneyIsExact) {
  EXPECT_EQ(*parse_money("0"), 0);
  EXPECT_EQ(*parse_money("19.99"), 19'990'000);
  EXPECT_EQ(*parse_money("0.000001"), 1);
  EXPECT_EQ(*parse_money("999999999.999999"), 999'999'999'999'999);
  for (const char* bad : {"", ".5", "5.", "01", "+1", "-1", "1e3", "1,50", "1.2.3", "1000000000", "0.0000001",
                          "99999999999999999999", " 1", "1 "})
    EXPECT_FALSE(parse_money(bad)) << bad;
}

TEST(PlanValues, PricesHaveAUnit) {
  const auto price = parse_unit_price("0.105/TiB");
  ASSERT_TRUE(price);
  EXPECT_EQ(price->price, 105'000);
  EXPECT_EQ(price->unit, std::uint64_t{1} << 40);
  for (const char* bad : {"0.1", "0.1/", "0.1/2GB", "0.1/gb", "/GB", "0.1/GB/s", "0.1/.5GB", "0.1/0"})
    EXPECT_FALSE(parse_unit_price(bad)) << bad;
}

TEST(PlanValues, TimesAreOfOneDay) {
  EXPECT_EQ(*parse_time_of_day("00:00"), minutes(0));
  EXPECT_EQ(*parse_time_of_day("23:55"), minutes(1435));
  for (const char* bad : {"", "24:00", "6:00", "06:60", "06:01", "06:00:00", "0600", "ab:cd", "-1:00"})
    EXPECT_FALSE(parse_time_of_day(bad)) << bad;
}

TEST(PlanValues, HoursMayGoOverMidnight) {
  EXPECT_EQ(*parse_daily_hours("00:00-06:00"), (std::vector<DailyHours>{{minutes(0), minutes(360)}}));
  EXPECT_EQ(*parse_daily_hours("22:00-24:00"), (std::vector<DailyHours>{{minutes(1320), minutes(1440)}}));
  EXPECT_EQ(*parse_daily_hours("22:00-00:00"), (std::vector<DailyHours>{{minutes(1320), minutes(1440)}}));
  EXPECT_EQ(*parse_daily_hours("22:00-01:00"),
            (std::vector<DailyHours>{{minutes(0), minutes(60)}, {minutes(1320), minutes(1440)}}));
  for (const char* bad :
       {"", "-", "22:00", "22:00-", "-06:00", "24:00-06:00", "06:00-06:00", "06:00-25:00", "06:00–07:00"})
    EXPECT_FALSE(parse_daily_hours(bad)) << bad;
}

TEST(PlanValues, DatesAreThoseOfACalendar) {
  EXPECT_TRUE(parse_date("2024-02-29"));
  for (const char* bad : {"", "2023-02-29", "2024-13-01", "2024-00-10", "2024-01-00", "1969-12-31",
                          "2200-01-01", "2024-1-1", "20240101", "2024-01-011"})
    EXPECT_FALSE(parse_date(bad)) << bad;
}

TEST(TimeZones, AreThoseOfTheDatabase) {
  const auto directory = source_directory() / "tests" / "config" / "time_zones";
  EXPECT_FALSE(mistake_in_zone("UTC", directory));
  EXPECT_FALSE(mistake_in_zone("America/Argentina/Salta", directory));
  for (const char* bad : {"", "Europe", "tzdata.zi", "../time_zones/UTC", "/etc/localtime", "Europe//Berlin"})
    EXPECT_TRUE(mistake_in_zone(bad, directory)) << bad;
  EXPECT_EQ(mistake_in_zone("europe/BERLIN", directory)->remedy, "did you mean \"Europe/Berlin\"?");
  EXPECT_EQ(mistake_in_zone("Europe/Berln", directory)->remedy, "did you mean \"Europe/Berlin\"?");
  EXPECT_EQ(mistake_in_zone("Berln", directory)->remedy, "did you mean \"Europe/Berlin\"?");
  EXPECT_EQ(mistake_in_zone("CEST", directory)->remedy,
            "CEST is what clocks are labelled with; write a place that has that time, such as Europe/Berlin");
  EXPECT_EQ(
      mistake_in_zone("UTC+2", directory)->remedy,
      "write a place that has that time, such as Europe/Berlin, or Etc/GMT-2 for 2 hours ahead of UTC all "
      "the year");
  EXPECT_EQ(mistake_in_zone("-01:00", directory)->remedy,
            "write a place that has that time, such as Europe/Berlin, or Etc/GMT+1 for 1 hour behind UTC all "
            "the year");
  EXPECT_EQ(mistake_in_zone("GMT+5:30", directory)->remedy,
            "write a place that has that time, such as Europe/Berlin");
  EXPECT_EQ(mistake_in_zone("utc+0", directory)->remedy, "write UTC");
  EXPECT_EQ(mistake_in_zone("Salta", directory)->remedy, "did you mean \"America/Argentina/Salta\"?");
  EXPECT_EQ(mistake_in_zone("Europe/Berlin", directory / "nowhere")->remedy,
            "install tzdata, or remove the line");
  EXPECT_FALSE(mistake_in_zone("UTC", directory / "nowhere")) << "no database has to say what that is";
}

// Where nobody can look names up they are not refused.
TEST(TimeZones, AreNotLookedUpWithoutADatabase) {
  Environment environment = fake_environment();
  environment.time_zones.clear();
  EXPECT_TRUE(parse_configuration("plans: {home: {zone: Any/Where}}", "c.yaml", fake_catalog(), environment));
}

}  // namespace
}  // namespace collector::test
