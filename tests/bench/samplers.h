// This machine's samplers with their defaults, ready to be read by a benchmark.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "collector/samplers/sampler.h"

namespace collector::bench {

class Samplers {
 public:
  struct Running {
    std::string name;
    Duration interval{};
    std::unique_ptr<Sampler> sampler;
    Sample sample;
    bool take(const Clock& clock);  // false: this machine does not have it, or it failed
    std::size_t values() const;     // in the last sample
  };

  // Those with this interval, or all (0). They have been read twice: what the machine lacks is left out.
  explicit Samplers(Duration interval);

  std::vector<Running>& running() { return running_; }
  const Clock& clock() const { return clock_; }
  double values_per_second() const;

 private:
  Files files_;
  SystemClock clock_;
  SeriesTable table_;
  std::vector<Running> running_;
};

}  // namespace collector::bench
