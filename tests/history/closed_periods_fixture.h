// A store with plans, and months of a laptop that a test knows by heart.
#pragma once

#include <algorithm>
#include <random>
#include <stdexcept>
#include <string>
#include <vector>

#include "collector/history/closed_period.h"
#include "tests/history/usage_fixture.h"
#include "tests/support/random_seed.h"

namespace collector::test {

inline constexpr std::int64_t day = 86'400;
inline constexpr std::uint64_t gigabyte = 1'000'000'000;

inline BillingPlan plan_from(int cycle_day, const std::string& name = "home") {
  BillingPlan plan;
  plan.name = name;
  plan.cycle.every = MonthlyCycle{cycle_day};
  plan.quota = 100 * gigabyte;
  plan.price = Price{"EUR", 10'000'000, gigabyte, {{0, 100'000}}};  // 10.00 and 0.10 a GB
  return plan;
}

class ClosedPeriodsTest : public UsageTest {
 protected:
  std::int64_t pick(std::int64_t below) {
    return static_cast<std::int64_t>(random_() % static_cast<std::uint64_t>(below));
  }
  // Rows of a laptop that is on for some hours of most days, from one day on for so many.
  void live(std::int64_t first_day, std::int64_t days) {
    for (std::int64_t each = first_day; each < first_day + days; ++each) {
      if (pick(8) == 0) continue;
      begin(maker_, "laptop");
      std::int64_t clock = first_second + each * day + pick(10) * 3600;
      for (int window = 0; window < 60; ++window) {
        const std::int64_t span = 60 + pick(400);
        feed(maker_, {"laptop", "eth0", clock, span, pick(1LL << 30), pick(1LL << 26)}, "physical");
        clock += span;
      }
      ASSERT_NO_FATAL_FAILURE(store(maker_));
    }
  }
  // A row at that second: what began before its hour is over.
  void come_to(std::int64_t second) {
    begin(maker_, "laptop");
    feed(maker_, {"laptop", "eth0", second, 30, 0, 0}, "physical");
    ASSERT_NO_FATAL_FAILURE(store(maker_));
  }
  // As the sink calls it after each write, until nothing more happens.
  void close_periods(int steps = 100) {
    for (int i = 0; i < steps; ++i) {
      const auto done = store_->close_periods(now_);
      ASSERT_TRUE(done) << done.error().what;
    }
  }
  std::vector<history::ClosedPeriod> kept() const {
    const auto periods = history().closed_periods();
    if (!periods) throw std::runtime_error(periods.error().text());
    return *periods;
  }
  void keep_plans(std::vector<BillingPlan> plans) {
    options_.plans = {std::move(plans), "laptop"};
    open();
  }
  // What the test fed is what was kept, and periods follow one another.
  void expect_exact(const std::vector<history::ClosedPeriod>& periods) const {
    for (std::size_t i = 0; i < periods.size(); ++i) {
      const Moved moved = fed(periods[i].start, periods[i].end);
      EXPECT_EQ(periods[i].usage.in, static_cast<std::uint64_t>(moved.recv)) << i;
      EXPECT_EQ(periods[i].usage.out, static_cast<std::uint64_t>(moved.sent)) << i;
      EXPECT_EQ(periods[i].start, i == 0 ? periods[i].start : periods[i - 1].end) << i;
    }
  }

  BatchMaker maker_;
  std::mt19937_64 random_{random_seed()};
};

}  // namespace collector::test
