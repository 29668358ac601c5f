// ClosedPeriod: what is kept of a billing cycle that is over, for as long as anybody wants to look at old
// bills: it outlives the 5-minute slots that it was made from, and a later change of the plan. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "collector/history/bill.h"
#include "collector/history/percentile.h"

namespace collector::history {

struct ClosedPeriod {
  std::string plan;        // its name; with `start` the key
  std::int64_t start = 0;  // Unix seconds
  std::int64_t end = 0;
  std::string zone;         // in which it was cut
  std::int64_t closed = 0;  // Unix seconds: when this was worked out, for the last time
  std::string terms;        // what was agreed: plan_terms.h
  Counts counts = Counts::both;
  Usage usage;
  std::uint64_t used = 0;              // what counted
  std::optional<std::uint64_t> quota;  // as it was then
  std::optional<Money> cost;
  // Bytes in 300 s, of the slots that were known: their 95th percentiles. Nothing: none was known.
  struct Percentiles {
    std::uint64_t in = 0;
    std::uint64_t out = 0;
    std::uint64_t both = 0;

    friend bool operator==(const Percentiles&, const Percentiles&) = default;
  };
  std::optional<Percentiles> percentiles;
  std::uint64_t slots = 0;  // in the period
  std::uint64_t known = 0;  // of them
  std::uint64_t parts = 0;  // of the known ones: not observed for the whole 300 s
  // Those that are not known: the longest, by their start. All of them, but for a period with very many.
  std::vector<MissingSlots> missing = {};
  static constexpr std::size_t most_missing = 100;

  friend bool operator==(const ClosedPeriod&, const ClosedPeriod&) = default;
};

// The record of [start, end). `percentile`: of the same range; nothing where no slot was known, or
// 5-minute slots are not kept any more.
ClosedPeriod close_period(const BillingPlan& plan, std::int64_t start, std::int64_t end, std::string zone,
                          const Usage& usage, const std::optional<Percentile>& percentile, std::int64_t now);

}  // namespace collector::history
