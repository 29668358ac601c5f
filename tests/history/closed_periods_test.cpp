// Billing cycles that are over are kept by themselves: once, by what was agreed, for longer than their
// buckets.
#include "collector/history/plan_terms.h"
#include "tests/history/closed_periods_fixture.h"

namespace collector::test {
namespace {

using history::ClosedPeriod;

TEST_F(ClosedPeriodsTest, ArePutDownOnceWhenTheyAreOver) {
  keep_plans({plan_from(1)});
  ASSERT_NO_FATAL_FAILURE(live(3, 28));
  close_periods();
  EXPECT_TRUE(kept().empty()) << "January is not over";
  ASSERT_NO_FATAL_FAILURE(come_to(first_second + 31 * day - 30));
  close_periods();
  EXPECT_TRUE(kept().empty()) << "its last hour is not closed";
  ASSERT_NO_FATAL_FAILURE(come_to(first_second + 31 * day));
  now_ += std::chrono::seconds(5);
  close_periods();
  const auto periods = kept();
  ASSERT_EQ(periods.size(), 1U);
  ASSERT_NO_FATAL_FAILURE(expect_exact(periods));
  const ClosedPeriod& january = periods[0];
  EXPECT_EQ(january.start, first_second);
  EXPECT_EQ(january.end, first_second + 31 * day);
  EXPECT_EQ(january.used, january.usage.in + january.usage.out);
  EXPECT_EQ(january.cost, history::cost_of(*plan_from(1).price, january.used));
  EXPECT_EQ(january.quota, 100 * gigabyte);
  EXPECT_EQ(january.slots, 31U * 288);
  EXPECT_EQ(january.known, static_cast<std::uint64_t>(
                               number("SELECT count(*) FROM net_5m WHERE time < 1767225600 + 31 * 86400")));
  EXPECT_EQ(january.closed, unix_seconds(now_));
  // Nothing is written again.
  now_ += std::chrono::hours(1);
  ASSERT_NO_FATAL_FAILURE(come_to(first_second + 31 * day + 7200));
  open();
  close_periods();
  EXPECT_EQ(kept(), periods);
}

// The nearest rank of all known slots, by SQL.
TEST_F(ClosedPeriodsTest, PercentileIsTheNearestRankOfItsSlots) {
  keep_plans({plan_from(1)});
  ASSERT_NO_FATAL_FAILURE(live(0, 31));
  ASSERT_NO_FATAL_FAILURE(come_to(first_second + 32 * day));
  close_periods();
  const ClosedPeriod january = kept().at(0);
  ASSERT_TRUE(january.percentiles);
  const auto of = [&](const std::string& what) {
    const std::string slots =
        "(SELECT " + what + " AS moved FROM net_5m WHERE time < 1767225600 + 31 * 86400)";
    return static_cast<std::uint64_t>(
        number("SELECT moved FROM " + slots +
               " ORDER BY moved LIMIT 1 OFFSET (SELECT (count(*) * 95 + 99) / 100 - 1 FROM " + slots + ")"));
  };
  EXPECT_EQ(january.percentiles->in, of("bytes_recv"));
  EXPECT_EQ(january.percentiles->out, of("bytes_sent"));
  EXPECT_EQ(january.percentiles->both, of("bytes_recv + bytes_sent"));
  EXPECT_FALSE(january.missing.empty());
}

TEST_F(ClosedPeriodsTest, OutliveTheirBuckets) {
  keep_plans({plan_from(1)});
  ASSERT_NO_FATAL_FAILURE(live(0, 31));
  ASSERT_NO_FATAL_FAILURE(come_to(first_second + 32 * day));
  close_periods();
  const auto before = kept();
  ASSERT_EQ(before.size(), 1U);
  change(
      "DELETE FROM net_data WHERE time < 1767225600 + 31 * 86400;"
      "DELETE FROM net_5m_data WHERE time < 1767225600 + 31 * 86400;"
      "DELETE FROM net_1h_data WHERE time < 1767225600 + 31 * 86400;"
      "DELETE FROM net_1d_data WHERE time < 1767225600 + 31 * 86400");
  open();
  ASSERT_NO_FATAL_FAILURE(come_to(first_second + 33 * day));
  close_periods();
  EXPECT_EQ(kept(), before);
}

TEST_F(ClosedPeriodsTest, WhatComesLateIsBilledByWhatWasAgreedThen) {
  keep_plans({plan_from(1)});
  ASSERT_NO_FATAL_FAILURE(live(0, 31));
  ASSERT_NO_FATAL_FAILURE(come_to(first_second + 32 * day));
  close_periods();
  const ClosedPeriod before = kept().at(0);
  // Dearer, and less of it.
  BillingPlan dearer = plan_from(1);
  dearer.quota = 1;
  dearer.price->flat = 90'000'000;
  dearer.counts = Counts::in;
  keep_plans({dearer});
  close_periods();
  EXPECT_EQ(kept().at(0), before);
  // A row that the machine delivers ten days later, in the gap of some day.
  begin(maker_, "laptop");
  feed(maker_, {"laptop", "eth0", first_second + 20 * day + 23 * 3600, 60, 5'000'000'000, 7}, "physical");
  ASSERT_NO_FATAL_FAILURE(store(maker_));
  ASSERT_NO_FATAL_FAILURE(come_to(first_second + 33 * day));
  close_periods();
  const ClosedPeriod after = kept().at(0);
  ASSERT_NO_FATAL_FAILURE(expect_exact({after}));
  EXPECT_EQ(after.used, before.used + 5'000'000'007);
  EXPECT_EQ(after.cost, history::cost_of(*plan_from(1).price, after.used));
  EXPECT_EQ(after.quota, before.quota);
  EXPECT_EQ(after.terms, before.terms);
  EXPECT_EQ(number("SELECT count(*) FROM billing_period_data WHERE stale"), 0);
  // Once its slots are gone it stands.
  change("DELETE FROM net_data; DELETE FROM net_5m_data WHERE time < 1767225600 + 31 * 86400");
  open();
  begin(maker_, "laptop");
  feed(maker_, {"laptop", "eth0", first_second + 21 * day + 23 * 3600, 60, 1, 1}, "physical");
  ASSERT_NO_FATAL_FAILURE(store(maker_));
  ASSERT_NO_FATAL_FAILURE(come_to(first_second + 34 * day));
  close_periods();
  EXPECT_EQ(kept().at(0), after);
  EXPECT_EQ(number("SELECT count(*) FROM billing_period_data WHERE stale"), 0);
}

TEST_F(ClosedPeriodsTest, WhatComesLateCountsAlsoBesideARowThatIsRefused) {
  keep_plans({plan_from(1)});
  ASSERT_NO_FATAL_FAILURE(live(0, 31));
  ASSERT_NO_FATAL_FAILURE(come_to(first_second + 32 * day));
  close_periods();
  change(
      "CREATE TRIGGER no BEFORE INSERT ON net_data WHEN NEW.bytes_recv = 666 BEGIN SELECT RAISE(ABORT, "
      "'no'); END");
  begin(maker_, "laptop");
  feed(maker_, {"laptop", "eth0", first_second + 20 * day + 23 * 3600, 60, 5'000'000'000, 7}, "physical");
  maker_.net("eth9", 20 * day, 666);
  ASSERT_NO_FATAL_FAILURE(store(maker_));
  EXPECT_EQ(stored_.refused.size(), 1U);
  ASSERT_NO_FATAL_FAILURE(come_to(first_second + 33 * day));
  close_periods();
  ASSERT_NO_FATAL_FAILURE(expect_exact({kept().at(0)}));
}

// A row that lies in two of them changes both.
TEST_F(ClosedPeriodsTest, WhatComesLateForTwoIsBilledInBoth) {
  keep_plans({plan_from(1)});
  ASSERT_NO_FATAL_FAILURE(come_to(first_second + 2 * day));
  ASSERT_NO_FATAL_FAILURE(come_to(first_second + 59 * day));
  close_periods();
  ASSERT_EQ(kept().size(), 2U);
  begin(maker_, "laptop");
  feed(maker_, {"laptop", "wlan0", first_second + 31 * day - 1800, 5400, 5400, 54}, "physical");
  ASSERT_NO_FATAL_FAILURE(store(maker_));
  ASSERT_NO_FATAL_FAILURE(come_to(first_second + 59 * day + 7200));
  close_periods();
  const auto periods = kept();
  ASSERT_EQ(periods.size(), 2U);
  EXPECT_EQ(periods[0].usage.in, 1800U);
  EXPECT_EQ(periods[1].usage.in, 3600U);
}

TEST_F(ClosedPeriodsTest, AFileOfTheLayoutBeforeIsTakenIn) {
  open();
  ASSERT_NO_FATAL_FAILURE(live(0, 31));
  ASSERT_NO_FATAL_FAILURE(come_to(first_second + 32 * day));
  close();
  change(
      "DROP VIEW billing_period; DROP TABLE billing_period_data;"
      "DELETE FROM field WHERE measurement='billing_period'; PRAGMA user_version=4");
  keep_plans({plan_from(1)});
  close_periods();
  ASSERT_EQ(kept().size(), 1U);
  ASSERT_NO_FATAL_FAILURE(expect_exact(kept()));
  // As anybody can query it.
  EXPECT_EQ(sql("SELECT plan, datetime(start, 'unixepoch'), counts, currency, quota FROM billing_period"),
            "home|2026-01-01 00:00:00|both|EUR|100000000000");
  EXPECT_EQ(sql("SELECT printf('%.2f', cost) || ' EUR' FROM billing_period"), kept()[0].cost->text());
  EXPECT_EQ(sql("SELECT printf('%.3f', p95_both) FROM billing_period"),
            fmt::format("{:.3f}", history::bits_per_second(kept()[0].percentiles->both)));
  EXPECT_EQ(sql("SELECT count(*) FROM field WHERE measurement='billing_period'"
                " AND \"column\" IN (SELECT name FROM pragma_table_info('billing_period'))"),
            sql("SELECT count(*) FROM pragma_table_info('billing_period')"));
}

TEST(PlanTerms, AreReadAsTheyWereWritten) {
  BillingPlan plan = plan_from(1);
  plan.interfaces = {"eth0", "odd \" name*"};
  plan.hosts = {"laptop"};
  plan.counts = Counts::larger;
  plan.free_hours = {{std::chrono::minutes(0), std::chrono::minutes(360)},
                     {std::chrono::minutes(1320), std::chrono::minutes(1440)}};
  plan.price->tiers.push_back({500 * gigabyte, 50'000});
  for (const bool has_all : {true, false}) {
    if (!has_all) {
      plan.price.reset();
      plan.quota.reset();
      plan.free_hours.clear();
    }
    auto read = history::plan_of_terms(history::terms_of(plan));
    ASSERT_TRUE(read) << read.error().text();
    read->name = plan.name;
    EXPECT_EQ(*read, plan);
  }
  for (const char* wrong :
       {"", "{}", R"({"interfaces":1})", R"({"interfaces":[],"hosts":[],"counts":"both"})"})
    EXPECT_FALSE(history::plan_of_terms(wrong)) << wrong;
}

}  // namespace
}  // namespace collector::test
