// Spreading a row over the buckets that it reaches into: by time, and so that the parts add up to the whole
// exactly, however they are cut. Pure.
#pragma once

#include <algorithm>
#include <cstdint>

#include "collector/history/level.h"

namespace collector::history {

// A row's time: [start, start + span), as it is stored.
struct RowTime {
  std::int64_t start = 0;  // Unix seconds
  std::int64_t span = 0;   // milliseconds, at least 0

  std::int64_t start_ms() const { return start * 1000; }
  std::int64_t end_ms() const { return start_ms() + std::max<std::int64_t>(span, 0); }
};

// Of `amount`, spread evenly over a row's time, what lies before a moment within it: rounded down, so that
// differences of two moments are whole and add up.
constexpr std::int64_t amount_before(std::int64_t amount, std::int64_t passed_ms, std::int64_t span_ms) {
  __extension__ typedef __int128 Wide;  // no product of two int64 overflows it
  const Wide product = static_cast<Wide>(amount) * passed_ms;
  const Wide quotient = product / span_ms;
  return static_cast<std::int64_t>(quotient - (product % span_ms < 0 ? 1 : 0));
}

// What of a row lies in one bucket.
struct Part {
  std::int64_t bucket = 0;  // its start, Unix seconds
  std::int64_t from = 0;    // milliseconds since the row's start
  std::int64_t to = 0;
  std::int64_t whole = 0;  // the row's span

  std::int64_t length() const { return to - from; }
  // A row without a length lies in its bucket whole.
  std::int64_t of(std::int64_t amount) const {
    if (whole <= 0) return amount;
    return amount_before(amount, to, whole) - amount_before(amount, from, whole);
  }
};

// Calls visit(Part) for each 5-minute bucket that the row reaches into, in order.
template <typename Visit>
void for_each_part(const RowTime& time, Visit&& visit) {
  constexpr std::int64_t bucket_ms = five_minutes * 1000;
  const std::int64_t start = time.start_ms();
  const std::int64_t end = time.end_ms();
  std::int64_t bucket = floor_to(time.start, five_minutes);
  std::int64_t from = start;
  do {
    const std::int64_t to = std::min(end, bucket * 1000 + bucket_ms);
    visit(Part{bucket, from - start, to - start, end - start});
    from = to;
    bucket += five_minutes;
  } while (from < end);
}

}  // namespace collector::history
