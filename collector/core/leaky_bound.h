// The bound of a counter that its source may publish late: a leaky bucket. What passes is never more than
// time allows plus the slack, over all readings together. Pure.
#pragma once

#include <algorithm>

namespace collector {

// What a source is left with of its slack when its counter has shown what can't be true, or has begun anew: a
// period of one that publishes once a second. The rest comes back with the time that it stays below its
// bound: what it may be behind with is behind it.
inline constexpr double slack_after_a_leap_s = 1;

class LeakyBound {
 public:
  // `limit`: per second, above 0; `slack_s`: what the source may be late by, in seconds.
  LeakyBound(double limit, double slack_s) : limit_(limit), slack_(limit * slack_s) {}

  // Whether an advance in so many seconds is possible. `ahead`, kept by the caller, 0 at first: by how much
  // the advances that passed are ahead of the time.
  bool passes(double& ahead, double advance, double seconds) const {
    const double allowed = limit_ * seconds;
    const double would_be = std::max(0.0, ahead + advance - allowed);
    const bool possible = would_be <= slack_;
    // The time has passed for what comes next, whatever this was.
    ahead = possible ? would_be : std::max(0.0, ahead - allowed);
    if (!possible) distrust(ahead);
    return possible;
  }

  // Of a counter that began anew.
  void distrust(double& ahead) const { ahead = std::max(ahead, slack_ - limit_ * slack_after_a_leap_s); }

 private:
  double limit_;
  double slack_;
};

}  // namespace collector
