#include "collector/samplers/cpu/usage.h"

#include <unistd.h>

#include <algorithm>
#include <cstdint>

#include "collector/core/leaky_bound.h"

namespace collector {
namespace {

constexpr std::size_t user = 0, nice = 1, idle = 3, guest = 8, guest_nice = 9;

struct Step {
  std::uint64_t passed = 0;
  bool began_anew = false;
};

Step advance(std::uint64_t& last, std::uint64_t now) {
  const std::uint64_t small_step = last / 100;
  Step step;
  step.passed = now > last ? now - last : 0;
  step.began_anew = now < last && last - now > small_step;
  if (now > last || step.began_anew) last = now;
  return step;
}

}  // namespace

double jiffies_in(double elapsed, std::uint32_t processors) {
  static const auto per_second = static_cast<double>(sysconf(_SC_CLK_TCK));
  return elapsed * per_second * processors;
}

std::optional<CpuUsage> usage_since(CpuTimes& last, const CpuTimes& now, JiffiesAhead& ahead,
                                    const UsageBound& bound) {
  if (last.columns != now.columns) {
    last = now;
    ahead = {};
    return std::nullopt;
  }
  const LeakyBound most(bound.per_second, bound.lag_s);
  std::array<std::uint64_t, cpu_columns.size()> passed{};
  std::array<bool, cpu_columns.size()> impossible{};
  for (std::size_t i = 0; i < now.columns; ++i) {
    const Step step = advance(last.jiffies[i], now.jiffies[i]);
    passed[i] = step.passed;
    impossible[i] = !most.passes(ahead[i], static_cast<double>(passed[i]), bound.seconds);
    if (impossible[i]) passed[i] = 0;
    if (step.began_anew) most.distrust(ahead[i]);
  }
  passed[user] -= std::min(passed[user], passed[guest]);
  passed[nice] -= std::min(passed[nice], passed[guest_nice]);

  double total = 0;
  for (const std::uint64_t jiffies : passed)
    total += static_cast<double>(jiffies);
  const bool incomplete = std::ranges::find(impossible, true) != impossible.end();
  if (incomplete) total = std::max(total, bound.per_second * bound.seconds);
  if (total <= 0) return std::nullopt;

  CpuUsage usage;
  for (std::size_t i = 0; i < passed.size(); ++i)
    if (!impossible[i]) usage.percent[i] = 100.0 * static_cast<double>(passed[i]) / total;
  for (std::size_t i = 0; i < passed.size(); ++i)
    if (i != idle) usage.active += usage.percent[i].value_or(0);
  if (!incomplete) usage.active = 100.0 - *usage.percent[idle];
  return usage;
}

}  // namespace collector
