// Window clock: decides when the open window ends. Windows are aligned to the wall clock but run by boot time: a step of
// the wall clock neither ends nor stretches one. Pure.
#pragma once

#include <cstdint>
#include <optional>

#include "collector/core/time.h"

namespace collector {

struct ClosedWindow {
  WallTime start{};
  WallTime end{};
  bool clock_stepped = false;  // the wall clock was stepped since the window began
};

class WindowClock {
 public:
  explicit WindowClock(Duration length, std::uint32_t clock_steps = 0)
      : length_(length), clock_steps_(clock_steps) {}

  // Tells the time of a reading. Returns the window that this reading closes (its delta still belongs to it).
  // `may_close` false: the window goes on (the writer is busy); the next call that may closes one larger window.
  // The very first window closes after the second call, so that a new installation shows something at once.
  std::optional<ClosedWindow> tick(Instant now, bool may_close);
  // Closes whatever is open, at shutdown or in --once.
  std::optional<ClosedWindow> finish(Instant now);

  void set_length(Duration length);         // from the next window on
  std::uint32_t clock_steps() const { return clock_steps_; }  // backward steps so far
  std::uint64_t forward_steps() const { return forward_steps_; }

 private:
  Duration length_;
  std::uint32_t clock_steps_;
  std::uint64_t forward_steps_ = 0;
  std::uint64_t ticks_ = 0;
  bool stepped_ = false;
  WallTime start_{};
  BootTime boot_end_{};
  Instant last_{};
  bool open_ = false;
};

}  // namespace collector
