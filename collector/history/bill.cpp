#include "collector/history/bill.h"

#include <algorithm>
#include <limits>

namespace collector::history {
namespace {

__extension__ typedef unsigned __int128 Product;

std::uint64_t without_free(std::uint64_t all, std::uint64_t free) {
  return all - std::min(all, free);
}

// Where every sum stays (core/saturated.h).
constexpr std::uint64_t most_bytes = std::numeric_limits<std::int64_t>::max();

void add_bytes(std::uint64_t& to, std::uint64_t bytes) {
  to = std::min(std::min(to, most_bytes) + std::min(bytes, most_bytes), most_bytes);
}

std::uint64_t per_day(std::uint64_t left, std::chrono::seconds remaining) {
  constexpr std::chrono::seconds day = std::chrono::days(1);
  if (remaining <= day) return left;
  const auto part =
      Product(left) * static_cast<std::uint64_t>(day.count()) / static_cast<std::uint64_t>(remaining.count());
  return static_cast<std::uint64_t>(part);
}

}  // namespace

bool has_saturated(const Usage& usage) {
  return usage.in >= most_bytes || usage.out >= most_bytes;
}

bool is_free(std::span<const DailyHours> free_hours, std::chrono::minutes time_of_day) {
  return std::ranges::any_of(free_hours, [&](const DailyHours& hours) {
    return hours.begin <= time_of_day && time_of_day < hours.end;
  });
}

void add_slot(Usage& usage, std::span<const DailyHours> free_hours, std::chrono::minutes time_of_day,
              std::uint64_t in, std::uint64_t out) {
  add_bytes(usage.in, in);
  add_bytes(usage.out, out);
  if (!is_free(free_hours, time_of_day)) return;
  add_bytes(usage.free_in, in);
  add_bytes(usage.free_out, out);
}

std::uint64_t counted(Counts counts, std::uint64_t in, std::uint64_t out) {
  switch (counts) {
    case Counts::in:
      return in;
    case Counts::out:
      return out;
    case Counts::larger:
      return std::max(in, out);
    case Counts::both:
      break;
  }
  return in + out;
}

Bill make_bill(const BillingPlan& plan, const Usage& usage, std::chrono::seconds remaining) {
  Bill bill;
  bill.used =
      counted(plan.counts, without_free(usage.in, usage.free_in), without_free(usage.out, usage.free_out));
  bill.free = counted(plan.counts, usage.in, usage.out) - bill.used;
  if (plan.quota) {
    bill.left = *plan.quota - std::min(*plan.quota, bill.used);
    bill.over = bill.used - std::min(*plan.quota, bill.used);
    if (remaining > std::chrono::seconds(0)) bill.left_per_day = per_day(*bill.left, remaining);
  }
  if (plan.price) bill.cost = cost_of(*plan.price, bill.used);
  return bill;
}

}  // namespace collector::history
