#include "collector/web/rate_limit.h"

#include <algorithm>
#include <chrono>
#include <cmath>

namespace collector::web {
namespace {

constexpr std::size_t most_addresses = 4096;

double seconds_between(BootTime from, BootTime to) {
  return std::chrono::duration<double>(to - from).count();
}

}  // namespace

Duration RateLimit::take(const std::string& address, BootTime now, double cost) {
  if (buckets_.size() >= most_addresses && !buckets_.contains(address)) forget_quiet(now);
  Bucket& bucket = buckets_.try_emplace(address, Bucket{burst_, now}).first->second;
  bucket.left = std::min(burst_, bucket.left + std::max(seconds_between(bucket.at, now), 0.0) * per_second_);
  bucket.at = now;
  if (bucket.left < cost)
    return std::chrono::duration_cast<Duration>(
        std::chrono::duration<double>((cost - bucket.left) / per_second_));
  bucket.left -= cost;
  return {};
}

// Those that are full again are as if they had never been. Where too few are, also the quieter half, so that
// this is not done for each one that comes.
void RateLimit::forget_quiet(BootTime now) {
  double waited = 0;
  for (const auto& [address, bucket] : buckets_)
    waited += seconds_between(bucket.at, now) / static_cast<double>(buckets_.size());
  std::erase_if(buckets_, [&](const auto& one) {
    const double quiet = seconds_between(one.second.at, now);
    return one.second.left + quiet * per_second_ >= burst_ || quiet >= waited;
  });
}

}  // namespace collector::web
