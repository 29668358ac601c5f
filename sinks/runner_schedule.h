// When a runner tries: pauses after failures, and the slots of `every`. Pure: no clock, no waiting of their
// own.
#pragma once

#include <functional>
#include <optional>

#include "collector/core/time.h"
#include "sinks/sink.h"

namespace collector {

using Random = std::function<double()>;  // evenly from [0, 1)

// Exponential back-off with jitter: 1 s, doubling up to 5 min, each 20 % more or less, so that many machines
// do not come back to one server at the same moment.
class Backoff {
 public:
  static constexpr Duration first = std::chrono::seconds(1);
  static constexpr Duration longest = std::chrono::minutes(5);

  explicit Backoff(Random random) : random_(std::move(random)) {}

  // The pause after one more failure in a row. At least as long as the target asked for; a failure that waits
  // for somebody's hand has the longest one from the start. The first failure may ask for none at all
  // (retry_after 0).
  Duration after(const SinkFailure& failure);
  void reset() { failures_ = 0; }

 private:
  Random random_;
  int failures_ = 0;
};

// `every`: one sync per slot of the wall clock (12:00, 12:15 …), a little late by a fixed amount of its own,
// at most 20 s, so that machines with equal clocks do not all call at once. A slot in which three tries, or a
// minute of them, have failed is given up: the target may sleep until the next.
class Slots {
 public:
  static constexpr int most_tries = 3;
  static constexpr Duration longest_trying = std::chrono::seconds(60);
  static constexpr Duration most_jitter = std::chrono::seconds(20);

  // `every` of 0: no slots, always due.
  Slots(Duration every, const Random& random);

  bool enabled() const { return every_ > Duration{}; }
  // How long until a sync is due; 0: it is. `jittered` false: not late on purpose (--once).
  Duration until_due(WallTime now, bool jittered) const;
  // The slot of this moment is used up: delivered in, now or by an earlier process.
  void use_up(WallTime when);
  // A try failed, and the next would follow after `pause`. True: not in this slot any more.
  bool give_up(Instant now, Duration pause);

 private:
  std::int64_t slot_of(WallTime when) const;
  WallTime start_of(std::int64_t slot) const;

  Duration every_;
  Duration jitter_;
  std::optional<std::int64_t> used_;
  int tries_ = 0;
  BootTime first_try_{};
};

}  // namespace collector
