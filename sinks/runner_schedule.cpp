#include "sinks/runner_schedule.h"

#include <algorithm>

namespace collector {
namespace {

Duration scaled(Duration by, double factor) {
  return std::chrono::duration_cast<Duration>(std::chrono::duration<double, Duration::period>(by) * factor);
}

}  // namespace

Duration Backoff::after(const SinkFailure& failure) {
  constexpr int doublings_to_longest = 9;  // 2^9 s > 5 min
  ++failures_;
  if (failures_ == 1 && failure.retry_after == Duration{}) return Duration{};
  Duration pause = longest;
  if (!failure.hold && failures_ <= doublings_to_longest)
    pause = std::min(longest, first * (1 << (failures_ - 1)));
  pause = scaled(pause, 0.8 + 0.4 * random_());
  return std::max(pause, failure.retry_after.value_or(Duration{}));
}

Slots::Slots(Duration every, const Random& random)
    : every_(every), jitter_(scaled(std::min(most_jitter, every / 4), random())) {}

std::int64_t Slots::slot_of(WallTime when) const {
  const auto since = when.time_since_epoch();
  const auto slot = since / every_;
  return since % every_ < Duration{} ? slot - 1 : slot;
}

WallTime Slots::start_of(std::int64_t slot) const {
  return WallTime(every_ * slot);
}

Duration Slots::until_due(WallTime now, bool jittered) const {
  if (!enabled()) return {};
  const auto slot = slot_of(now);
  const Duration late = jittered ? jitter_ : Duration{};
  // Another slot, not a later one: a clock that was set back must not silence a sink until it has caught up.
  if (used_ == slot) return start_of(slot + 1) + late - now;
  // Nothing delivered yet: there is no habit that others could share.
  return used_ ? std::max(Duration{}, start_of(slot) + late - now) : Duration{};
}

void Slots::use_up(WallTime when) {
  if (!enabled()) return;
  used_ = slot_of(when);
  tries_ = 0;
}

bool Slots::give_up(Instant now, Duration pause) {
  if (!enabled()) return false;
  if (tries_++ == 0) first_try_ = now.boot;
  if (tries_ < most_tries && now.boot + pause - first_try_ <= std::min(longest_trying, every_)) return false;
  use_up(now.wall);
  return true;
}

}  // namespace collector
