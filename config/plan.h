// BillingPlan: what one entry of `plans:` says, as types: which traffic, in which cycles, how much of it is
// included, what it costs. Values only; history/ calculates with them.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace collector {

struct PlanConfiguration;

// What counts against the quota, and is paid.
enum class Counts : std::uint8_t {
  both,  // in + out
  in,
  out,
  larger,  // the direction that moved more in the cycle
};
// As `counts:` has them.
inline constexpr std::array<std::string_view, 4> counts_names{"both", "in", "out", "larger"};
std::string_view counts_name(Counts counts);
Counts counts_named(std::string_view name);  // both, for a text that is none of them

// Periods, one after another. Times are those of clocks in the plan's zone.
struct MonthlyCycle {
  int day = 1;  // 1 to 31: where a month has fewer days, its last. -1 to -31, from the month's end: -1 is its
                // last day

  friend bool operator==(const MonthlyCycle&, const MonthlyCycle&) = default;
};
struct WeeklyCycle {
  std::chrono::weekday first = std::chrono::Monday;

  friend bool operator==(const WeeklyCycle&, const WeeklyCycle&) = default;
};
struct DaysCycle {
  int days = 30;
  std::chrono::year_month_day from{};  // one of the periods begins on this date

  friend bool operator==(const DaysCycle&, const DaysCycle&) = default;
};
struct PlanCycle {
  std::variant<MonthlyCycle, WeeklyCycle, DaysCycle> every;
  std::chrono::minutes start{0};  // after midnight, a multiple of 5

  friend bool operator==(const PlanCycle&, const PlanCycle&) = default;
};

// [begin, end) of every day, after midnight, multiples of 5 minutes; 0 ≤ begin < end ≤ 24 h.
struct DailyHours {
  std::chrono::minutes begin{0};
  std::chrono::minutes end{0};

  friend bool operator==(const DailyHours&, const DailyHours&) = default;
};

// Millionths of a currency's unit: prices are decimal fractions, and stay exact.
using MicroMoney = std::int64_t;

// From so many bytes in a cycle on, a unit of traffic costs so much.
struct PriceTier {
  std::uint64_t from = 0;
  MicroMoney price = 0;

  friend bool operator==(const PriceTier&, const PriceTier&) = default;
};
struct Price {
  std::string currency;          // ISO 4217: "EUR"
  MicroMoney flat = 0;           // each cycle, however much moves
  std::uint64_t unit = 0;        // bytes that the prices of the tiers are for: 10^9 for a GB, 2^30 for a GiB
  std::vector<PriceTier> tiers;  // by `from`, rising; the first is from 0

  friend bool operator==(const Price&, const Price&) = default;
};

struct BillingPlan {
  std::string name;
  std::vector<std::string> interfaces;  // globs; none: the machine's uplinks
  std::vector<std::string> hosts;       // globs; none: this machine
  PlanCycle cycle;
  std::string zone;                    // of the time zone database; empty: that of `timezone`
  std::optional<std::uint64_t> quota;  // bytes
  Counts counts = Counts::both;
  std::vector<DailyHours> free_hours;  // in order, apart; what moves in them is neither counted nor paid
  std::optional<Price> price;

  friend bool operator==(const BillingPlan&, const BillingPlan&) = default;
};

// Of an entry that was checked; std::logic_error for any other.
BillingPlan billing_plan(const PlanConfiguration& configuration);

}  // namespace collector
