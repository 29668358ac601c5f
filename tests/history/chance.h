// Chance that is the same on every machine: the standard fixes std::mt19937_64, but not what its
// distributions make of it.
#pragma once

#include <cmath>
#include <cstdint>
#include <numbers>
#include <random>

namespace collector::test {

class Chance {
 public:
  explicit Chance(std::uint64_t seed) : bits_(seed) {}

  double uniform() { return static_cast<double>(bits_() >> 11) * 0x1p-53; }  // [0, 1)
  double between(double low, double high) { return low + (high - low) * uniform(); }
  // As likely to be twice the geometric middle as half of it.
  double log_between(double low, double high) { return std::exp(between(std::log(low), std::log(high))); }
  int whole(int low, int high) { return low + static_cast<int>(uniform() * (high - low + 1)); }
  bool happens(double probability) { return uniform() < probability; }
  double exponential(double mean) { return -mean * std::log(1 - uniform()); }
  double normal() { return std::sqrt(exponential(2)) * std::cos(2 * std::numbers::pi * uniform()); }
  // Median `median`, and 68 % of all within a factor of e^sigma.
  double log_normal(double median, double sigma) { return median * std::exp(sigma * normal()); }
  // At least `least`; the tail is the heavier the smaller alpha is (below 2 the variance is infinite).
  double pareto(double least, double alpha) { return least / std::pow(1 - uniform(), 1 / alpha); }
  int poisson(double mean) {
    int count = 0;
    for (double time = exponential(1); time < mean; time += exponential(1))
      ++count;
    return count;
  }

 private:
  std::mt19937_64 bits_;
};

}  // namespace collector::test
