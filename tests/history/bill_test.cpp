#include "collector/history/bill.h"

#include <gtest/gtest.h>

#include <limits>
#include <random>
#include <vector>

#include "collector/history/closed_period.h"
#include "tests/support/random_seed.h"

namespace collector::history::test {
namespace {

using std::chrono::minutes;

constexpr std::uint64_t gigabyte = 1'000'000'000;
constexpr std::uint64_t gibibyte = std::uint64_t{1} << 30;
constexpr std::chrono::seconds day = std::chrono::days(1);

Price price_of(std::vector<PriceTier> tiers, MicroMoney flat = 0, std::uint64_t unit = gigabyte) {
  return {"EUR", flat, unit, std::move(tiers)};
}

TEST(Money, IsAddedUpExactlyAndRoundedOnce) {
  EXPECT_EQ(cost_of(price_of({{0, 100'000}}), 10 * gigabyte).minor, 100);    // 1.00
  EXPECT_EQ(cost_of(price_of({{0, 100'000}}), gigabyte / 20 - 1).minor, 0);  // 0.0049999999
  EXPECT_EQ(cost_of(price_of({{0, 100'000}}), gigabyte / 20).minor, 1);      // 0.005: halves up
  EXPECT_EQ(cost_of(price_of({{0, 0}}, 19'990'000), 500 * gigabyte).minor, 1'999);
  // Three thirds of a cent are one: what is rounded is the sum.
  EXPECT_EQ(cost_of(price_of({{0, 3'333}, {gigabyte, 3'333}, {2 * gigabyte, 3'334}}), 3 * gigabyte).minor, 1);
}

// The same bytes by the GB and by the GiB: 7.4 % apart.
TEST(Money, AGBIsNoGiB) {
  const std::uint64_t bytes = 1'000 * gibibyte;
  EXPECT_EQ(cost_of(price_of({{0, 100'000}}, 0, gibibyte), bytes).text(), "100.00 EUR");
  EXPECT_EQ(cost_of(price_of({{0, 100'000}}, 0, gigabyte), bytes).text(), "107.37 EUR");
}

TEST(Money, EveryByteHasThePriceOfItsTier) {
  const Price price = price_of({{0, 0}, {100 * gigabyte, 100'000}, {500 * gigabyte, 50'000}}, 5'000'000);
  EXPECT_EQ(cost_of(price, 100 * gigabyte).minor, 500);
  EXPECT_EQ(cost_of(price, 200 * gigabyte).minor, 1'500);
  EXPECT_EQ(cost_of(price, 500 * gigabyte).minor, 4'500);
  EXPECT_EQ(cost_of(price, 600 * gigabyte).minor, 5'000);
}

// To the byte: a cent each up to the tenth, two from there on.
TEST(Money, ATierEndsWhereTheNextOneBegins) {
  const Price price = price_of({{0, 10'000}, {10, 20'000}}, 0, 1);
  EXPECT_EQ(cost_of(price, 10).minor, 10);
  EXPECT_EQ(cost_of(price, 11).minor, 12);
  EXPECT_EQ(cost_of(price, 12).minor, 14);
}

TEST(Money, HasTheDigitsOfItsCurrency) {
  EXPECT_EQ((Money{1'999, "EUR"}).text(), "19.99 EUR");
  EXPECT_EQ((Money{5, "USD"}).text(), "0.05 USD");
  EXPECT_EQ((Money{1'200, "JPY"}).text(), "1200 JPY");
  EXPECT_EQ((Money{1'234, "KWD"}).text(), "1.234 KWD");
  EXPECT_EQ(cost_of({"JPY", 1'200'500'000, gigabyte, {{0, 0}}}, 0).text(), "1201 JPY");
  EXPECT_EQ(cost_of({"KWD", 1'200'500, gigabyte, {{0, 0}}}, 0).text(), "1.201 KWD");
}

TEST(Money, HoldsWithTheLargestNumbers) {
  const std::uint64_t most = std::numeric_limits<std::uint64_t>::max();
  EXPECT_EQ(cost_of(price_of({{0, 999'999'999'999'999}}, 0, 1), most).minor,
            std::numeric_limits<std::int64_t>::max());
  EXPECT_EQ(cost_of(price_of({{0, 1}}, 0, gigabyte), most).minor,
            1'844'674);  // 18,446,744,073.7 GB, a millionth each
}

// A price per GB that is a whole number of cents needs no rounding for whole GB, whichever way they are
// reached.
TEST(Money, DoesNotDependOnHowTiersAreCut) {
  std::mt19937_64 random(collector::test::random_seed());
  for (int round = 0; round < 1'000; ++round) {
    const auto price = static_cast<MicroMoney>(random() % 1'000'000);
    const std::uint64_t bytes = random() % (5'000 * gigabyte);
    std::vector<PriceTier> cut = {{0, price}};
    for (int i = 0; i < 5; ++i)
      cut.push_back({cut.back().from + 1 + random() % (1'000 * gigabyte), price});
    EXPECT_EQ(cost_of(price_of(cut), bytes), cost_of(price_of({{0, price}}), bytes)) << price << " " << bytes;
  }
}

BillingPlan plan_with(Counts counts, std::optional<std::uint64_t> quota = 1'000 * gigabyte) {
  BillingPlan plan;
  plan.name = "home";
  plan.counts = counts;
  plan.quota = quota;
  return plan;
}

TEST(Bill, CountsWhatThePlanCounts) {
  const Usage usage{300, 200, 150, 10};
  EXPECT_EQ(make_bill(plan_with(Counts::both), usage, day).used, 340U);
  EXPECT_EQ(make_bill(plan_with(Counts::both), usage, day).free, 160U);
  EXPECT_EQ(make_bill(plan_with(Counts::in), usage, day).used, 150U);
  EXPECT_EQ(make_bill(plan_with(Counts::out), usage, day).used, 190U);
  EXPECT_EQ(make_bill(plan_with(Counts::out), usage, day).free, 10U);
  // In moved more, but out more of what counts.
  EXPECT_EQ(make_bill(plan_with(Counts::larger), usage, day).used, 190U);
  EXPECT_EQ(make_bill(plan_with(Counts::larger), usage, day).free, 110U);
}

TEST(Bill, SaysWhatIsLeftAndPerDay) {
  const Usage usage{400 * gigabyte, 162 * gigabyte, 0, 0};
  const Bill bill = make_bill(plan_with(Counts::both), usage, 14 * day + std::chrono::hours(8));
  EXPECT_EQ(bill.left, 438 * gigabyte);
  EXPECT_EQ(bill.over, 0U);
  EXPECT_EQ(bill.left_per_day, 30'558'139'534U);  // 438 GB / 14.33 days, rounded down
  EXPECT_EQ(bill.cost, std::nullopt);
  EXPECT_EQ(make_bill(plan_with(Counts::both), usage, day / 2).left_per_day, 438 * gigabyte);
  EXPECT_EQ(make_bill(plan_with(Counts::both), usage, {}).left_per_day, std::nullopt);
}

TEST(Bill, BeyondTheQuotaNothingIsLeft) {
  const Bill bill = make_bill(plan_with(Counts::in), {1'001 * gigabyte, 0, 0, 0}, 3 * day);
  EXPECT_EQ(bill.left, 0U);
  EXPECT_EQ(bill.over, gigabyte);
  EXPECT_EQ(bill.left_per_day, 0U);
}

TEST(Bill, WithoutAQuotaNothingIsSaidOfIt) {
  const Bill bill = make_bill(plan_with(Counts::both, std::nullopt), {5, 5, 0, 0}, day);
  EXPECT_EQ(bill.used, 10U);
  EXPECT_EQ(bill.left, std::nullopt);
  EXPECT_EQ(bill.left_per_day, std::nullopt);
}

TEST(Bill, FreeHoursBeginAndEndToTheMinute) {
  const std::vector<DailyHours> night = {{minutes(0), minutes(360)}, {minutes(1'320), minutes(1'440)}};
  Usage usage;
  for (int slot = 0; slot < 288; ++slot)
    add_slot(usage, night, minutes(slot * 5), 1, 10);
  EXPECT_EQ(usage, (Usage{288, 2'880, 96, 960}));
  EXPECT_TRUE(is_free(night, minutes(0)));
  EXPECT_TRUE(is_free(night, minutes(355)));
  EXPECT_FALSE(is_free(night, minutes(360)));
  EXPECT_FALSE(is_free(night, minutes(1'315)));
  EXPECT_TRUE(is_free(night, minutes(1'435)));
}

TEST(ClosedPeriod, KeepsWhatABillSays) {
  BillingPlan plan = plan_with(Counts::larger);
  plan.price = price_of({{0, 100'000}});
  const std::vector<Slot> slots = {{300, 300'000, 7, 9}, {900, 1'000, 1, 1}};
  const Usage usage{8 * gigabyte, 10 * gigabyte, 0, 4 * gigabyte};
  const auto period =
      close_period(plan, 0, 1'200, "Europe/Berlin", usage, percentile_95(slots, 0, 1'200), 2'000);
  EXPECT_EQ(period.plan, "home");
  EXPECT_EQ(period.zone, "Europe/Berlin");
  EXPECT_EQ(period.closed, 2'000);
  EXPECT_EQ(period.usage, usage);
  EXPECT_EQ(period.used, 8 * gigabyte);
  EXPECT_EQ(period.quota, 1'000 * gigabyte);
  EXPECT_EQ(period.cost, (Money{80, "EUR"}));
  EXPECT_EQ(period.percentiles, (ClosedPeriod::Percentiles{7, 9, 16}));
  EXPECT_EQ(period.slots, 4U);
  EXPECT_EQ(period.known, 2U);
  EXPECT_EQ(period.parts, 1U);
}

TEST(ClosedPeriod, OfWhichNothingIsKnownSaysSo) {
  const auto period =
      close_period(plan_with(Counts::in), 0, 1'200, "UTC", {}, percentile_95({}, 0, 1'200), 2'000);
  EXPECT_EQ(period.percentiles, std::nullopt);
  EXPECT_EQ(period.slots, 4U);
  EXPECT_EQ(period.known, 0U);
}

}  // namespace
}  // namespace collector::history::test
