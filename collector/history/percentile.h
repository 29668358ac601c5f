// The 95th percentile of 5-minute slots, as lines are billed by it. Pure.
//
// The rule is that of burstable billing: the slots of a period are sorted, the highest 5 % are left out, and
// the next one is what is billed. (Of 8,640 slots of a 30-day month that is the 8,208th from below:
// https://docs.swiftfederation.com/Billing/95th_Percentile.html;
// https://en.wikipedia.org/wiki/Burstable_billing.) It is the nearest rank, ⌈0.95 × slots⌉ from below, in
// integers: nothing is interpolated, the result is a slot that there was.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace collector::history {

inline constexpr std::int64_t slot_seconds = 300;

// What moved in five minutes.
struct Slot {
  std::int64_t start = 0;     // Unix seconds, a multiple of 300
  std::int64_t observed = 0;  // milliseconds of it, 0 to 300,000
  std::uint64_t in = 0;       // bytes
  std::uint64_t out = 0;
};

// Slots of which nothing is known: [start, end), Unix seconds.
struct MissingSlots {
  std::int64_t start = 0;
  std::int64_t end = 0;

  friend bool operator==(const MissingSlots&, const MissingSlots&) = default;
};

// Bytes in 300 s. Slots that are missing could have changed it: it lies within these limits whatever moved in
// them.
struct PercentileValue {
  std::uint64_t value = 0;     // of the slots that there are
  std::uint64_t at_least = 0;  // had nothing moved in the missing ones
  std::optional<std::uint64_t>
      at_most;  // had they been the busiest; nothing: they are more than 5 %, no limit is known

  friend bool operator==(const PercentileValue&, const PercentileValue&) = default;
};

struct Percentile {
  PercentileValue in;
  PercentileValue out;
  PercentileValue larger;  // of the two, as most lines are billed
  PercentileValue both;    // of in + out, slot by slot
  std::size_t slots = 0;   // in the range
  std::size_t known = 0;   // that there are; the others are in `missing`
  std::size_t parts = 0;   // of the known ones, those that were not observed for the whole 300 s
  std::vector<MissingSlots> missing = {};

  double coverage() const { return static_cast<double>(known) / static_cast<double>(slots); }
};

// Of [start, end), Unix seconds, multiples of 300. `slots`: in order of their start, one each; those outside
// of the range are left out. A slot counts with what moved in it over 300 s, also where it was not observed
// all the time: what a restart recovered is spread over the slots it belongs to. One in which nothing moved
// is known if it was observed at all. Nothing: the range holds no known slot.
std::optional<Percentile> percentile_95(std::span<const Slot> slots, std::int64_t start, std::int64_t end);

// The mean rate of a slot, in bits per second.
inline double bits_per_second(std::uint64_t bytes_in_slot) {
  return static_cast<double>(bytes_in_slot) * 8 / static_cast<double>(slot_seconds);
}

}  // namespace collector::history
