// The bill of a cycle: what counts, what is left of the quota, what it costs so far. Pure, in exact integers.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>

#include "collector/history/money.h"
#include "config/plan.h"

namespace collector::history {

// What moved in a cycle, in bytes. The free parts are those that moved in free hours; they are in the whole
// too.
struct Usage {
  std::uint64_t in = 0;
  std::uint64_t out = 0;
  std::uint64_t free_in = 0;
  std::uint64_t free_out = 0;

  friend bool operator==(const Usage&, const Usage&) = default;
};

// What moved is more than a sum holds: it is at least this.
bool has_saturated(const Usage& usage);

// Whether five minutes that begin at this time of the day, on the clocks of the plan's zone, are free.
bool is_free(std::span<const DailyHours> free_hours, std::chrono::minutes time_of_day);

// Adds what moved in five minutes that begin at this time of the day.
void add_slot(Usage& usage, std::span<const DailyHours> free_hours, std::chrono::minutes time_of_day,
              std::uint64_t in, std::uint64_t out);

// Of two directions, what counts.
std::uint64_t counted(Counts counts, std::uint64_t in, std::uint64_t out);

struct Bill {
  std::uint64_t used = 0;                     // bytes that count
  std::uint64_t free = 0;                     // that would count too without the free hours
  std::optional<std::uint64_t> left;          // of the quota; nothing: the plan has none
  std::uint64_t over = 0;                     // above the quota
  std::optional<std::uint64_t> left_per_day;  // so that it lasts; all that is left on the last day
  std::optional<Money> cost;                  // so far; nothing: the plan has no price

  friend bool operator==(const Bill&, const Bill&) = default;
};

// `remaining`: from now to the end of the cycle; zero or less when it is over, and then there is no
// left_per_day.
Bill make_bill(const BillingPlan& plan, const Usage& usage, std::chrono::seconds remaining);

}  // namespace collector::history
