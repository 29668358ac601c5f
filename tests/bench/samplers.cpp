#include "tests/bench/samplers.h"

#include <algorithm>
#include <stdexcept>

#include "collector/app/catalog.h"
#include "config/configuration.h"

namespace collector::bench {

bool Samplers::Running::take(const Clock& clock) {
  sample.clear();
  sample.taken = clock.now();
  return sampler->sample(sample).has_value();
}

std::size_t Samplers::Running::values() const {
  std::size_t count = 0;
  for (const Reading& reading : sample.readings()) {
    if (reading.report == Report::never) continue;
    count += static_cast<std::size_t>(std::ranges::count_if(sample.values(reading), &Value::present));
  }
  return count;
}

Samplers::Samplers(Duration interval) {
  const auto configuration = load_configuration(std::nullopt, catalog(), process_environment());
  if (!configuration) throw std::runtime_error(configuration.error().front().text());
  for (const SamplerConfiguration& chosen : configuration->samplers) {
    if (interval != Duration::zero() && chosen.interval != interval) continue;
    const auto type = std::ranges::find(sampler_types(), chosen.name,
                                        [](const SamplerType& t) { return t.component.name; });
    auto sampler =
        type->create({.files = files_, .series = table_, .settings = chosen.settings, .clock = clock_});
    running_.push_back({chosen.name, chosen.interval, std::move(sampler), {}});
  }
  // Percentages need a second reading.
  for (int i = 0; i < 2; ++i)
    std::erase_if(running_, [&](Running& running) { return !running.take(clock_); });
}

double Samplers::values_per_second() const {
  double sum = 0;
  for (const Running& running : running_)
    sum += static_cast<double>(running.values()) / to_seconds(running.interval);
  return sum;
}

}  // namespace collector::bench
