#include "collector/samplers/cpu/usage.h"

#include <algorithm>
#include <cstdint>

namespace collector {
namespace {

constexpr std::size_t user = 0, nice = 1, idle = 3, guest = 8, guest_nice = 9;

std::uint64_t advance(std::uint64_t& last, std::uint64_t now) {
  const std::uint64_t small_step = last / 100;
  const std::uint64_t passed = now > last ? now - last : 0;
  if (now > last || last - now > small_step) last = now;
  return passed;
}

}  // namespace

std::optional<CpuUsage> usage_since(CpuTimes& last, const CpuTimes& now) {
  if (last.columns != now.columns) {
    last = now;
    return std::nullopt;
  }
  std::array<std::uint64_t, cpu_columns.size()> passed{};
  for (std::size_t i = 0; i < now.columns; ++i)
    passed[i] = advance(last.jiffies[i], now.jiffies[i]);
  passed[user] -= std::min(passed[user], passed[guest]);
  passed[nice] -= std::min(passed[nice], passed[guest_nice]);

  double total = 0;
  for (const std::uint64_t jiffies : passed)
    total += static_cast<double>(jiffies);
  if (total <= 0) return std::nullopt;

  CpuUsage usage;
  for (std::size_t i = 0; i < passed.size(); ++i)
    usage.percent[i] = 100.0 * static_cast<double>(passed[i]) / total;
  usage.active = 100.0 - usage.percent[idle];
  return usage;
}

}  // namespace collector
