// RateLimit: how many requests each client may make: so many a second on average, and a burst of those that
// it has not made. A leaky bucket for each address, of the latest 4,096 of them. One thread.
#pragma once

#include <cstddef>
#include <string>
#include <unordered_map>

#include "collector/core/time.h"

namespace collector::web {

class RateLimit {
 public:
  RateLimit(double per_second, double burst) : per_second_(per_second), burst_(burst) {}

  // Zero: it may. Else how long it has to wait. `cost`: of a request like others 1.
  Duration take(const std::string& address, BootTime now, double cost = 1);

 private:
  struct Bucket {
    double left = 0;  // requests
    BootTime at{};
  };
  void forget_quiet(BootTime now);

  double per_second_;
  double burst_;
  std::unordered_map<std::string, Bucket> buckets_;
};

}  // namespace collector::web
