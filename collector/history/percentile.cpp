#include "collector/history/percentile.h"

#include <algorithm>

namespace collector::history {
namespace {

// From below, the first is 1. Zero for none.
std::size_t rank_95(std::size_t count) {
  return (count * 95 + 99) / 100;
}

// `amounts`: of the known slots.
PercentileValue value_of(std::vector<std::uint64_t> amounts, std::size_t missing) {
  std::ranges::sort(amounts);
  const std::size_t rank = rank_95(amounts.size() + missing);
  PercentileValue value;
  value.value = amounts[rank_95(amounts.size()) - 1];
  if (rank > missing) value.at_least = amounts[rank - missing - 1];
  if (rank <= amounts.size()) value.at_most = amounts[rank - 1];
  return value;
}

PercentileValue larger_of(const PercentileValue& a, const PercentileValue& b) {
  PercentileValue larger{std::max(a.value, b.value), std::max(a.at_least, b.at_least), std::nullopt};
  if (a.at_most && b.at_most) larger.at_most = std::max(*a.at_most, *b.at_most);
  return larger;
}

std::uint64_t sum_of(const Slot& slot) {
  return slot.out > UINT64_MAX - slot.in ? UINT64_MAX : slot.in + slot.out;
}

}  // namespace

std::optional<Percentile> percentile_95(std::span<const Slot> slots, std::int64_t start, std::int64_t end) {
  if (end <= start) return std::nullopt;
  Percentile result;
  result.slots = static_cast<std::size_t>((end - start) / slot_seconds);
  std::vector<std::uint64_t> in, out, both;
  std::int64_t next = start;  // the first slot not looked at yet
  const auto lack_until = [&](std::int64_t time) {
    if (next < time) result.missing.push_back({next, time});
  };
  for (const Slot& slot : slots) {
    const bool known = slot.observed > 0 || slot.in > 0 || slot.out > 0;
    if (!known || slot.start < start || slot.start >= end) continue;
    lack_until(slot.start);
    next = slot.start + slot_seconds;
    if (slot.observed < slot_seconds * 1'000) ++result.parts;
    in.push_back(slot.in);
    out.push_back(slot.out);
    both.push_back(sum_of(slot));
  }
  lack_until(end);
  result.known = in.size();
  if (result.known == 0) return std::nullopt;
  const std::size_t missing = result.slots - result.known;
  result.in = value_of(std::move(in), missing);
  result.out = value_of(std::move(out), missing);
  result.both = value_of(std::move(both), missing);
  result.larger = larger_of(result.in, result.out);
  return result;
}

}  // namespace collector::history
