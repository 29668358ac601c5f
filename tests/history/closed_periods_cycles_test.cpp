// Which cycles are kept: also old ones, of any kind and zone, and where a plan changes.
#include "collector/history/plan_periods.h"
#include "tests/history/closed_periods_fixture.h"
#include "tests/history/vectors.h"

namespace collector::test {
namespace {

using history::ClosedPeriod;

TEST_F(ClosedPeriodsTest, AlsoThoseThatWereOverBeforeThereWasThePlan) {
  open();
  // In the week of its first day, whatever days it is off.
  ASSERT_NO_FATAL_FAILURE(come_to(first_second + 9 * day));
  ASSERT_NO_FATAL_FAILURE(live(10, 129));  // into May
  ASSERT_NO_FATAL_FAILURE(come_to(first_second + 140 * day));
  close_periods();
  EXPECT_TRUE(kept().empty());
  BillingPlan weekly = plan_from(1, "weekly");
  weekly.cycle.every = WeeklyCycle{std::chrono::Monday};
  // Each step in a process of its own.
  std::size_t steps = 0;
  for (std::size_t before = 1; kept().size() != before; ++steps) {
    before = steps == 0 ? 1 : kept().size();
    keep_plans({plan_from(15), weekly});
    close_periods(1);
  }
  EXPECT_GT(steps, 3U) << "not all at once";
  auto periods = kept();
  std::vector<ClosedPeriod> of_weekly;
  std::ranges::copy_if(periods, std::back_inserter(of_weekly),
                       [](const auto& one) { return one.plan == "weekly"; });
  std::erase_if(periods, [](const auto& one) { return one.plan == "weekly"; });
  ASSERT_EQ(periods.size(), 5U);  // 15 December to 15 May
  EXPECT_EQ(periods[0].start, first_second - 17 * day);
  ASSERT_NO_FATAL_FAILURE(expect_exact(periods));
  ASSERT_NO_FATAL_FAILURE(expect_exact(of_weekly));
  EXPECT_EQ(of_weekly.size(), 19U);
}

// Where only hours are kept: what moved is known, and what was free, but no slot.
TEST_F(ClosedPeriodsTest, AreMadeOfHoursWhereTheirSlotsAreGone) {
  open();
  ASSERT_NO_FATAL_FAILURE(live(0, 62));
  ASSERT_NO_FATAL_FAILURE(come_to(first_second + 63 * day));
  change(
      "DELETE FROM net_data WHERE time < 1767225600 + 40 * 86400;"
      "DELETE FROM net_5m_data WHERE time < 1767225600 + 40 * 86400");
  BillingPlan night = plan_from(1);
  night.free_hours = {{std::chrono::minutes(0), std::chrono::minutes(360)}};
  BillingPlan odd = plan_from(1, "odd");
  odd.free_hours = {{std::chrono::minutes(0), std::chrono::minutes(330)}};
  keep_plans({night, odd});
  close_periods();
  const auto periods = kept();
  ASSERT_EQ(periods.size(), 2U) << "half past five can't be told from hours";
  ASSERT_NO_FATAL_FAILURE(expect_exact({periods[0]}));
  std::int64_t free = 0;
  for (std::int64_t each = 0; each < 31; ++each)
    free += fed(first_second + each * day, first_second + each * day + 6 * 3600).recv;
  EXPECT_EQ(periods[0].usage.free_in, static_cast<std::uint64_t>(free));
  EXPECT_EQ(periods[0].percentiles, std::nullopt);
  EXPECT_EQ(periods[0].known, 0U);
  EXPECT_EQ(periods[1].plan, "home");
}

// Where the cycle is changed the next period begins where the last one ended.
TEST_F(ClosedPeriodsTest, OfAPlanTileTimeAlsoWhenItsCycleChanges) {
  keep_plans({plan_from(1)});
  ASSERT_NO_FATAL_FAILURE(live(0, 45));
  close_periods();
  keep_plans({plan_from(20)});
  ASSERT_NO_FATAL_FAILURE(live(45, 50));
  ASSERT_NO_FATAL_FAILURE(come_to(first_second + 96 * day));
  close_periods();
  auto periods = kept();
  ASSERT_EQ(periods.size(), 3U);
  ASSERT_NO_FATAL_FAILURE(expect_exact(periods));
  EXPECT_EQ(periods[1].start, first_second + 31 * day);
  EXPECT_EQ(periods[1].end, first_second + (31 + 19) * day);
  // A plan that is gone, and one under another name, which begins anew.
  keep_plans({plan_from(20, "other")});
  close_periods();
  periods = kept();
  EXPECT_EQ(std::ranges::count(periods, "home", &ClosedPeriod::plan), 3);
  EXPECT_EQ(std::ranges::count(periods, "other", &ClosedPeriod::plan), 3);
}

// Any cycle in any zone, over both changes of clocks: what is kept adds up, free hours by the zone's clocks.
TEST_F(ClosedPeriodsTest, OfAnyCycleAndZoneAreExact) {
  options_.zone = zone_of("Europe/Berlin");
  std::vector<BillingPlan> plans;
  const auto add = [&](auto every, const char* zone, int start) {
    BillingPlan plan = plan_from(1, "plan" + std::to_string(plans.size()));
    plan.cycle = {every, std::chrono::minutes(start)};
    plan.zone = zone;
    plan.free_hours = {{std::chrono::minutes(60), std::chrono::minutes(185)}};
    plans.push_back(plan);
  };
  add(MonthlyCycle{31}, "Europe/Berlin", 0);
  add(MonthlyCycle{-3}, "Australia/Lord_Howe", 6 * 60 + 35);
  add(WeeklyCycle{std::chrono::Thursday}, "America/New_York", 150);
  add(DaysCycle{10, std::chrono::year_month_day(std::chrono::April / 3 / 2026)}, "Asia/Kathmandu",
      23 * 60 + 55);
  add(MonthlyCycle{}, "", 0);
  keep_plans(plans);
  ASSERT_NO_FATAL_FAILURE(live(70, 45));
  ASSERT_NO_FATAL_FAILURE(come_to(first_second + 130 * day));
  close_periods();
  const auto all = kept();
  for (const BillingPlan& plan : plans) {
    SCOPED_TRACE(plan.name);
    std::vector<ClosedPeriod> periods;
    std::ranges::copy_if(all, std::back_inserter(periods),
                         [&](const auto& one) { return one.plan == plan.name; });
    ASSERT_GE(periods.size(), 2U);
    ASSERT_NO_FATAL_FAILURE(expect_exact(periods));
    const auto zone = plan.zone.empty() ? options_.zone : zone_of(plan.zone);
    for (const ClosedPeriod& period : periods) {
      EXPECT_EQ(period.zone, zone.name());
      EXPECT_EQ(history::time_of_day(zone, at(period.start)), plan.cycle.start);
      std::int64_t free = 0;
      for (std::int64_t slot = period.start; slot < period.end; slot += 300) {
        const auto shown = zone.local(at(slot)).time_since_epoch().count() % day / 60;
        if (shown >= 60 && shown < 185) free += fed(slot, slot + 300).recv;
      }
      EXPECT_EQ(period.usage.free_in, static_cast<std::uint64_t>(free));
    }
  }
}

}  // namespace
}  // namespace collector::test
