// Money: an amount in a currency's smallest unit, exact. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "config/plan.h"

namespace collector::history {

struct Money {
  std::int64_t minor = 0;  // cents, yen, fils
  std::string currency;    // ISO 4217

  // "19.99 EUR", "1200 JPY".
  std::string text() const;
  friend bool operator==(const Money&, const Money&) = default;
};

// Digits behind the point: 2, but none for the yen and 3 for some dinars (ISO 4217).
int decimals_of(std::string_view currency);

// What a cycle costs in which so many bytes count: the flat price, and every byte at the price of the tier
// that it falls into. Added up exactly, and rounded once, to the nearest smallest unit, halves up. More than
// fits stays at the largest amount that does.
Money cost_of(const Price& price, std::uint64_t bytes);

}  // namespace collector::history
