#include "collector/samplers/cpu/usage.h"

#include <unistd.h>

#include <algorithm>
#include <cstdint>

#include "collector/core/leaky_bound.h"

namespace collector {
namespace {

constexpr std::size_t user = 0, nice = 1, system = 2, idle = 3, irq = 5, softirq = 6, guest = 8,
                      guest_nice = 9;
// Those that the kernel never takes back a jiffy of.
constexpr auto busy = std::to_array<std::size_t>({user, nice, system, irq, softirq});
constexpr double small_step_s = 0.1;  // the least that is a large step back, of every processor

struct Step {
  std::uint64_t passed = 0;
  bool began_anew = false;
};

Step advance(std::uint64_t& last, std::uint64_t now, double per_second) {
  const std::uint64_t small_step =
      std::max(last / 100, static_cast<std::uint64_t>(per_second * small_step_s));
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
  std::array<bool, cpu_columns.size()> unknown{};
  for (std::size_t i = 0; i < now.columns; ++i) {
    const Step step = advance(last.jiffies[i], now.jiffies[i], bound.per_second);
    const bool possible = most.passes(ahead[i], static_cast<double>(step.passed), bound.seconds);
    unknown[i] = step.began_anew || !possible;
    if (!unknown[i]) passed[i] = step.passed;
    if (step.began_anew) most.distrust(ahead[i]);
  }
  passed[user] -= std::min(passed[user], passed[guest]);
  passed[nice] -= std::min(passed[nice], passed[guest_nice]);

  double total = 0;
  for (const std::uint64_t jiffies : passed)
    total += static_cast<double>(jiffies);
  if (total <= 0) return std::nullopt;
  if (std::ranges::find(unknown, true) != unknown.end())
    total = std::max(total, bound.per_second * bound.seconds);

  CpuUsage usage;
  double not_idle = 0;
  for (std::size_t i = 0; i < passed.size(); ++i) {
    if (!unknown[i]) usage.percent[i] = 100.0 * static_cast<double>(passed[i]) / total;
    if (i != idle) not_idle += usage.percent[i].value_or(0);
  }
  if (!unknown[idle])
    usage.active = 100.0 - *usage.percent[idle];
  else if (std::ranges::none_of(busy, [&](std::size_t column) { return unknown[column]; }))
    usage.active = not_idle;
  return usage;
}

}  // namespace collector
