#include "collector/history/money.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>

namespace collector::history {
namespace {

__extension__ typedef unsigned __int128 Wide;  // 2^64 bytes at 10^15 millionths each fit many times

std::int64_t power_of_ten(int exponent) {
  std::int64_t power = 1;
  for (; exponent > 0; --exponent)
    power *= 10;
  return power;
}

// In millionths of the currency's unit, times the bytes of the price's unit: nothing is divided yet.
Wide exact_cost(const Price& price, std::uint64_t bytes) {
  Wide sum = Wide(static_cast<std::uint64_t>(price.flat)) * price.unit;
  for (std::size_t i = 0; i < price.tiers.size() && price.tiers[i].from < bytes; ++i) {
    const bool is_last = i + 1 == price.tiers.size();
    const std::uint64_t end = is_last ? bytes : std::min(bytes, price.tiers[i + 1].from);
    sum += Wide(static_cast<std::uint64_t>(price.tiers[i].price)) * (end - price.tiers[i].from);
  }
  return sum;
}

}  // namespace

int decimals_of(std::string_view currency) {
  static constexpr std::array<std::string_view, 17> whole = {"BIF", "CLP", "DJF", "GNF", "ISK", "JPY",
                                                             "KMF", "KRW", "PYG", "RWF", "UGX", "UYI",
                                                             "VND", "VUV", "XAF", "XOF", "XPF"};
  static constexpr std::array<std::string_view, 7> thousandths = {"BHD", "IQD", "JOD", "KWD",
                                                                  "LYD", "OMR", "TND"};
  if (std::ranges::find(whole, currency) != whole.end()) return 0;
  return std::ranges::find(thousandths, currency) != thousandths.end() ? 3 : 2;
}

std::string Money::text() const {
  const int decimals = decimals_of(currency);
  const std::int64_t power = power_of_ten(decimals);
  if (decimals == 0) return fmt::format("{} {}", minor, currency);
  return fmt::format("{}.{:0{}} {}", minor / power, minor % power, decimals, currency);
}

Money cost_of(const Price& price, std::uint64_t bytes) {
  constexpr int micro = 6;
  const std::int64_t millionths = power_of_ten(micro - decimals_of(price.currency));  // in a smallest unit
  const Wide divisor = Wide(price.unit) * static_cast<std::uint64_t>(millionths);
  const Wide rounded = (exact_cost(price, bytes) + divisor / 2) / divisor;
  constexpr auto most = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  return {static_cast<std::int64_t>(static_cast<std::uint64_t>(std::min<Wide>(rounded, most))),
          price.currency};
}

}  // namespace collector::history
